"""Whether this PC is quiet enough to be measured: one busy neighbour divides a speed by three."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psutil

from assistant.inference.hardware import busy_seconds

MOST_SHARE = 0.10
"""Of one core, that other programs may use."""

LOOK_SECONDS = 1.5
_CALM_SECONDS, _LONGEST_WAIT_SECONDS = 2.0, 120.0
_Value = TypeVar("_Value")


class Watch:
    """Has measures made while this PC is quiet: one that was disturbed is made again, at most
    ``attempts`` times in all, and the least disturbed is kept. ``most`` is the largest share of a
    core that other programs used during a measure that was kept."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts
        self.most = 0.0

    def quietly(self, work: Callable[[], _Value]) -> _Value:
        """What ``work`` gives when it is left in peace."""
        found: list[tuple[float, _Value]] = []
        for attempt in range(self._attempts):
            if attempt:
                _wait_for_calm()
            others = Others()
            value = work()
            found.append((others.share(), value))
            if found[-1][0] <= MOST_SHARE:
                break
        share, value = min(found, key=lambda pair: pair[0])
        self.most = max(self.most, share)
        return value


class Others:
    """What all other programs use of this PC from now on, however briefly they live: what all of it
    used, less what this process and its children did."""

    def __init__(self) -> None:
        self._began, self._used = time.perf_counter(), _used_by_others()

    def share(self) -> float:
        """Their use so far, as a share of one core."""
        return max(0.0, _used_by_others() - self._used) / (time.perf_counter() - self._began)


def busiest_other(seconds: float = LOOK_SECONDS) -> tuple[str, float]:
    """The name of the process that used the most of a core in the next ``seconds``, ours left out,
    and that share; ("", 0.0) where none used any."""
    ours = {psutil.Process().pid, *(p.pid for p in psutil.Process().children(recursive=True))}
    before = _used_by_process()
    time.sleep(seconds)
    found = [
        ((used - before[key]) / seconds, key[0])
        for key, used in _used_by_process().items()
        if key in before and key[0] not in ours
    ]
    share, pid = max(found, default=(0.0, 0))
    try:
        return psutil.Process(pid).name() if share > 0 else "", share
    except psutil.Error:
        return "", share


def _wait_for_calm() -> None:
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        others = Others()
        time.sleep(_CALM_SECONDS)
        if others.share() <= MOST_SHARE:
            return


def _used_by_others() -> float:
    """Seconds of processor since this PC started, ours left out."""
    own = psutil.Process()
    ours = sum(own.cpu_times()[:4]) + sum(map(_used, own.children(recursive=True)))
    return busy_seconds() - ours


def _used(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:4]))  # its own, and its children's that ended
    except psutil.Error:
        return 0.0


def _used_by_process() -> dict[tuple[int, float], float]:
    """Seconds of processor by process, told apart by number and time of birth."""
    used = {}
    for process in psutil.process_iter():
        try:
            used[process.pid, process.create_time()] = sum(process.cpu_times()[:2])
        except psutil.Error:
            continue
    return used
