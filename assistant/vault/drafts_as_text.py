"""Drafts and coverages as JSON, for the vault's columns."""

from __future__ import annotations

import json
from typing import Any

from assistant.documents import Coverage, Draft, Mode, Passage, Section, Span


def draft_as_text(draft: Draft) -> str:
    """``draft``, whole."""
    sections = [
        {
            "title": section.title,
            "unsorted": section.unsorted,
            "passages": [
                [passage.text, _pair(passage.source_span)] for passage in section.passages
            ],
        }
        for section in draft.sections
    ]
    words = {
        "type": draft.document_type,
        "mode": draft.mode.value,
        "sections": sections,
        "left_out": [_pair(span) for span in draft.left_out],
        "finished": draft.finished,
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"))


def draft_from_text(text: str) -> Draft:
    """The draft that ``draft_as_text`` wrote. Raises ValueError or KeyError for anything else."""
    words = json.loads(text)
    sections = tuple(
        Section(
            section["title"],
            tuple(Passage(said, _span(pair)) for said, pair in section["passages"]),
            section["unsorted"],
        )
        for section in words["sections"]
    )
    left_out = tuple(Span(start, end) for start, end in words["left_out"])
    return Draft(words["type"], Mode(words["mode"]), sections, left_out, words["finished"])


def coverage_as_text(coverage: Coverage | None) -> str | None:
    """``coverage``; None stays None."""
    if coverage is None:
        return None
    return json.dumps([coverage.read, coverage.total, [_pair(span) for span in coverage.unread]])


def coverage_from_text(text: str | None) -> Coverage | None:
    """The coverage that ``coverage_as_text`` wrote."""
    if text is None:
        return None
    read, total, unread = json.loads(text)
    return Coverage(read, total, tuple(Span(start, end) for start, end in unread))


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _span(pair: Any) -> Span | None:
    return None if pair is None else Span(pair[0], pair[1])
