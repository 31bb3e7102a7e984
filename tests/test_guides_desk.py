"""Questions and documents from end to end, with the real workers."""

from __future__ import annotations

import os
import queue
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.engine import NLP_COMMAND, Engine
from assistant.errors import AparteError, ErrorCode
from assistant.guides import Answer, Citation, Refusal
from assistant.guides_desk import GuidesDesk, Stage
from assistant.guides_measure import measure
from assistant.model_store.catalogue import ModelEntry
from assistant.retrieval.library import LibraryGuide, Origin
from assistant.retrieval.questions import Question, Target
from assistant.tasks import Desk
from tests.extraction import documents

QUESTION = "Dans quel ordre relire un brouillon ?"
PATIENCE = 120.0


class Ear:
    """Hears of anything, and gives it to the test."""

    def __init__(self) -> None:
        self.stages: list[Stage | int] = []
        self._ends: queue.SimpleQueue[object] = queue.SimpleQueue()

    def progressed(self, stage: Stage | int, *_: int) -> None:
        self.stages.append(stage)

    def answered(self, answer: Answer) -> None:
        self._ends.put(answer)

    def found(self, passages: tuple[Citation, ...]) -> None:
        self._ends.put(passages)

    def added(self, guides: tuple[LibraryGuide, ...]) -> None:
        self._ends.put(guides)

    def failed(self, error: AparteError) -> None:
        self._ends.put(error)

    def end(self) -> object:
        return self._ends.get(timeout=PATIENCE)


def answer_of(desk: GuidesDesk, question: str) -> Answer:
    ear = Ear()
    desk.ask(question, ear)
    answer = ear.end()
    assert isinstance(answer, Answer), answer
    return answer


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One nlp worker for all: torch takes seconds to load."""
    engine = Engine(NLP_COMMAND, grace=5.0)
    yield engine
    engine.close()


@pytest.fixture(scope="module", autouse=True)
def running(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Start the worker before the first test, which would otherwise be blamed for it."""
    desk = GuidesDesk(engine, index=tmp_path_factory.mktemp("index"))
    assert desk.prepare().wait(PATIENCE)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> GuidesDesk:
    return GuidesDesk(engine, index=tmp_path / "index")


def test_an_answer_is_the_guides_words_each_with_its_page(desk: GuidesDesk) -> None:
    answer = answer_of(desk, QUESTION)
    assert not answer.refused
    assert not answer.written
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {sentence.citation for sentence in answer.sentences} == set(numbers)
    for sentence in answer.sentences:
        cited = answer.citations[sentence.citation - 1]
        assert sentence.text in cited.passage.text
        guide = desk.library.find(cited.passage.guide).guide
        assert any(span.cut(guide.text) == sentence.text for span in cited.quoted)


def test_a_citation_opens_at_its_page_with_its_lines(desk: GuidesDesk) -> None:
    citation = answer_of(desk, QUESTION).citations[0]
    opened = desk.open(citation)
    assert opened.pdf is not None
    assert opened.pdf.startswith(b"%PDF")
    assert opened.page == citation.passage.page
    assert opened.rectangles[0].page == opened.page
    assert opened.span.cut(opened.shelved.guide.text) == citation.passage.text


def test_what_the_guides_do_not_answer_is_refused_with_the_nearest(desk: GuidesDesk) -> None:
    answer = answer_of(desk, "Quelle dose de colchicine avec un DFG à 30 ?")
    assert answer.refusal is Refusal.NOT_COVERED
    assert answer.nearest
    assert "pharmacien" in answer.advice
    assert answer.text == ""


def test_text_about_a_patient_goes_nowhere(tmp_path: Path) -> None:
    unstarted = Engine(["absent"])
    try:
        desk = GuidesDesk(unstarted, index=tmp_path)
        answer = answer_of(desk, "Mme Zéphirine, 67 ans, diabétique : que relire ?")
        assert answer.refusal is Refusal.PATIENT_TEXT
        assert "Zéphirine" not in answer.advice
        assert desk.search("Mme Zéphirine", Ear()) is None
    finally:
        unstarted.close()
    assert not any("Zéphirine" in path.read_text("utf-8") for path in tmp_path.rglob("*.log"))


def test_an_empty_question_is_told(desk: GuidesDesk) -> None:
    with pytest.raises(AparteError) as caught:
        desk.ask(" … ", Ear())
    assert caught.value.code is ErrorCode.QUESTION_EMPTY


def test_passages_come_as_one_types(desk: GuidesDesk) -> None:
    ear = Ear()
    assert desk.search("lettre de liaison", ear, limit=5) is not None
    found = ear.end()
    assert isinstance(found, tuple)
    assert len(found) == 5
    assert found[0].passage.guide == "lettre-de-liaison"


