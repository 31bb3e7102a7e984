"""The forms: what a French clinical document is made of, read from ``document_types/*.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.drafting.topics import Topic
from assistant.errors import AparteError, ErrorCode

UNSORTED = "À classer"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a form and the topics that stand under it."""

    title: str
    topics: frozenset[Topic]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A form. ``noun`` names the document in a sentence (« la lettre »)."""

    id: str
    title: str
    noun: str
    plan: str
    instructions: str
    headings: tuple[Heading, ...]

    def heading_of(self, topic: Topic) -> Heading | None:
        """The heading under which ``topic`` stands, or None where the form leaves it out."""
        return next((h for h in self.headings if topic in h.topics), None)


@cache
def document_types() -> Mapping[str, DocumentType]:
    """Every form that ships, by id, in the order they are shown.

    Raises AparteError (FORM_INVALID) if a description is malformed.
    """
    folder = resources.files("assistant.drafting") / "document_types"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    forms = [_read(f.name.removesuffix(".toml"), f.read_text("utf-8")) for f in files]
    return {form.id: form for _, form in sorted(forms, key=lambda pair: pair[0])}


def document_type(form_id: str) -> DocumentType:
    """The form called ``form_id``; raises AparteError (UNKNOWN_FORM) if there is none."""
    forms = document_types()
    if form_id not in forms:
        raise AparteError(ErrorCode.UNKNOWN_FORM, form=form_id, forms=", ".join(forms))
    return forms[form_id]


def _read(form_id: str, toml: str) -> tuple[int, DocumentType]:
    try:
        table: dict[str, Any] = tomllib.loads(toml)
        headings = tuple(
            Heading(str(h["title"]), frozenset(Topic(t) for t in h["topics"]))
            for h in table["heading"]
        )
        form = DocumentType(
            id=form_id,
            title=str(table["title"]),
            noun=str(table["noun"]),
            plan=str(table["plan"]),
            instructions=str(table["instructions"]).strip(),
            headings=headings,
        )
        order = int(table["order"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise AparteError(ErrorCode.FORM_INVALID, form=form_id) from fault
    topics = [topic for heading in headings for topic in heading.topics]
    if not headings or len(topics) != len(set(topics)):
        raise AparteError(ErrorCode.FORM_INVALID, form=form_id)
    return order, form
