"""The source package of llama-cpp-python, which holds llama.cpp's own tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from engine_wheel import engine_version
from steps import CACHE, CONSTRAINTS, PrepareError, pip_progress, run_shown

SOURCE_VARIABLE = "APARTE_LLAMA_SOURCE"


def named_source() -> Path | None:
    """The archive that the user has and names, so that nothing is downloaded."""
    named = os.environ.get(SOURCE_VARIABLE)
    return Path(named) if named else None


def fetched(python: Path, folder: Path) -> Path:
    """The archive, downloaded with pip into ``folder`` at the version of constraints.txt."""
    command = [str(python), "-m", "pip", "download", "--no-deps"]
    run_shown(
        "Source de llama.cpp",
        [*command, "--no-binary=llama-cpp-python", f"--dest={folder}",
         f"llama-cpp-python=={engine_version()}"],
        CACHE / "logs" / "source.log",
        pip_progress,
        PIP_CONSTRAINT=CONSTRAINTS.as_uri(),
        PIP_BUILD_CONSTRAINT=CONSTRAINTS.as_uri(),
    )  # fmt: skip
    return next(folder.glob("*.tar.gz"))


def unpack(archive: Path, tree: Path, *parts: str) -> None:
    """Unpack llama.cpp's tree, or only ``parts`` of it, into the new folder ``tree``."""
    tree.mkdir()
    root = f"llama_cpp_python-{engine_version()}/vendor/llama.cpp"
    wanted = [f"{root}/{part}" for part in parts] or [root]
    unpacked = subprocess.run(
        ["tar", "--extract", "--file", str(archive.resolve()), "--directory", str(tree),
         "--strip-components=3", *wanted],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if unpacked.returncode:
        raise PrepareError(f"{archive} ne peut pas être lu :\n{unpacked.stderr}")
