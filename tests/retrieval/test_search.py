"""Search on the guides that ship, with the embedder that ships."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.protocol import Shelf
from assistant.retrieval.calibration import load_calibration
from assistant.retrieval.embedder import Embedder
from assistant.retrieval.embedder_files import shipped_embedder, verify_embedder
from assistant.retrieval.extracts import quotes
from assistant.retrieval.index import Index
from assistant.retrieval.library import open_library
from assistant.retrieval.search import Ranking, Searcher
from assistant.retrieval.shelving import Shelved, index_of


def made(shelf: Shelf, embedder: Embedder) -> tuple[Index, Shelved]:
    making = index_of(shelf, embedder)
    last = Shelved(0, 0, 0)
    while True:
        try:
            last = next(making)
        except StopIteration as end:
            return end.value, last


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    embedder = shipped_embedder()
    return Shelf(
        open_library().files, str(embedder), verify_embedder(embedder), str(tmp_path / "index")
    )


@pytest.fixture
def searcher(shelf: Shelf, embedder: Embedder) -> Searcher:
    return Searcher(made(shelf, embedder)[0], embedder, load_calibration())


def test_the_index_is_read_back_and_only_what_is_new_is_computed(
    shelf: Shelf, embedder: Embedder
) -> None:
    first, told = made(shelf, embedder)
    assert told.embedded == told.done == told.total == len(first.passages)
    again, told = made(shelf, embedder)
    assert told.embedded == 0
    assert (again.vectors == first.vectors).all()
    assert again.vocabulary == first.vocabulary
    one = Path(shelf.index).glob("*.segment").__next__()
    one.write_bytes(one.read_bytes()[:-1] + b"?")  # damaged: computed again, never trusted
    repaired, told = made(shelf, embedder)
    assert 0 < told.embedded < told.total
    assert (repaired.vectors == first.vectors).all()


def test_an_index_made_with_another_embedder_is_not_used(shelf: Shelf, embedder: Embedder) -> None:
    made(shelf, embedder)
    _, told = made(replace(shelf, embedder_sha256="0" * 64), embedder)
    assert told.embedded == told.total


def test_a_pack_that_is_not_the_one_that_was_checked_is_refused(
    shelf: Shelf, embedder: Embedder
) -> None:
    other = replace(shelf, packs=[replace(pack, sha256="0" * 64) for pack in shelf.packs])
    with pytest.raises(AparteError) as caught:
        made(other, embedder)
    assert caught.value.code is ErrorCode.PACK_ALTERED


@pytest.mark.parametrize(
    ("question", "guide"),
    [
        ("Dans quel ordre relire un brouillon ?", "verifier-un-brouillon"),
        ("Que doit contenir une lettre de liaison ?", "lettre-de-liaison"),
        ("C’est quoi le SAED ?", "transmettre"),
        ("halucination", "comprendre-l-ia-generative"),
    ],
)
@pytest.mark.parametrize("ranking", [Ranking.FUSION, Ranking.WORDS])
def test_the_guide_is_found(
    searcher: Searcher, question: str, guide: str, ranking: Ranking
) -> None:
    assert guide in [c.passage.guide for c in searcher.search(question, 5, ranking).candidates]


def test_a_search_stays_in_the_guides_it_is_given(searcher: Searcher) -> None:
    for ranking in Ranking:
        found = searcher.search("Relire une lettre", 10, ranking, ["transmettre"])
        assert {c.passage.guide for c in found.candidates} == {"transmettre"}
    assert searcher.search("relire", 10, guides=["absent"]).candidates == ()


@pytest.mark.parametrize("question", ["", "…", "de la", "xqzzv", "🙂", "a" * 5000])
def test_a_question_of_nothing_is_refused(searcher: Searcher, question: str) -> None:
    assert not searcher.search(question, 5).answers


def test_a_shelf_without_a_guide_answers_nothing(embedder: Embedder) -> None:
    searcher = Searcher(Index([], [], embedder.dimension), embedder, load_calibration())
    assert searcher.search("relire une lettre", 5).candidates == ()


def test_what_is_quoted_is_the_guide_s_own_and_never_an_example(
    searcher: Searcher, embedder: Embedder
) -> None:
    guides = {one.guide.id: one.guide for one in open_library().guides}
    for question in ("Que contient un contre-exemple ?", "relire les doses", "informer le patient"):
        findings = searcher.search(question, 10)
        for quote in quotes(findings, embedder):
            passage = findings.candidates[quote.found].passage
            assert quote.span.cut(guides[passage.guide].text) in passage.text
            assert not any("xemple" in heading for heading in passage.section)
