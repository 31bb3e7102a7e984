"""The headings of each labelled source in two named forms, from its topics.

Which two forms is decided by the topics that the source holds, never by its words, so that the rule
is the same for the half that nobody reads. A heading follows from the topic through the form's own
plan; where that is not the best heading, ``models/labels/form_exceptions.toml`` says so (training
and development halves only).
"""

from __future__ import annotations

import tomllib
import zlib
from dataclasses import dataclass
from functools import cache

from assistant.drafting.document_type import DocumentType, document_type
from assistant.drafting.topics import Topic
from models.recipes.hand_labels import LABELS, LabelledNote

# A source that tells of care given and of its course, or of a discharge, tells of a stay.
_CARE = {Topic.TREATMENT_GIVEN, Topic.PROCEDURES}
# The second form of each pair alternates, so that every form is met.
_AFTER_A_STAY = ("hospitalisation", "resume", "rcp", "synthese_medicale")
_OTHERWISE = ("adressage", "saed", "dar", "synthese_medicale")


@dataclass(frozen=True, slots=True)
class HeadingLabel:
    """The index of the single best heading of a clause in one form (-1: stays out), and of the
    other heading that a clinician would accept (the same where there is none)."""

    best: int
    acceptable: int


def named_forms(note: LabelledNote) -> tuple[DocumentType, DocumentType]:
    """The two forms that ``note`` is labelled for."""
    held = {Topic(topic) for topic in note.topics}
    turn = zlib.crc32(note.id.encode())
    if Topic.DISCHARGE_STATE in held or (Topic.COURSE in held and held & _CARE):
        names = ("lettre_liaison", _AFTER_A_STAY[turn % len(_AFTER_A_STAY)])
    else:
        names = ("consultation", _OTHERWISE[turn % len(_OTHERWISE)])
    return document_type(names[0]), document_type(names[1])


def heading_labels(note: LabelledNote, form: DocumentType) -> list[HeadingLabel]:
    """The headings of the clauses of ``note`` in ``form``."""
    titles = [heading.title for heading in form.headings]
    corrected = _exceptions().get(note.id, {}).get(form.id, {})
    found = []
    for number, (topic, also) in enumerate(zip(note.topics, note.also, strict=True)):
        best = _index(form, topic)
        label = HeadingLabel(best, _index(form, also) if also else best)
        if str(number) in corrected:
            first, *other = (titles.index(title) for title in corrected[str(number)])
            label = HeadingLabel(first, other[0] if other else first)
        found.append(label)
    return found


def _index(form: DocumentType, topic: str) -> int:
    heading = form.heading_of(Topic(topic))
    return -1 if heading is None else form.headings.index(heading)


@cache
def _exceptions() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Source, form, number of the clause: the best heading, then the other acceptable one."""
    text = (LABELS / "form_exceptions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
