"""Threads given back to a busy PC, and taken again."""

from __future__ import annotations

from assistant.inference.manners import ThreadWatch


def watch(most: int) -> tuple[ThreadWatch, list[int]]:
    changes: list[int] = []
    return ThreadWatch(most, changes.append), changes


def test_steady_steps_change_nothing() -> None:
    watching, changes = watch(4)
    for _ in range(300):
        watching.step(0.05)
    assert (watching.threads, changes) == (4, [])


def test_one_slow_step_is_an_accident_two_are_a_neighbour() -> None:
    watching, changes = watch(4)
    for _ in range(10):
        watching.step(0.05)
    watching.step(0.4)
    watching.step(0.05)
    assert changes == []
    watching.step(0.4)
    watching.step(0.4)
    assert changes == [3]


def test_a_thread_is_taken_again_once_steps_are_steady() -> None:
    watching, changes = watch(2)
    for seconds in [0.05] * 10 + [0.4] * 2 + [0.08] * 80:
        watching.step(seconds)
    assert changes == [1, 2]


def test_the_last_thread_is_never_given_back() -> None:
    watching, changes = watch(1)
    for seconds in [0.05] * 10 + [5.0] * 20:
        watching.step(seconds)
    assert changes == []
