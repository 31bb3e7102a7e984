"""Files that are there whole or as they were before, and that only their owner can read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new, empty file beside ``path``: once it is filled and the block ends, it takes the place
    of ``path``; if the block raises, ``path`` stays as it was. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def replace_file(path: Path, data: bytes) -> None:
    """Write ``data`` in place of ``path``. Raises OSError; the old file is then untouched."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def overwrite_and_remove(path: Path) -> None:
    """Fill ``path`` with zeros, then remove it: worth something in memory or on a hard disk, little
    on an SSD, which writes elsewhere."""
    try:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """So that the new name, too, survives a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
