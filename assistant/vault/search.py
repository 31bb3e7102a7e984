"""Full search within the vault: words by their beginnings, without accents or case."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from assistant.vault.database import Database
from assistant.vault.moments import read

_WORD = re.compile(r"\w+")
_LIGATURES = (("œ", "oe"), ("æ", "ae"))
_EXCERPT_WORDS = 16
_WHOLE_WORD = 2
MARK_START, MARK_END = "\u0002", "\u0003"
"""Around each word found, in an excerpt."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text that holds every word asked for: a source, or the version ``version_id`` of one.

    ``excerpt`` is the passage around the words, which stand between MARK_START and MARK_END.
    """

    source_id: str
    version_id: str | None
    at: datetime
    name: str
    excerpt: str


@dataclass
class Search:
    """Looks into the index of ``database``."""

    database: Database = field(repr=False)

    def find(self, asked: str, limit: int = 50) -> list[Found]:
        """The texts that hold every word of ``asked``, the last kept first (ranking by relevance
        would read every text that holds a common word); none for no word."""
        query = as_query(asked)
        if not query:
            return []
        marks = (MARK_START, MARK_END, "…", _EXCERPT_WORDS)
        found = self.database.rows(
            """SELECT * FROM (
                 SELECT s.id, NULL, s.changed_at AS at, s.name,
                        snippet(found_sources, 1, ?, ?, ?, ?)
                 FROM found_sources JOIN sources s ON s.n = found_sources.rowid
                 WHERE found_sources MATCH ? ORDER BY found_sources.rowid DESC LIMIT ?)
               UNION ALL SELECT * FROM (
                 SELECT v.source_id, v.id, v.made_at AS at, coalesce(s.name, ''),
                        snippet(found_versions, 0, ?, ?, ?, ?)
                 FROM found_versions JOIN versions v ON v.n = found_versions.rowid
                 LEFT JOIN sources s ON s.id = v.source_id
                 WHERE found_versions MATCH ? ORDER BY found_versions.rowid DESC LIMIT ?)
               ORDER BY at DESC LIMIT ?""",
            (*marks, query, limit, *marks, query, limit, limit),
        )
        return [Found(source, version, read(at), *rest) for source, version, at, *rest in found]


def as_query(asked: str) -> str:
    """``asked`` in FTS5's words: every word, ligatures either way, by its beginning; a word of one
    or two characters (« TA », « 5 ») is that very word."""
    return " AND ".join(_ways(word) for word in _WORD.findall(asked))


def _ways(word: str) -> str:
    ways = {word.lower()}
    for joined, apart in _LIGATURES:
        ways |= {way.replace(joined, apart) for way in ways}
        ways |= {way.replace(apart, joined) for way in ways}
    end = "*" if len(word) > _WHOLE_WORD else ""
    return "(" + " OR ".join(f'"{way}"{end}' for way in sorted(ways)) + ")"
