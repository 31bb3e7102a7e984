"""A finished draft made into a letter that leaves, for the window and the terminal alike."""

from __future__ import annotations

from datetime import datetime

from assistant import __version__
from assistant.documents import Draft
from assistant.drafting.document_type import UNSORTED, DocumentType
from assistant.export.letter import Letter, Making, parts_of
from assistant.model_store.catalogue import ModelEntry


def letter_of(draft: Draft, form: DocumentType, model: ModelEntry, *, reviewer: str = "") -> Letter:
    """The letter that ``draft`` makes, reviewed now by ``reviewer``."""
    headings = [*(heading.title for heading in form.headings), UNSORTED]
    making = Making(
        model=model.name,
        model_sha256=model.sha256 or "",
        form=form.id,
        form_title=form.title,
        mode=draft.mode.value,
        version=__version__,
    )
    return Letter(form.title, parts_of(draft.text, headings), making, datetime.now(), reviewer)
