"""``aparte banc``: its figures, its French, and llama.cpp's tools, played by small scripts."""

from __future__ import annotations

import json
import stat
import sys
import time
from pathlib import Path

import psutil
import pytest

from assistant.bench import command, quiet
from assistant.bench.command import Wish, run
from assistant.bench.llama_tools import Reference, ToolError
from assistant.bench.quiet import MOST_SHARE, Others, Watch, busiest_other
from assistant.bench.ratios import ratio_of_medians
from assistant.bench.report import PARTS, as_text, worded
from assistant.errors import ExitCode
from assistant.inference.benchmark.parts import PARTS as MEASURED_PARTS
from assistant.model_store.catalogue import ModelEntry

LLAMA_BENCH = """
import json, sys
print(json.dumps([{"avg_ts": 10.0 * float(sys.argv[sys.argv.index("-t") + 1])}]))
"""
LLAMA_SERVER = """
import http.server, json, sys

class Server(http.server.BaseHTTPRequestHandler):
    def answer(self, words):
        data = json.dumps(words).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer({"status": "ok"})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer({"tokens": list(range(300))} if "content" in asked else {"content": "x"})

    def log_message(self, *words):
        pass

host, port = (sys.argv[sys.argv.index(word) + 1] for word in ("--host", "--port"))
assert host == "127.0.0.1"
http.server.HTTPServer((host, int(port)), Server).serve_forever()
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "outils"
    folder.mkdir()
    for name, script in (("llama-bench", LLAMA_BENCH), ("llama-server", LLAMA_SERVER)):
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{script}", "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is measured, on a PC that is taken for quiet."""
    parts = (("prefill_512", 1), ("decode_depth_0", 1))
    monkeypatch.setattr(command, "SHORT", parts)
    monkeypatch.setattr(command, "_SHORT_ROUNDS", 2)
    monkeypatch.setattr(command, "busiest_other", lambda: ("", 0.0))
    monkeypatch.setattr(command, "_ATTEMPTS", 1)
    # The seal would last for the other tests: the worker has its own.
    monkeypatch.setattr(command, "seal", lambda: True)


def children() -> list[str]:
    return [" ".join(child.cmdline()) for child in psutil.Process().children(recursive=True)]


@pytest.mark.usefixtures("little")
def test_the_figures_are_one_flat_object(
    writer: ModelEntry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Wish(str(writer.path), as_json=True, short=True)) == ExitCode.DONE
    figures = json.loads(capsys.readouterr().out)
    assert all(isinstance(value, str | int | float) for value in figures.values())
    assert figures["prefill_over_decode"] == pytest.approx(
        figures["prefill_512_tokens_per_s"] / figures["decode_depth_0_tokens_per_s"]
    )
    assert {"date", "model", "context_tokens", "threads", "load_s"} <= set(figures)


