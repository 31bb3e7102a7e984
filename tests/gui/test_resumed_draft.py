"""A corrected draft comes back word for word, and still knows what was copied from where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.documents import Draft, Mode, Passage, Section, Span
from assistant.gui.resumed_draft import corrected
from tests.gui.fake_desk import NOTE, letter

LINES = st.sampled_from(
    ["", " ", "HTA, FA.", "Motif d’hospitalisation", "À classer", "Revoir à J7.", "Motif", "\t"]
)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_the_text_is_the_text(text: str) -> None:
    made = corrected(letter(), text)
    assert made.text == (text or letter().text)
    assert made.document_type == "lettre_liaison"


@given(st.text(max_size=80))
def test_any_text_is_that_text(text: str) -> None:
    if text:
        assert corrected(letter(), text).text == text


def test_what_was_not_touched_keeps_its_place_in_the_source() -> None:
    draft = letter()
    text = draft.text.replace("bisoprolol 5\u00a0mg.", "bisoprolol 2,5\u00a0mg.")
    made = corrected(draft, text)
    assert [s.title for s in made.sections if s.filled] == [
        s.title for s in draft.sections if s.filled
    ]
    assert {span.cut(NOTE) for span in made.used} == {
        "chute 🩺 à domicile.",
        "HTA, FA.",
        "Vu avec l’IDE.",
    }
    assert {s.title for s in made.sections} == {s.title for s in draft.sections}


def test_a_heading_that_stands_twice_is_no_loss() -> None:
    passage = Passage("a", Span(0, 1))
    draft = Draft("x", Mode.STRICT_COPY, (Section("T", (passage,)),))
    assert corrected(draft, "T\na\n\nT\nb").text == "T\na\n\nT\nb"
