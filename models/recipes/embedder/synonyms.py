"""The table of words that say the same, or nearly: `synonyms.toml`."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path

from models.recipes.embedder.vocabulary import WORD, folded

TABLE = Path(__file__).with_name("synonyms.toml")
_LONGEST_TERM = 6  # words


def term_key(term: str) -> str:
    """``term`` folded, its words parted by single spaces: what two spellings have in common."""
    return " ".join(WORD.findall(folded(term)))


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of terms: ``same`` say one thing, ``near`` belong together."""

    same: list[list[str]]
    near: list[list[str]]
    others: dict[str, list[str]]  # term key → the other terms of its ``same`` groups

    @classmethod
    def load(cls, path: Path = TABLE) -> Synonyms:
        """Read the table."""
        themes = tomllib.loads(path.read_text(encoding="utf-8"))
        same = [group for theme in themes.values() for group in theme.get("same", [])]
        near = [group for theme in themes.values() for group in theme.get("near", [])]
        others: dict[str, list[str]] = {}
        for group in same:
            for term in group:
                others.setdefault(term_key(term), []).extend(t for t in group if t != term)
        return cls(same, near, others)

    @property
    def phrases(self) -> list[str]:
        """Every term of several words, as a key, once."""
        keys = dict.fromkeys(term_key(t) for g in [*self.same, *self.near] for t in g)
        return [k for k in keys if " " in k]

    def exchanged(self, text: str, draw: random.Random) -> str:
        """``text`` with one of the terms it holds replaced by another of the same group."""
        words = text.split()
        keys = [term_key(w) for w in words]
        found = []
        for begin in range(len(words)):
            for end in range(begin + 1, min(len(words), begin + _LONGEST_TERM) + 1):
                key = " ".join(keys[begin:end])
                if key in self.others:
                    found.append((begin, end, key))
        if not found:
            return text
        begin, end, key = draw.choice(found)
        return " ".join([*words[:begin], draw.choice(self.others[key]), *words[end:]])
