"""What every part of the benchmark works with: a model, a text, a number of repeats."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from assistant.inference.model import Model
from assistant.inference.prefix_cache import PrefixCache

Figures = dict[str, float | str]
"""Figures by stable name; the unit ends the name, a pure number has none."""

_ROOM = 16
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*\s*")


class Tick(NamedTuple):
    """``done`` of ``total`` steps of a part are done."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Task:
    """``text`` is fictional. ``folder`` takes temporary files; None: the system's own place."""

    model: Model
    cache: PrefixCache
    text: str
    repeats: int
    folder: Path | None = None

    def tokens(self, count: int, skip: int = 0) -> list[int]:
        """``count`` tokens of the text from its token ``skip`` on, repeated as needed."""
        tokens = self.model.tokenize(self.text)
        return list(itertools.islice(itertools.cycle(tokens), skip, skip + count))

    def words(self, count: int) -> str:
        """``count`` words of the text, repeated as needed."""
        words = re.findall(r"\S+\s*", self.text + "\n")
        return "".join(itertools.islice(itertools.cycle(words), count))


def whole(task: Task, *lengths: int) -> list[int]:
    """``lengths`` of token stretches, all made shorter alike where the context is too small."""
    room = task.model.context_size - _ROOM
    share = min(1.0, room / sum(lengths))
    return [max(1, int(length * share)) for length in lengths]


def sentences(text: str) -> list[str]:
    """``text`` cut at its line ends and full stops, blanks around left out."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def peak_memory() -> int:
    """The most bytes of memory this process held, the mapped model file included."""
    if sys.platform == "win32":
        import psutil  # elsewhere it has no peak

        return int(psutil.Process().memory_info().peak_wset)
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
