"""What the steps share: places, the error, a command shown on one line, locks."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aparte"


class PrepareError(Exception):
    """A step that can't be done; its text is for the user."""


def say(text: str) -> None:
    """A line for the user."""
    print(text, file=sys.stderr, flush=True)


def build_progress(line: str) -> str | None:
    """What a line of the compiler's output says: a percentage, or what pip fetches."""
    step = re.match(r"\s*\[(\d+)/(\d+)\] ", line)
    return f"{100 * int(step[1]) // int(step[2])} %" if step else pip_progress(line)


def pip_progress(line: str) -> str | None:
    """What a line of pip's output says of its advance: what it fetches or writes."""
    if re.match(r"\s*Installing collected packages", line):
        return "écriture"
    wheel = re.match(r"\s*Downloading (?:\S*/)?([\w.]+)-\S+ \((\S+) ([kMG])B\)", line)
    return f"téléchargement de {wheel[1]} ({wheel[2]} {wheel[3]}o)" if wheel else None


def run_shown(
    title: str,
    command: list[str],
    log: Path,
    progress: Callable[[str], str | None],
    **variables: str,
) -> None:
    """Run ``command``: its output in ``log``, its advance on one line that is written over.

    Raises PrepareError with the end of the log where the command fails.
    """
    started = shown = time.monotonic()
    pace = 0.0 if sys.stderr.isatty() else 20.0  # seconds between two lines of a journal
    log.parent.mkdir(parents=True, exist_ok=True)
    show_advance(title, "…")
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env=clean_environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # so that an interruption reaches all it started
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                file.write(line)
                advance = progress(line)
                if advance and time.monotonic() - shown >= pace:
                    show_advance(title, advance)
                    shown = time.monotonic()
        except BaseException:
            end_group(process)
            show_advance(title, "interrompu\n")
            raise
    if process.returncode:
        show_advance(title, "échec\n")
        lines = log.read_text(encoding="utf-8").splitlines()[-15:]
        raise PrepareError("\n".join(["", *lines, "", f"Journal complet : {log}"]))
    show_advance(title, f"fait en {time.monotonic() - started:.0f} s\n")


def end_group(process: subprocess.Popen[str]) -> None:
    """Interrupt ``process`` and all its children, and kill them if they take their time."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def show_advance(title: str, advance: str) -> None:
    """Write the line over where there is a terminal, one line each where there is none."""
    if not sys.stderr.isatty():
        say(f"{title} : {advance.rstrip()}")
        return
    line = f"{title} : {advance}"
    width = shutil.get_terminal_size().columns - 1
    end = "\n" if line.endswith("\n") else ""
    print(f"\r\x1b[K{line.rstrip()[:width]}", end=end, file=sys.stderr, flush=True)


def clean_environment() -> dict[str, str]:
    """The environment without what would make pip or Python look elsewhere than in the venv."""
    elsewhere = ("PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_TARGET", "PIP_USER")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


@contextlib.contextmanager
def locked(folder: Path, waiting: str) -> Iterator[None]:
    """Hold ``folder`` against another run of this script, saying ``waiting`` where it must wait."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