@pytest.mark.usefixtures("little")
def test_beside_a_reference_there_are_ratios_and_nothing_is_left_running(
    writer: ModelEntry, tools: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = Wish(str(writer.path), as_json=True, short=True, reference=tools)
    assert run(wish) == ExitCode.DONE
    figures = json.loads(capsys.readouterr().out)
    for name in ("prefill_512", "decode_depth_0", "decode_depth_1024"):
        theirs = figures[f"reference_{name}_tokens_per_s"]
        ours = figures[f"beside_reference_{name}_tokens_per_s"]
        assert theirs == 10.0 * figures["threads"]
        assert figures[f"{name}_ratio"] == pytest.approx(ours / theirs)
        assert figures[f"{name}_ratio_low"] <= figures[f"{name}_ratio"]
    assert figures["second_action_ratio"] > 0
    assert figures["peak_memory_ratio"] > 0
    assert not [words for words in children() if "llama" in words]


def test_a_server_that_never_starts_is_told_and_ended(writer: ModelEntry, tools: Path) -> None:
    (tools / "llama-server").write_text(f"#!{sys.executable}\nraise SystemExit(1)\n", "utf-8")
    with pytest.raises(ToolError), Reference(tools, writer.path, 1, 512).server():
        pass
    assert not [words for words in children() if "llama" in words]


def test_a_server_is_ended_whatever_happens(writer: ModelEntry, tools: Path) -> None:
    def work() -> None:
        with Reference(tools, writer.path, 1, 512).server():
            assert [words for words in children() if "llama-server" in words]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert not [words for words in children() if "llama" in words]


@pytest.mark.usefixtures("little")
def test_a_folder_without_tools_is_refused(
    writer: ModelEntry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Wish(str(writer.path), short=True, reference=tmp_path)) == ExitCode.CANNOT
    told = capsys.readouterr()
    assert told.out == ""
    assert "« llama-bench » ne répond pas" in told.err


def test_a_busy_neighbour_is_named_and_nothing_is_measured(
    writer: ModelEntry, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "busiest_other", lambda: ("antivirus", 0.42))
    monkeypatch.setattr(command, "seal", lambda: True)
    assert run(Wish(str(writer.path))) == ExitCode.CANNOT
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("« antivirus » occupe 42\u202f% d’un cœur")


def test_our_own_processes_are_no_neighbours() -> None:
    name, share = busiest_other(0.2)
    assert share >= 0
    assert name or share == 0


def test_what_we_use_ourselves_is_not_a_neighbours_work() -> None:
    others = Others()
    end = time.perf_counter() + 0.3
    while time.perf_counter() < end:
        pass
    assert 0 <= others.share() <= (psutil.cpu_count() or 1)


def test_a_disturbed_measure_is_made_again_and_the_quietest_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares, values = iter([0.9, 0.3, 0.5, 0.02]), iter("abcdef")
    monkeypatch.setattr(Others, "share", lambda _self: next(shares))
    monkeypatch.setattr(quiet, "_wait_for_calm", lambda: None)
    watch = Watch(3)
    assert watch.quietly(lambda: next(values)) == "b"
    assert watch.most == 0.3 > MOST_SHARE
    assert watch.quietly(lambda: next(values)) == "d"
    assert list(values) == ["e", "f"]


def test_a_ratio_lies_in_its_interval() -> None:
    same = ratio_of_medians([5.0] * 4, [5.0] * 4)
    assert (same.value, same.low, same.high) == (1.0, 1.0, 1.0)
    found = ratio_of_medians([9.0, 10.0, 11.0, 10.0, 30.0], [5.0, 5.0, 5.5, 4.5, 5.0])
    assert found.value == 2.0
    assert found.low <= found.value <= found.high


def test_every_part_has_a_french_name() -> None:
    assert set(MEASURED_PARTS) | {"pc", "load", "reference", "strict_copy"} == set(PARTS)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("prefill_512_tokens_per_s", 66.84, "66,8\u00a0jetons/s"),
        ("read_bandwidth_bytes_per_s", 35.3e9, "35,3\u00a0Go/s"),
        ("peak_memory_bytes", 2**30, "1,00\u00a0Gio"),
        ("stop_decode_p95_s", 0.0421, "42\u00a0ms"),
        ("task_300_words_reading_s", 12.34, "12,3\u00a0s"),
        ("speculation_same_tokens_share", 0.995, "100\u202f%"),
        ("decode_depth_0_ratio", 1.004, "×\u00a01,00"),
        ("processor", "AMD EPYC", "AMD EPYC"),
    ],
)
def test_figures_are_worded_in_french(key: str, value: float | str, words: str) -> None:
    assert worded(key, value) == words


def test_only_what_was_measured_is_told() -> None:
    figures = {"decode_depth_0_ratio": 1.0, "decode_depth_0_ratio_low": 0.98,
               "decode_depth_0_ratio_high": 1.03, "unknown": 3.0}  # fmt: skip
    title, line = as_text(figures).splitlines()
    assert title.startswith("Face aux outils")
    assert line.endswith("×\u00a01,00 (de 0,98 à 1,03, confiance 95\u202f%)")
