"""llama.cpp's own tools, compiled from the source package that our engine was compiled from.

    python packaging/linux/reference_tools.py [--source ARCHIVE]

builds llama-bench, llama-server and llama-quantize once for this processor, in the user's cache,
and prints the folder that `aparte banc --reference` wants. About fifteen minutes on two cores.
Needs cmake, ninja and g++. Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine_wheel import build_jobs, cpu_features, engine_version
from llama_source import SOURCE_VARIABLE, fetched, named_source, unpack
from steps import CACHE, PrepareError, build_progress, locked, run_shown, say

TOOLS = ("llama-bench", "llama-server", "llama-quantize")
NEEDED = {"cmake": "cmake", "ninja": "ninja-build", "g++": "g++", "tar": "tar"}

# -march=native as our engine is. No TLS and no web pages: the second would come from the network.
OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "OFF",
    "GGML_NATIVE": "ON",
    "LLAMA_OPENSSL": "OFF",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_SERVER": "ON",
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_TOOLS": "ON",
    "LLAMA_BUILD_UI": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",
}


def main(arguments: Sequence[str]) -> int:
    """Build what is missing and print the folder; 0, or 1 with the reason, or 130."""
    parser = argparse.ArgumentParser(description="Compile les outils de référence de llama.cpp.")
    parser.add_argument(
        "--source",
        type=Path,
        default=named_source(),
        help=f"paquet source de llama-cpp-python (ou variable {SOURCE_VARIABLE})",
    )
    asked = parser.parse_args(arguments)
    try:
        print(build(asked.source))
    except PrepareError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrompu. La même commande recommencera.")
        return 130
    return 0


def build(source: Path | None) -> Path:
    """The folder of the tools, built from the package ``source`` (None: fetched with pip)."""
    missing = [package for name, package in NEEDED.items() if shutil.which(name) is None]
    if missing:
        raise PrepareError(f"Il manque ce qui compile : sudo apt-get install {' '.join(missing)}")
    folder = CACHE / "reference" / key()
    if not all((folder / tool).is_file() for tool in TOOLS):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.parent, "Une autre compilation est en cours : attente…"):
            _compile_into(folder, source)
    return folder


def key() -> str:
    """Name of the build: the version, and a digest of what the machine code depends on."""
    depends_on = json.dumps([OPTIONS, cpu_features(), platform.libc_ver()])
    digest = hashlib.sha256(depends_on.encode()).hexdigest()[:12]
    return f"llama.cpp-{engine_version()}-{platform.machine()}-{digest}"


def _compile_into(folder: Path, source: Path | None) -> None:
    log = CACHE / "logs" / f"{folder.name}.log"
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder.parent) as name:
        work = Path(name)
        tree, building = work / "source", work / "build"
        unpack(source or fetched(Path(sys.executable), work), tree)
        options = [f"-D{option}={value}" for option, value in OPTIONS.items()]
        run_shown(
            "Réglage de la compilation",
            ["cmake", "-G", "Ninja", "-S", str(tree), "-B", str(building), *options],
            log.with_suffix(".cmake.log"),
            lambda _line: None,
        )
        run_shown(
            "Compilation des outils de llama.cpp (une quinzaine de minutes, une seule fois)",
            ["cmake", "--build", str(building), "--parallel", str(build_jobs()),
             "--target", *TOOLS],
            log,
            build_progress,
        )  # fmt: skip
        ready = work / "ready"
        ready.mkdir()
        for tool in TOOLS:
            shutil.copy2(building / "bin" / tool, ready / tool)
        if folder.exists():
            shutil.rmtree(folder)
        ready.rename(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
