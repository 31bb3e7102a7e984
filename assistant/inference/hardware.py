"""What this PC is: processor, cores, memory. Imports no model library."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Hardware:
    """Counts are of this PC, memory is in bytes. ``performance_cores`` are the physical cores of
    the fast kind; None where all are alike, or where the system does not say (Linux does)."""

    processor: str
    physical_cores: int
    logical_cores: int
    memory_total: int
    memory_available: int
    performance_cores: int | None = None


def this_pc() -> Hardware:
    """The PC this runs on, read from the system."""
    logical = psutil.cpu_count(logical=True) or 1
    memory = psutil.virtual_memory()
    return Hardware(
        processor=_processor_name(),
        physical_cores=psutil.cpu_count(logical=False) or logical,
        logical_cores=logical,
        memory_total=memory.total,
        memory_available=memory.available,
        performance_cores=performance_cores(),
    )


def busy_seconds() -> float:
    """Seconds that this PC's cores have worked since it started, all programs together."""
    spent = psutil.cpu_times()
    idle = ("idle", "iowait", "steal", "guest", "guest_nice")  # guests count as user time already
    return float(sum(spent) - sum(getattr(spent, name, 0.0) for name in idle))


def inference_threads(hardware: Hardware) -> int:
    """Threads for llama.cpp: the physical cores of the fast kind. Two threads on one core, or one
    on a slow core that all the others wait for, only slow it."""
    return max(1, hardware.performance_cores or hardware.physical_cores)


def performance_cores(devices: Path = Path("/sys/devices")) -> int | None:
    """Physical cores of the fast kind, from what Linux tells in ``devices``: a list of them on
    Intel's processors of two kinds, a capacity for each core on Arm's. None where all are alike."""
    try:
        fast = _numbers((devices / "cpu_core" / "cpus").read_text("ascii"))
    except (OSError, ValueError):
        fast = _most_capable(devices)
    cores = {_siblings(devices, number) for number in fast}
    return len(cores) or None


def _most_capable(devices: Path) -> list[int]:
    """Logical cores of more than half the largest capacity; none where all have the same."""
    try:
        found = {
            int(path.parent.name.removeprefix("cpu")): int(path.read_text("ascii"))
            for path in (devices / "system" / "cpu").glob("cpu[0-9]*/cpu_capacity")
        }
    except (OSError, ValueError):
        return []
    most = max(found.values(), default=0)
    if len(set(found.values())) < 2:
        return []
    return [number for number, capacity in found.items() if 2 * capacity > most]


def _siblings(devices: Path, number: int) -> str:
    """The logical cores that share a physical one with logical core ``number``."""
    path = devices / "system" / "cpu" / f"cpu{number}" / "topology" / "thread_siblings_list"
    try:
        return path.read_text("ascii")
    except OSError:
        return str(number)


def _numbers(listed: str) -> list[int]:
    """The numbers of a list such as « 0-3,8 »."""
    found: list[int] = []
    for part in listed.strip().split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
