"""Each labelled source has its headings in two named forms; nobody corrected the test half."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.documents import Mode
from assistant.drafting.topics import Topic
from models.recipes.form_labels import _exceptions, heading_labels, named_forms
from models.recipes.hand_labels import LABELS, LabelledNote, held_out_ids, labelled

HALVES = {half: labelled(LABELS / f"{half}.jsonl") for half in ("train", "dev", "test")}
EVERY = [note for notes in HALVES.values() for note in notes]


def test_sixty_published_cases_and_sixty_of_ours_and_more() -> None:
    kinds = Counter(note.id.startswith("note") for note in EVERY)
    assert kinds[True] >= 60
    assert kinds[False] >= 60
    assert len({note.id for note in EVERY}) == len(EVERY)


@pytest.mark.parametrize("half", HALVES)
def test_every_source_is_labelled_for_two_forms(half: str) -> None:
    for note in HALVES[half]:
        first, second = named_forms(note)
        assert first.id != second.id
        for form in (first, second):
            assert Mode.STRICT_COPY in form.modes
            labels = heading_labels(note, form)
            assert len(labels) == len(note.spans)
            count = len(form.headings)
            assert all(-1 <= x < count for label in labels for x in (label.best, label.acceptable))


def test_every_form_is_named_for_some_source() -> None:
    named = {form.id for note in EVERY for form in named_forms(note)}
    assert len(named) == 9


def test_the_forms_follow_from_the_topics_alone() -> None:
    stay = LabelledNote("x", "", [], [Topic.COURSE, Topic.TREATMENT_GIVEN], ["", ""])
    visit = LabelledNote("x", "", [], [Topic.REASON, Topic.FOLLOW_UP], ["", ""])
    assert named_forms(stay)[0].id == "lettre_liaison"
    assert named_forms(visit)[0].id == "consultation"


def test_exceptions_are_of_sources_that_were_read_and_change_the_heading() -> None:
    known = {note.id: note for half in ("train", "dev") for note in HALVES[half]}
    assert not set(_exceptions()) - set(known)
    for source, forms in _exceptions().items():
        named = {form.id: form for form in named_forms(known[source])}
        assert set(forms) <= set(named)
        for form_id, changed in forms.items():
            form, note = named[form_id], known[source]
            labels = heading_labels(note, form)
            for number, titles in changed.items():
                topic = Topic(note.topics[int(number)])
                assert form.headings[labels[int(number)].best].title == titles[0]
                assert form.heading_of(topic) != form.headings[labels[int(number)].best]


def test_the_held_out_halves_are_known_to_training() -> None:
    held = held_out_ids()
    assert {note.id for half in ("dev", "test") for note in HALVES[half]} <= held
    assert not {note.id for note in HALVES["train"]} & held
