"""The forms: what a French clinical document is made of, read from ``document_types/*.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.documents import Mode
from assistant.drafting.labels import fold
from assistant.drafting.topics import Topic
from assistant.errors import AparteError, ErrorCode

UNSORTED = "À classer"


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a form and the topics that stand under it."""

    title: str
    topics: frozenset[Topic]


@dataclass(frozen=True, slots=True)
class Required:
    """An item that the form must hold under ``heading``.

    ``cue`` is what its words look like once folded; None where any words will do. ``reference`` is
    the article that asks for it, or an empty string.
    """

    heading: str
    item: str
    cue: re.Pattern[str] | None = None
    reference: str = ""

    @property
    def to_complete(self) -> str:
        """« À compléter : les allergies, ou leur absence »."""
        return f"À compléter\u00a0: {self.item}"

    def is_met_by(self, draft_text: str) -> bool:
        """Whether ``draft_text``, what stands under the heading, seems to hold the item."""
        if self.cue is None:
            return bool(draft_text.strip())
        return self.cue.search(fold(draft_text)) is not None


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A form. ``noun`` names the document in a sentence (« la lettre »); ``never`` lists what it
    must not hold; ``modes`` are the ways of drafting that make sense for it."""

    id: str
    title: str
    noun: str
    plan: str
    instructions: str
    never: tuple[str, ...]
    modes: tuple[Mode, ...]
    headings: tuple[Heading, ...]
    required: tuple[Required, ...]

    def heading_of(self, topic: Topic) -> Heading | None:
        """The heading under which ``topic`` stands, or None where the form leaves it out."""
        return next((h for h in self.headings if topic in h.topics), None)

    def served_by(self, modes: Sequence[Mode]) -> tuple[Mode, ...]:
        """Those of ``modes`` that this form can be drafted in."""
        return tuple(mode for mode in modes if mode in self.modes)

    def to_complete(self, draft_texts: Mapping[str, str]) -> tuple[Required, ...]:
        """The required items not found in ``draft_texts``, what stands under each heading."""
        return tuple(r for r in self.required if not r.is_met_by(draft_texts.get(r.heading, "")))


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
            never=tuple(str(words) for words in table["never"]),
            modes=tuple(Mode(mode) for mode in table.get("modes", list(Mode))),
            headings=headings,
            required=tuple(_required(row) for row in table["required"]),
        )
        order = int(table["order"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error) as fault:
        raise AparteError(ErrorCode.FORM_INVALID, form=form_id) from fault
    topics = [topic for heading in headings for topic in heading.topics]
    titles = {heading.title for heading in headings}
    astray = {required.heading for required in form.required} - titles
    if not headings or not form.modes or astray or len(topics) != len(set(topics)):
        raise AparteError(ErrorCode.FORM_INVALID, form=form_id)
    return order, form


def _required(row: Mapping[str, Any]) -> Required:
    cue = re.compile(str(row["cue"])) if "cue" in row else None
    return Required(str(row["heading"]), str(row["item"]), cue, str(row.get("reference", "")))
