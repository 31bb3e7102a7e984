"""What this PC is, from what its system tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.inference.hardware import (
    Hardware,
    busy_seconds,
    inference_threads,
    performance_cores,
    this_pc,
)


def describe(folder: Path, siblings: dict[int, str], capacities: dict[int, int]) -> None:
    for number, listed in siblings.items():
        core = folder / "system" / "cpu" / f"cpu{number}"
        (core / "topology").mkdir(parents=True)
        (core / "topology" / "thread_siblings_list").write_text(listed + "\n")
        if number in capacities:
            (core / "cpu_capacity").write_text(f"{capacities[number]}\n")


def test_two_threads_of_a_fast_core_count_once(tmp_path: Path) -> None:
    describe(tmp_path, {0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3", 4: "4", 5: "5"}, {})
    (tmp_path / "cpu_core").mkdir()
    (tmp_path / "cpu_core" / "cpus").write_text("0-1,2-3\n")
    assert performance_cores(tmp_path) == 2


def test_small_cores_are_told_by_their_capacity(tmp_path: Path) -> None:
    capacities = {0: 381, 1: 381, 2: 908, 3: 1024}
    describe(tmp_path, {n: str(n) for n in range(4)}, capacities)
    assert performance_cores(tmp_path) == 2


@pytest.mark.parametrize("capacities", [{}, {0: 1024, 1: 1024}])
def test_cores_that_are_all_alike_have_no_fast_kind(
    tmp_path: Path, capacities: dict[int, int]
) -> None:
    describe(tmp_path, {0: "0", 1: "1"}, capacities)
    assert performance_cores(tmp_path) is None


@pytest.mark.parametrize("listed", ["", "x", "0-", "3-1"])
def test_a_list_that_makes_no_sense_is_left_alone(tmp_path: Path, listed: str) -> None:
    (tmp_path / "cpu_core").mkdir()
    (tmp_path / "cpu_core" / "cpus").write_text(listed)
    assert performance_cores(tmp_path) in (None, 1)


def test_threads_are_the_fast_physical_cores() -> None:
    assert inference_threads(Hardware("x", 8, 16, 1, 1)) == 8
    assert inference_threads(Hardware("x", 10, 16, 1, 1, performance_cores=6)) == 6
    assert inference_threads(Hardware("x", 0, 1, 1, 1)) == 1


def test_this_pc_has_worked_since_it_started() -> None:
    assert 1 <= inference_threads(this_pc()) <= this_pc().logical_cores
    assert busy_seconds() > 0
