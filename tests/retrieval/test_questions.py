"""The questions that the search is measured on: their form, their split, what their labels name."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from assistant.guides import BlockKind
from assistant.retrieval.guide_text import read_guide

GUIDES = Path(__file__).parents[2] / "guides"
# A guide's recommendations may be numbered anew in another version: read its labels again then.
LABELLED_VERSION = "1.0"
RECOMMENDATIONS = "Recommandations"
FIELDS = ["id", "question", "wording", "situation", "split", "answers", "patient_text"]
WORDINGS = {"médecin", "infirmier", "étudiant", "informatique", "autre"}
PREFIXES = {
    "medecin": "med",
    "infirmier": "inf",
    "etudiant": "etu",
    "informatique": "dsi",
    "autre": "aut",
    "hors-sujet": "hs",
    "texte-de-patient": "pat",
}


def written() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each question, after the name of its file."""
    for name in PREFIXES:
        file = resources.files("assistant.retrieval") / "questions" / f"{name}.jsonl"
        for line in file.read_text("utf-8").splitlines():
            yield name, json.loads(line)


QUESTIONS = list(written())


@cache
def headings(guide: str) -> dict[str, set[int]]:
    """The section headings of a guide, with the numbers of the items under each."""
    read = read_guide((GUIDES / f"{guide}.md").read_text("utf-8"))
    assert (read.id, read.version) == (guide, LABELLED_VERSION)
    under: dict[str, set[int]] = {}
    for block in read.blocks:
        if block.kind is BlockKind.HEADING and block.level == 2:
            under[block.span.cut(read.text)] = set()
        elif block.kind is BlockKind.NUMBERED:
            under[list(under)[-1]].add(block.number)
    return under


def test_every_file_of_questions_is_read() -> None:
    folder = resources.files("assistant.retrieval") / "questions"
    assert {entry.name for entry in folder.iterdir()} == {f"{name}.jsonl" for name in PREFIXES}


@pytest.mark.parametrize("file", PREFIXES)
def test_form(file: str) -> None:
    for asked in (q for name, q in QUESTIONS if name == file):
        assert list(asked) == FIELDS, asked
        assert asked["id"].rpartition("-")[0] == PREFIXES[file], asked
        assert asked["wording"] in WORDINGS, asked
        assert asked["question"].strip() == asked["question"] != "", asked
        assert asked["situation"].strip() == asked["situation"] != "", asked
        assert asked["patient_text"] is (file == "texte-de-patient"), asked


@pytest.mark.parametrize("file", PREFIXES)
def test_labels_name_what_stands_in_the_guides(file: str) -> None:
    for asked in (q for name, q in QUESTIONS if name == file):
        places = []
        for answer in asked["answers"]:
            assert list(answer) == ["guide", "section", "recommendation", "grade"], asked
            numbered = headings(answer["guide"])[answer["section"]]
            assert answer["section"] != "Sources", asked
            if answer["section"] == RECOMMENDATIONS:
                assert answer["recommendation"] in numbered, asked
            else:
                assert answer["recommendation"] is None, asked
            places.append((answer["guide"], answer["section"], answer["recommendation"]))
        assert len(set(places)) == len(places), asked
        grades = [answer["grade"] for answer in asked["answers"]]
        assert set(grades) <= {1, 2}, asked
        assert grades == sorted(grades, reverse=True), f"the primary answer comes first: {asked}"


def test_ids_and_questions_are_unique() -> None:
    assert len({q["id"] for _, q in QUESTIONS}) == len(QUESTIONS)
    assert len({q["question"].casefold() for _, q in QUESTIONS}) == len(QUESTIONS)


def test_there_are_enough_of_each_kind() -> None:
    kinds = Counter(
        "patient" if q["patient_text"] else "answered" if q["answers"] else "refused"
        for _, q in QUESTIONS
    )
    assert kinds["answered"] >= 230
    assert kinds["refused"] >= 90
    assert kinds["patient"] >= 10
    assert not any(q["answers"] for _, q in QUESTIONS if q["patient_text"])


def test_every_guide_answers_questions_of_both_splits() -> None:
    first = {(q["answers"][0]["guide"], q["split"]) for _, q in QUESTIONS if q["answers"]}
    assert first == {(path.stem, s) for path in GUIDES.glob("*.md") for s in ("tune", "report")}


def test_the_split_follows_from_the_ids_alone() -> None:
    """Within a file and a wording, ordered by the SHA-256 of the id: every second one."""
    groups: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for name, asked in QUESTIONS:
        groups[name, asked["wording"]][asked["id"]] = asked["split"]
    for group in groups.values():
        ordered = sorted(group, key=lambda id_: sha256(id_.encode()).hexdigest())
        expected = {id_: ("report", "tune")[place % 2] for place, id_ in enumerate(ordered)}
        assert group == expected
