"""llama.cpp's own llama-bench and llama-server, run as we run: same file, threads, cache type,
attention and priority, weights as they lie in the file. No patient's text ever comes here."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.inference.manners import lower_priority

TOOLS = ("llama-bench", "llama-server")
_HOST = "127.0.0.1"
_STARTING_SECONDS = 300.0
_LONGEST_SECONDS = 1800.0
_CLOSING_SECONDS = 5.0

# The library's own high-level class, as its documentation shows it: reads 512 tokens, writes 8.
_DEFAULT_CLASS = """
import resource, sys
import llama_cpp
model = llama_cpp.Llama(model_path=sys.argv[1], n_ctx=int(sys.argv[2]), verbose=False)
tokens = model.tokenize(b"le patient " * 600)[:min(512, int(sys.argv[2]) - 16)]
for count, _ in enumerate(model.generate(tokens, temp=0.0)):
    if count == 8:
        break
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


class ToolError(Exception):
    """A tool is missing, or did not answer; its text is the tool's name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The tools in ``folder``, for the model at ``model``, with ``threads`` threads."""

    folder: Path
    model: Path
    threads: int
    context: int

    def check(self) -> None:
        """Raises ToolError where a tool is not there."""
        for name in TOOLS:
            if not os.access(self.folder / name, os.X_OK):
                raise ToolError(name)

    def prefill(self, size: int) -> float:
        """Tokens that llama-bench reads per second, ``size`` of them."""
        return self._bench(["-p", str(size), "-n", "0"])

    def decode(self, depth: int, count: int, threads: int | None = None) -> float:
        """Tokens that llama-bench writes per second, ``count`` of them after ``depth``."""
        return self._bench(["-p", "0", "-n", str(count), "-d", str(depth)], threads)

    def decode_as_it_comes(self, depth: int, count: int) -> float:
        """The same with llama-bench's own choices, but for the threads."""
        return self._run(["-p", "0", "-n", str(count), "-d", str(depth), "-t", str(self.threads)])

    def _bench(self, words: Sequence[str], threads: int | None = None) -> float:
        ours = ["-t", str(threads or self.threads), "-fa", "off", "-ctk", "f16", "-ctv", "f16",
                "--repack", "0"]  # fmt: skip
        return self._run([*ours, *words])

    def _run(self, words: Sequence[str]) -> float:
        command = [str(self.folder / "llama-bench"), "-m", str(self.model), "-r", "1", "-o", "json",
                   "-ngl", "0", *words]  # fmt: skip
        try:
            (result,) = json.loads(_output_of(command))
            return float(result["avg_ts"])
        except (ValueError, KeyError, TypeError) as fault:
            raise ToolError("llama-bench") from fault

    def default_class_peak_memory(self) -> int:
        """The most bytes that llama-cpp-python's own ``Llama`` class holds, context alike."""
        words = [sys.executable, "-c", _DEFAULT_CLASS, str(self.model), str(self.context)]
        try:
            return int(_output_of(words).split()[-1])
        except (ValueError, IndexError) as fault:
            raise ToolError("llama_cpp.Llama") from fault

    @contextlib.contextmanager
    def server(self) -> Iterator[Server]:
        """A llama-server that only this PC can reach, killed at the end whatever happens."""
        port = _free_port()
        command = [str(self.folder / "llama-server"), "-m", str(self.model), "--host", _HOST,
                   "--port", str(port), "-t", str(self.threads), "-fa", "off", "-ctk", "f16",
                   "-ctv", "f16", "--no-repack", "-ngl", "0", "-c", str(self.context), "-np", "1",
                   "--cache-ram", "0", "--no-webui", "--offline"]  # fmt: skip
        with _running(command, subprocess.DEVNULL) as process:
            server = Server(f"http://{_HOST}:{port}")
            server.wait_until_ready(process)
            yield server


class Server:
    """A running llama-server at ``address``."""

    def __init__(self, address: str) -> None:
        self._address = address
        # No proxy: a proxy variable of the user's must not send this anywhere.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the model to be loaded; raises ToolError where it never is."""
        deadline = time.monotonic() + _STARTING_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                self._call("/health", None)
                return
            time.sleep(0.1)
        raise ToolError("llama-server")

    def tokens(self, text: str) -> list[int]:
        """The tokens of ``text``, nothing added."""
        tokens: list[int] = self._asked("/tokenize", {"content": text})["tokens"]
        return tokens

    def first_token(self, prompt: Sequence[int], *, cached: bool) -> float:
        """Seconds until the first token after ``prompt``; ``cached`` lets the server keep what it
        read before."""
        words = {"prompt": list(prompt), "n_predict": 1, "cache_prompt": cached, "temperature": 0}
        began = time.perf_counter()
        self._asked("/completion", words)
        return time.perf_counter() - began

    def _asked(self, path: str, words: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._call(path, words)
        except (OSError, ValueError) as fault:
            raise ToolError("llama-server") from fault

    def _call(self, path: str, words: dict[str, Any] | None) -> dict[str, Any]:
        data = None if words is None else json.dumps(words).encode()
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=_LONGEST_SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@contextlib.contextmanager
def busy_core() -> Iterator[None]:
    """A program of ours, of ordinary priority, that keeps one core busy meanwhile."""
    with _running([sys.executable, "-c", "while True: pass"], subprocess.DEVNULL, lowered=False):
        time.sleep(0.5)
        yield


def _output_of(command: Sequence[str]) -> str:
    name = Path(command[0]).name
    with _running(command, subprocess.PIPE) as process:
        try:
            data, _ = process.communicate(timeout=_LONGEST_SECONDS)
        except subprocess.TimeoutExpired as late:
            raise ToolError(name) from late
        if process.returncode:
            raise ToolError(name)
    return data.decode("utf-8", "replace")


@contextlib.contextmanager
def _running(
    command: Sequence[str], output: int, *, lowered: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as fault:
        raise ToolError(Path(command[0]).name) from fault
    if lowered:
        lower_priority(process.pid)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_CLOSING_SECONDS)
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind((_HOST, 0))
        return int(listening.getsockname()[1])
