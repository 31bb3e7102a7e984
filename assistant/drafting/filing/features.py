"""What the linear model sees of a clause: hashed words and letters, its own and its neighbours'.

The recipes train on these very features: changing one means training again.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

from assistant.drafting.labels import fold, label_at

BUCKETS = 1 << 17
_WORD = re.compile(r"[a-z]+|\d+|[^\w\s]")
_DIGITS = re.compile(r"\d+")


def features(text: str, spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The hashed features of each clause of ``text``: bucket numbers, a list a clause."""
    words = [_words(text[start:end]) for start, end in spans]
    found, section, before = [], "", 0
    for i, (start, end) in enumerate(spans):
        gap = text[before:start]
        label = label_at(text, start, end)
        section = label[1].value if label else "" if gap.count("\n") > 1 else section
        before = end
        own = words[i]
        names = [f"w:{w}" for w in own] + [f"b:{a} {b}" for a, b in pairwise(own)]
        names += [f"f{k}:{w}" for k, w in enumerate(own[:3])] + ["s:" + " ".join(own[:2])]
        names += [f"c:{piece}" for w in set(own) if len(w) > 2 for piece in _pieces(w)]
        for name, j in (("p", i - 1), ("q", i - 2), ("n", i + 1)):
            near = set(words[j]) if 0 <= j < len(spans) else {"<none>"}
            names += [f"{name}:{w}" for w in near]
        place = 10 * i // len(spans)
        names += [f"place:{place}", f"mark:{_marker(gap)}", f"label:{section}:{label is not None}"]
        names += [f"only:{min(i, 3)}:{min(len(spans) - 1 - i, 3)}", f"long:{min(len(own) // 4, 8)}"]
        found.append([zlib.crc32(name.encode()) % BUCKETS for name in names])
    return found


def _marker(gap: str) -> str:
    breaks = gap.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return "<para>" if breaks >= 2 else "<line>" if breaks == 1 else "<clause>"


def _words(clause_text: str) -> list[str]:
    folded = _DIGITS.sub(lambda m: "0" * min(len(m[0]), 4), fold(clause_text))
    return _WORD.findall(folded)[:60]


def _pieces(word: str) -> set[str]:
    padded = f"<{word}>"
    return {padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1)}
