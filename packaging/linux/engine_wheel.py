"""The engine, llama-cpp-python: published as a source package, compiled once for this processor."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import tempfile
from pathlib import Path

from steps import CACHE, CONSTRAINTS, PrepareError, build_progress, run_shown

# The libraries of llama.cpp and nothing else of it. The build is -march=native.
CMAKE_ARGS = " ".join(
    f"-D{option}=OFF"
    for option in (
        "LLAVA_BUILD",
        "LLAMA_BUILD_TOOLS",
        "LLAMA_BUILD_SERVER",
        "LLAMA_BUILD_COMMON",
        "LLAMA_BUILD_EXAMPLES",
        "LLAMA_BUILD_TESTS",
    )
)


def engine_version() -> str:
    """The version of llama-cpp-python in constraints.txt."""
    pin = re.search(r"(?m)^llama[-_]cpp[-_]python==(\S+)", CONSTRAINTS.read_text(encoding="utf-8"))
    if pin is None:
        raise PrepareError("constraints.txt ne fixe pas la version de llama-cpp-python.")
    return pin[1]


def engine_key() -> str:
    """Name of the cached build: its version, and a digest of what the machine code depends on."""
    # Not of Python: the wheel is py3-none, it calls the library through ctypes.
    depends_on = json.dumps([CMAKE_ARGS, cpu_features(), platform.libc_ver()])
    digest = hashlib.sha256(depends_on.encode()).hexdigest()[:12]
    return f"llama_cpp_python-{engine_version()}-{platform.machine()}-{digest}"


def cpu_features() -> str:
    """The instruction sets of this processor, as the kernel lists them."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith(("flags", "Features")):
            return " ".join(sorted(line.partition(":")[2].split()))
    return ""


def build_engine(python: Path, wheel_folder: Path) -> None:
    """Compile the wheel into a temporary folder, then put it in its place whole."""
    wheel_folder.parent.mkdir(exist_ok=True)
    for leftover in wheel_folder.parent.glob(".building-*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=wheel_folder.parent) as name:
        building = Path(name) / "wheel"
        command = [str(python), "-m", "pip", "wheel", "--verbose", "--no-deps"]
        # pip's own cache doesn't know our CMAKE_ARGS nor this processor: not from there.
        command += ["--no-cache-dir", "--no-binary=llama-cpp-python", f"--wheel-dir={building}"]
        run_shown(
            "Compilation du moteur (quelques minutes, une seule fois)",
            [*command, f"llama-cpp-python=={engine_version()}"],
            CACHE / "logs" / f"{wheel_folder.name}.log",
            build_progress,
            CMAKE_ARGS=CMAKE_ARGS,
            CMAKE_BUILD_PARALLEL_LEVEL=str(build_jobs()),
            SKBUILD_NINJA_MAKE_FALLBACK="false",
            # An address rather than a path, which pip would split at a space.
            PIP_CONSTRAINT=CONSTRAINTS.as_uri(),
            PIP_BUILD_CONSTRAINT=CONSTRAINTS.as_uri(),
        )
        building.rename(wheel_folder)


def build_jobs() -> int:
    """How many compilers at once: one a core, with 1 GiB of memory for each."""
    meminfo = Path("/proc/meminfo").read_text(encoding="utf-8")
    available = re.search(r"(?m)^MemAvailable:\s+(\d+) kB", meminfo)
    memory = int(available[1]) // 2**20 if available else 1
    return max(1, min(len(os.sched_getaffinity(0)), memory))
