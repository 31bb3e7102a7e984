"""Guides as they are written: TOML front matter between two « +++ » lines, then Markdown."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Any

from assistant.extraction.markdown import assemble, read_markdown
from assistant.guides import Guide

GUIDE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_FENCE = "+++"
_LONGEST_GUIDE = 2_000_000


class GuideError(ValueError):
    """The text is not a guide; says which part is wrong."""


def read_guide(written: str) -> Guide:
    """The guide in ``written``; raises GuideError."""
    if len(written) > _LONGEST_GUIDE:
        raise GuideError("longueur")
    lines = written.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].strip() != _FENCE:
        raise GuideError("en-tête")
    try:
        end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
        table = tomllib.loads("\n".join(lines[1:end]))
    except (StopIteration, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise GuideError("en-tête") from fault
    text, blocks = assemble(read_markdown("\n".join(lines[end + 1 :])))
    if not text.strip():
        raise GuideError("texte")
    return Guide(
        id=guide_id(table.get("id")),
        title=_line(table, "titre"),
        version=_line(table, "version"),
        dated=_day(table, "date"),
        text=text,
        blocks=blocks,
        review=_day(table, "revision") if "revision" in table else None,
        audience=_lines(table, "public"),
        avec=_lines(table, "avec"),
        summary=_line(table, "resume") if "resume" in table else "",
    )


def guide_id(name: Any) -> str:
    """``name`` if a guide can be called so; raises GuideError."""
    if not isinstance(name, str) or not GUIDE_ID.fullmatch(name):
        raise GuideError("id")
    return name


def _line(table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 500 or "\n" in value:
        raise GuideError(name)
    return value.strip()


def _lines(table: dict[str, Any], name: str) -> tuple[str, ...]:
    values = table.get(name, [])
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise GuideError(name)
    return tuple(values)


def _day(table: dict[str, Any], name: str) -> date:
    value = table.get(name)
    if type(value) is not date:
        raise GuideError(name)
    return value
