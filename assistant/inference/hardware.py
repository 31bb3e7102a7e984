"""What this PC is: processor, cores, memory. Imports no model library."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Hardware:
    """Counts are of this PC, memory is in bytes."""

    processor: str
    physical_cores: int
    logical_cores: int
    memory_total: int
    memory_available: int


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
    )


def inference_threads(hardware: Hardware) -> int:
    """Threads for llama.cpp: the physical cores; sharing one core between two only slows it."""
    return max(1, hardware.physical_cores)


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