def test_a_model_that_writes_is_held_to_the_passages(
    desk: GuidesDesk, writer: ModelEntry, starter: ModelEntry
) -> None:
    """One that writes nonsense ends in the guides' own words; one that does not write is not
    asked."""
    for model in (writer, starter):
        drafts = Desk(model)
        try:
            desk.writer = drafts
            ear = Ear()
            desk.ask(QUESTION, ear)
            answer = ear.end()
        finally:
            drafts.close()
        assert isinstance(answer, Answer)
        assert (answer.refused, answer.written) == (False, False)
        assert (Stage.CHECKING in ear.stages) == (model is writer)


def test_the_worker_is_sealed(desk: GuidesDesk) -> None:
    answer_of(desk, QUESTION)
    assert desk.engine.sealed


@pytest.mark.parametrize(
    ("name", "data", "pages"),
    [
        ("Protocole de relecture.pdf", documents.pdf_document(2), {1, 2}),
        ("Protocole_2.docx", documents.word_document(), {None}),
        ("notes.md", "# Mes règles\n\nRelisez la zorglubine deux fois.".encode(), {None}),
    ],
)
def test_a_document_is_added_searched_opened_and_removed(
    desk: GuidesDesk, tmp_path: Path, name: str, data: bytes, pages: set[int | None]
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    ear = Ear()
    adding = desk.add(path, ear)
    added = ear.end()
    adding.close()
    assert isinstance(added, tuple), added
    (shelved,) = added
    assert (shelved.origin, shelved.signer) == (Origin.DOCUMENT, None)
    assert {block.page for block in shelved.guide.blocks} == pages
    assert desk.library.pdf(shelved.guide.id) == (data if name.endswith(".pdf") else None)
    found = Ear()
    desk.search(shelved.guide.text.split("\n\n")[-1], found, guides=[shelved.guide.id])
    passages = found.end()
    assert isinstance(passages, tuple)
    opened = desk.open(passages[0])
    assert opened.span.cut(shelved.guide.text) == passages[0].passage.text
    desk.remove(shelved.guide.id)
    assert len(desk.library.guides) == 10


def test_a_document_that_is_refused_adds_nothing(desk: GuidesDesk, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.pdf_document(scanned=True))
    ear = Ear()
    adding = desk.add(path, ear)
    error = ear.end()
    adding.close()
    assert isinstance(error, AparteError)
    assert error.code is ErrorCode.DOCUMENT_SCANNED
    assert len(desk.library.guides) == 10


def test_a_pack_is_added_and_a_changed_one_is_not(desk: GuidesDesk, tmp_path: Path) -> None:
    shipped = desk.library.guides[0].path
    pack = tmp_path / "copie.zip"
    pack.write_bytes(shipped.read_bytes())
    ear = Ear()
    desk.add(pack, ear)
    added = ear.end()
    assert isinstance(added, tuple)
    assert len(added) == len(desk.library.guides) == 10
    changed = bytearray(pack.read_bytes())
    changed[len(changed) // 2] ^= 1
    pack.write_bytes(changed)
    desk.add(pack, ear)
    error = ear.end()
    assert isinstance(error, AparteError)
    assert error.code is ErrorCode.PACK_ALTERED


def test_a_guide_that_ships_is_kept(desk: GuidesDesk) -> None:
    with pytest.raises(AparteError) as caught:
        desk.remove("transmettre")
    assert caught.value.code is ErrorCode.GUIDE_KEPT


def test_a_guide_past_its_review_says_so_in_its_citations(
    desk: GuidesDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = answer_of(desk, QUESTION)
    assert not answer.citations[0].overdue
    late = tuple(
        replace(one, guide=replace(one.guide, review=one.guide.dated.replace(year=2001)))
        for one in desk.library.guides
    )
    desk.library = replace(desk.library, guides=late)
    assert answer_of(desk, QUESTION).citations[0].overdue


def test_the_measure_says_how_the_search_does_beside_others(engine: Engine) -> None:
    questions = [
        Question("1", QUESTION, "", "report", (Target("verifier-un-brouillon"),)),
        Question("2", "Quelle est la capitale de la Mongolie ?", "", "report", ()),
        Question("3", "Mme Martin, 80 ans, HTA", "", "report", (), patient_text=True),
    ]
    report = measure(engine, questions)
    assert (report["questions"], report["answerable"]) == (3, 1)
    assert report["ranking"]["Aparté"]["recall_1"]["value"] == 1
    assert {"BM25 seul", "vecteurs seuls"} < set(report["ranking"])
    for refused in ("refused_off_topic", "patient_text_stopped"):
        assert report[refused]["value"] == 1
    assert report["refused_answerable"]["value"] == 0


def test_a_worker_that_dies_is_told_as_a_search_and_replaced(tmp_path: Path) -> None:
    engine = Engine(NLP_COMMAND)
    try:
        desk = GuidesDesk(engine, index=tmp_path / "index")
        ear = Ear()
        desk.ask(QUESTION, ear)
        assert engine.worker_pid is not None
        os.kill(engine.worker_pid, signal.SIGKILL)
        error = ear.end()
        assert isinstance(error, AparteError)
        assert error.code is ErrorCode.SEARCH_STOPPED
    finally:
        engine.close()
