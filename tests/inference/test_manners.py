"""Threads given back to a busy PC, and taken again."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.inference.manners import ThreadWatch


@dataclass
class Pc:
    """A clock, and what other programs use of this PC; ``changes`` are the threads asked for."""

    now: float = 0.0
    used: float = 0.0
    changes: list[int] = field(default_factory=list)

    def watch(self, most: int) -> ThreadWatch:
        return ThreadWatch(most, self.changes.append, lambda: self.used, lambda: self.now)

    def work(self, watch: ThreadWatch, seconds: float, others: float, batch: float = 0.05) -> None:
        """Batches for ``seconds`` while other programs keep ``others`` cores busy."""
        for _ in range(round(seconds / batch)):
            watch.wake()
            self.now += batch
            self.used += batch * others
            watch.look()


def test_a_quiet_pc_changes_nothing() -> None:
    pc = Pc()
    watch = pc.watch(4)
    pc.work(watch, 60, others=0.1)
    assert (watch.threads, pc.changes) == (4, [])


def test_a_core_is_left_to_a_busy_program_within_a_second_and_taken_again() -> None:
    pc = Pc()
    watch = pc.watch(2)
    pc.work(watch, 2, others=0.0)
    pc.work(watch, 1, others=0.9)
    assert pc.changes == [1]
    pc.work(watch, 10, others=0.9)
    assert pc.changes == [1]
    pc.work(watch, 1, others=0.0)
    assert pc.changes == [1, 2]


def test_a_program_that_starts_is_an_accident_not_a_neighbour() -> None:
    pc = Pc()
    watch = pc.watch(4)
    pc.work(watch, 0.2, others=1.0)
    pc.work(watch, 5, others=0.0)
    assert pc.changes == []


def test_a_core_is_left_to_each_busy_program_but_one_is_kept() -> None:
    pc = Pc()
    watch = pc.watch(4)
    pc.work(watch, 5, others=2.0)
    assert watch.threads == 2
    pc.work(watch, 5, others=9.0)
    assert watch.threads == 1


def test_half_a_core_neither_gives_nor_takes() -> None:
    pc = Pc()
    watch = pc.watch(2)
    pc.work(watch, 5, others=0.9)
    pc.work(watch, 20, others=0.4)
    assert pc.changes == [1]


def test_what_others_did_before_the_work_is_no_matter() -> None:
    pc = Pc()
    watch = pc.watch(2)
    pc.now, pc.used = 600.0, 600.0
    pc.work(watch, 5, others=0.0)
    assert pc.changes == []


def test_a_batch_longer_than_a_look_counts_whole() -> None:
    pc = Pc()
    watch = pc.watch(2)
    pc.work(watch, 5, others=1.0, batch=5.0)
    assert pc.changes == [1]
