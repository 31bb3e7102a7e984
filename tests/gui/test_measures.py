"""Words and spans."""

from assistant.documents import Span
from assistant.gui.measures import covered, joined, words


def test_words() -> None:
    assert words("") == 0
    assert words("TA 148/82,\u00a0FC 96") == 4
    assert words("un deux trois", until=7) == 2
    assert words("un deux trois", until=6) == 1


def test_spans_with_only_blanks_between_are_one() -> None:
    text = "HTA.\n\nFA. Motif : chute"
    spans = [Span(6, 9), Span(0, 4), Span(18, 23)]
    assert joined(spans, text) == (Span(0, 9), Span(18, 23))


def test_characters_are_counted_once() -> None:
    assert covered([Span(0, 4), Span(2, 6), Span(10, 12)]) == 8
    assert covered([]) == 0
