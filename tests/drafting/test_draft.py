"""Strict copy: whatever the model answers, a draft is headings and spans of the source."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from assistant.documents import Clause, Draft, Source
from assistant.drafting.clauses import clauses
from assistant.drafting.document_type import UNSORTED, DocumentType, document_type, document_types
from assistant.drafting.draft import StrictCopy, WrittenText, breaks_before
from assistant.drafting.topics import Topic

TOPICS = [topic.value for topic in Topic]
NOTE = Source(
    "Motif : toux.\nATCD : HTA, DT2. Allergie à la pénicilline.\n\nTTT : ramipril 5 mg.\n"
    "Allergies : aucune\nNous remercions le confrère."
)


def sure(topic: Topic, certainty: float = 0.97) -> list[float]:
    rest = (1 - certainty) / (len(TOPICS) - 1)
    return [math.log(certainty if name == topic.value else rest) for name in TOPICS]


def filed(
    form: DocumentType, source: Source, scores: list[list[float]], certainty: float = 0.5
) -> tuple[Draft, list[Clause]]:
    pieces = clauses(source.text)
    copy = StrictCopy(source, form, pieces, certainty)
    for row in scores:
        copy.place(TOPICS, row)
    return copy.draft(finished=True), pieces


def section(draft: Draft, title: str) -> list[str]:
    return [p.text for s in draft.sections if s.title == title for p in s.passages]


@given(st.data(), st.sampled_from(sorted(document_types())))
def test_every_line_is_a_heading_or_a_span_of_the_source(data: st.DataObject, form_id: str) -> None:
    form = document_type(form_id)
    count = len(clauses(NOTE.text))
    row = st.lists(st.floats(-20, 0), min_size=len(TOPICS), max_size=len(TOPICS))
    normal = [
        [x - math.log(sum(map(math.exp, r))) for x in r]
        for r in data.draw(st.lists(row, min_size=count, max_size=count))
    ]
    draft, pieces = filed(form, NOTE, normal, data.draw(st.floats(0, 1)))
    titles = {heading.title for heading in form.headings} | {UNSORTED}
    assert [s.title for s in draft.sections] == [h.title for h in form.headings] + [UNSORTED]
    for line in draft.text.splitlines():
        assert not line or line in titles or line in NOTE.text
    for passage in (p for s in draft.sections for p in s.passages):
        assert passage.source_span is not None
        assert passage.source_span.cut(NOTE.text) == passage.text
    # Every clause stands in the draft exactly once, or is said to be left out.
    for piece in pieces:
        places = [s for s in (*draft.used, *draft.left_out) if s.end >= piece.content.end > s.start]
        assert len(places) == 1


def test_a_label_that_repeats_its_heading_is_not_copied_but_one_that_matters_is() -> None:
    form = document_type("consultation")
    scores = [
        sure(Topic.REASON),
        sure(Topic.HISTORY),
        sure(Topic.ALLERGIES),
        sure(Topic.USUAL_TREATMENT),
        sure(Topic.HISTORY),  # « Allergies : aucune », misplaced: its label must go with it
        sure(Topic.OTHER),
    ]
    draft, _ = filed(form, NOTE, scores)
    assert section(draft, "Motif de consultation") == ["toux."]
    assert section(draft, "Allergies") == ["Allergie à la pénicilline."]
    assert "Allergies : aucune" in section(draft, "Antécédents")
    assert [span.cut(NOTE.text) for span in draft.left_out] == ["Nous remercions le confrère."]


def test_what_is_uncertain_is_left_to_be_sorted() -> None:
    form = document_type("resume")
    doubtful = [math.log(1 / len(TOPICS))] * len(TOPICS)
    draft, pieces = filed(form, NOTE, [doubtful] * len(clauses(NOTE.text)))
    assert len(pieces) >= len(section(draft, UNSORTED)) > 0
    assert all(not s.filled for s in draft.sections if not s.unsorted)


def test_a_critical_clause_is_never_left_out() -> None:
    source = Source("Apixaban arrêté avant le geste.")
    draft, _ = filed(document_type("consultation"), source, [sure(Topic.OTHER, 0.999)])
    assert section(draft, UNSORTED) == ["Apixaban arrêté avant le geste."]
    assert draft.left_out == ()


def test_neighbours_on_a_line_make_one_passage_as_it_was_typed() -> None:
    source = Source("TA 14/8, FC 80. Apyrétique.\nECG normal.")
    pieces = clauses(source.text)
    draft, _ = filed(document_type("consultation"), source, [sure(Topic.EXAMINATION)] * len(pieces))
    assert section(draft, "Examen clinique") == ["TA 14/8, FC 80. Apyrétique.", "ECG normal."]


def test_breaks_say_what_stands_before_each_clause() -> None:
    source = Source("Toux. Fièvre.\nTA 14/8\n\nRAS")
    assert breaks_before(source, clauses(source.text)) == [0, 0, 1, 2]


def test_written_text_goes_under_the_headings_it_names() -> None:
    form = document_type("consultation")
    written = WrittenText(form)
    for piece in ("**Motif de consul", "tation**\nToux.\n\n", "CONCLUSION :\n", "Rhume.\n"):
        written.add(piece)
    draft = written.draft(finished=True)
    assert section(draft, "Motif de consultation") == ["Toux."]
    assert section(draft, "Conclusion") == ["Rhume."]
    assert draft.text == "Motif de consultation\nToux.\n\nConclusion\nRhume."
