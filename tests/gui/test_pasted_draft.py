"""A draft that is brought: nothing is changed but the blank lines around its headings."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from assistant.documents import Span
from assistant.drafting.document_type import document_type
from assistant.gui.draft_document import DraftWriter, Kind, kind_of
from assistant.gui.draft_text import DraftText
from assistant.gui.pasted_draft import pasted_draft
from assistant.gui.reading_text import blocks

FORM = document_type("lettre_liaison")
LETTER = (
    "Cher confrère,\n\nVotre patiente va bien.\n\n\nMotif d’hospitalisation\nChute 🩺.\n\n"
    "Traitement de sortie :\nApixaban\t2,5 mg\nSuites\n"
)
LINES = st.lists(
    st.sampled_from(
        ["", " ", "Cher confrère,", "Suites", "Motif :", "Chute 🩺 à J3.", "a\tb", "- 5 mg", "Fin"]
    ),
    max_size=12,
)


def shown(text: str) -> QTextDocument:
    document = QTextDocument()
    DraftWriter(document).write(pasted_draft(text, FORM), writing=False)
    return document


def test_titles_with_text_under_them_are_headings(qtbot: QtBot) -> None:
    document = shown(LETTER)
    headings = [b.text() for b in blocks(document) if kind_of(b) is Kind.HEADING]
    assert headings == ["Motif d’hospitalisation", "Traitement de sortie :"]


def test_windows_line_ends_are_lines(qtbot: QtBot) -> None:
    assert DraftText(shown("Un.\r\nDeux.\rTrois.")).text == "Un.\nDeux.\nTrois."


@given(LINES)
def test_every_line_is_kept_in_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = DraftText(shown(text)).text
    assert [line for line in kept.split("\n") if line.strip()] == [
        line for line in lines if line.strip()
    ]
    squeezed = re.compile(r"\n\s*\n|\n")
    assert squeezed.sub("\n", kept).strip() == squeezed.sub("\n", text).strip()


@given(LINES)
def test_every_character_of_the_text_has_its_place_in_the_document(lines: list[str]) -> None:
    document = shown("\n".join(lines))
    made = DraftText(document)
    raw = document.toRawText().encode("utf-16-le")
    for offset, character in enumerate(made.text):
        mark = made.mark(Span(offset, offset + 1))
        if character != "\n":
            assert raw[2 * mark.start : 2 * mark.end].decode("utf-16-le") == character
