"""Cutting a source into clauses: nothing lost, nothing torn."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.clauses import clauses
from assistant.drafting.sources import example_sources
from assistant.drafting.topics import Topic

_PIECES = st.sampled_from(
    ["TA 14/8", "pas de fièvre", "ATCD : ", "HTA", ", ", ". ", "\n", "\n\n", "- ", " ; ", "Dr. ",
     "2,5 mg", "sous ", "le 12/11", "é", "🫀", " ", "allergie à la pénicilline", "1) "]
)  # fmt: skip
_NOTES = st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text(max_size=200))


def cut(text: str) -> list[str]:
    return [clause.span.cut(text) for clause in clauses(text)]


@given(_NOTES)
def test_clauses_stand_in_order_and_hold_every_word(text: str) -> None:
    end = 0
    gaps = []
    for clause in clauses(text):
        assert clause.span.start >= end
        assert clause.span.start <= clause.content.start < clause.content.end == clause.span.end
        gaps.append(text[end : clause.span.start])
        end = clause.span.end
    gaps.append(text[end:])
    # What stands between clauses is layout: blanks, commas, a bullet.
    for gap in gaps:
        words = re.sub(r"(?m)^\s*(?:o|\(?\d{1,2}[.)°]-?)\s", "", gap)
        assert not any(c.isalnum() for c in words), gap


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Vu par le Dr. Martin ce jour. RAS.", ["Vu par le Dr. Martin ce jour.", "RAS."]),
        ("Hb 11.8 g/dL, CRP 4", ["Hb 11.8 g/dL", "CRP 4"]),
        ("FC 96 irr. avec OMI", ["FC 96 irr. avec OMI"]),
        ("+ 4 kg en 10 j. TA 148/82", ["+ 4 kg en 10 j.", "TA 148/82"]),
        ("pas de fièvre, toux, sous amoxicilline", ["pas de fièvre, toux, sous amoxicilline"]),
        ("HTA, sous amlodipine, TA 15/9", ["HTA", "sous amlodipine", "TA 15/9"]),
        ("pas d'HTA. soeur : DG", ["pas d'HTA.", "soeur : DG"]),
        ("- Toux\n- Fièvre", ["Toux", "Fièvre"]),
        ("injections quotidiennes, sous-cutanées", ["injections quotidiennes, sous-cutanées"]),
        ("", []),
        (" \n\t ... ", []),
    ],
)
def test_where_notes_are_cut(note: str, expected: list[str]) -> None:
    assert cut(note) == expected


@pytest.mark.parametrize(
    ("note", "topic", "content"),
    [
        ("ATCD : HTA", Topic.HISTORY, "HTA"),
        ("Antécédents familiaux : père IDM", Topic.FAMILY, "père IDM"),
        ("TTT sortie: furosémide 60 mg", Topic.DISCHARGE_TREATMENT, "furosémide 60 mg"),
        ("CAT - revoir à J7", Topic.FOLLOW_UP, "revoir à J7"),
        ("MT : Dr Lemoine", Topic.IDENTITY, "MT : Dr Lemoine"),
        ("Hypothèse : pneumopathie", Topic.CONCLUSION, "Hypothèse : pneumopathie"),
        ("RDV: 12/12", Topic.FOLLOW_UP, "RDV: 12/12"),
        ("TA : 14/8", "", "TA : 14/8"),
        ("Kaliémie : 3,4", "", "Kaliémie : 3,4"),
    ],
)
def test_only_known_labels_are_labels(note: str, topic: str, content: str) -> None:
    (clause,) = clauses(note)
    assert (clause.label_topic, clause.content.cut(note)) == (topic, content)


def test_a_text_without_any_stop_is_still_cut_into_readable_pieces() -> None:
    pieces = cut("mot " * 2000)
    assert max(map(len, pieces)) <= 600
    assert "".join(pieces).count("mot") == 2000


def test_the_examples_are_cut_into_clauses_one_could_file() -> None:
    for example in example_sources():
        pieces = clauses(example.text)
        assert len(pieces) >= 15
        assert max(len(piece.span) for piece in pieces) < 200
