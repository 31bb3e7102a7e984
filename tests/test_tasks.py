"""A draft from end to end, with the real worker."""

from __future__ import annotations

import os
import queue
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.documents import Draft, Mode, Source
from assistant.drafting.document_type import document_type, document_types
from assistant.drafting.sources import example_sources
from assistant.engine import Engine
from assistant.errors import AparteError, ErrorCode
from assistant.model_store.catalogue import ModelEntry, find_model
from assistant.tasks import Desk, Outcome, Progress, Stage
from tests.campaigns.figure_judge import Judge
from tests.gguf_models import write_writer_model

LONG = Source("Patiente de 80 ans, chute, pas de perte de connaissance. TA 14/8.\n" * 120)


class Ear:
    """Hears of a draft on the engine's thread and gives it to the test."""

    def __init__(self) -> None:
        self.progress: list[Progress] = []
        self.drafts: list[Draft] = []
        self._ends: queue.SimpleQueue[Outcome | AparteError] = queue.SimpleQueue()
        self.first_words: queue.SimpleQueue[Draft] = queue.SimpleQueue()

    def progressed(self, progress: Progress) -> None:
        self.progress.append(progress)

    def changed(self, draft: Draft) -> None:
        self.drafts.append(draft)
        self.first_words.put(draft)

    def finished(self, outcome: Outcome) -> None:
        self._ends.put(outcome)

    def failed(self, error: AparteError) -> None:
        self._ends.put(error)

    def end(self) -> Outcome | AparteError:
        return self._ends.get(timeout=60)

    def outcome(self) -> Outcome:
        end = self.end()
        assert isinstance(end, Outcome), end
        return end


@pytest.fixture
def desk(starter: ModelEntry) -> Iterator[Desk]:
    desk = Desk(starter, Engine(grace=1.0))
    yield desk
    desk.close()


@pytest.fixture
def writing_desk(writer: ModelEntry) -> Iterator[Desk]:
    desk = Desk(writer, Engine(grace=1.0))
    yield desk
    desk.close()


COPIED = [form for form in document_types().values() if Mode.STRICT_COPY in form.modes]


@pytest.mark.parametrize("example", range(5))
def test_the_examples_are_drafted_on_every_form(desk: Desk, example: int) -> None:
    source = example_sources()[example]
    for form in COPIED:
        ear = Ear()
        desk.start_draft(source, form, Mode.STRICT_COPY, ear)
        outcome = ear.outcome()
        titles = [heading.title for heading in form.headings]
        for line in outcome.draft.text.splitlines():
            assert not line or line in [*titles, "À classer"] or line in source.text
        filled = [s for s in outcome.draft.sections if s.filled and not s.unsorted]
        assert len(filled) >= min(3, len(titles) // 2)
        assert outcome.coverage.complete
        assert outcome.draft.finished
        assert ear.progress[-1].read == len(source.text)


def test_a_source_longer_than_the_context_is_read_to_its_end(desk: Desk) -> None:
    ear = Ear()
    desk.start_draft(LONG, document_type("resume"), Mode.STRICT_COPY, ear)
    outcome = ear.outcome()
    assert outcome.coverage.complete
    copied = sum(len(p.text) for s in outcome.draft.sections for p in s.passages)
    left_out = sum(len(span) for span in outcome.draft.left_out)
    assert copied + left_out >= len(LONG.text) * 0.97


def test_a_stop_is_told_and_the_next_draft_works(desk: Desk) -> None:
    ear = Ear()
    drafting = desk.start_draft(LONG, document_type("resume"), Mode.STRICT_COPY, ear)
    drafting.cancel()
    end = ear.end()
    assert isinstance(end, AparteError)
    assert end.code is ErrorCode.CANCELLED
    again = Ear()
    desk.start_draft(example_sources()[0], document_type("resume"), Mode.STRICT_COPY, again)
    assert again.outcome().draft.finished


def test_a_kill_keeps_every_word_that_was_shown(writing_desk: Desk) -> None:
    ear = Ear()
    writing_desk.start_draft(Source("Toux."), document_type("resume"), Mode.VERIFIED, ear)
    shown = [ear.first_words.get(timeout=60) for _ in range(20)][-1]
    pid = writing_desk.engine.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    end = ear.end()
    assert isinstance(end, AparteError)
    assert end.code is ErrorCode.WORKER_DIED
    assert ear.drafts[-1].text.startswith(shown.text[:-1])


def test_writing_tells_its_progress_then_its_text(writing_desk: Desk) -> None:
    ear = Ear()
    drafting = writing_desk.start_draft(LONG, document_type("consultation"), Mode.VERIFIED, ear)
    ear.first_words.get(timeout=60)
    drafting.cancel()
    ear.end()
    reading = [p for p in ear.progress if p.stage is Stage.READING]
    assert [p.read for p in reading] == sorted(p.read for p in reading)
    assert reading[-1].read <= len(LONG.text)
    assert any(p.seconds_left is not None for p in reading)


def test_a_written_draft_holds_no_figure_of_its_own(writing_desk: Desk) -> None:
    source, ear = example_sources()[3], Ear()
    writing_desk.start_draft(source, document_type("lettre_liaison"), Mode.VERIFIED, ear)
    written = ear.outcome().draft.text
    assert written
    # By value, as the lock promises: « 9 » may stand for the « 09 » of the source.
    assert Judge(source.text).judge(written)[1] == []


def test_what_was_read_ahead_is_not_read_again(writing_desk: Desk) -> None:
    form, ear = document_type("resume"), Ear()
    ahead = writing_desk.read_ahead(LONG, form, Mode.VERIFIED)
    assert ahead is not None
    assert ahead.wait(60)
    drafting = writing_desk.start_draft(LONG, form, Mode.VERIFIED, ear)
    ear.first_words.get(timeout=60)
    drafting.cancel()
    ear.end()
    first = next(p for p in ear.progress if p.read)
    assert first.read > len(LONG.text) * 0.95


def test_what_does_not_fit_is_said(starter: ModelEntry, tmp_path: Path) -> None:
    path = tmp_path / "petit.gguf"
    write_writer_model(path, starter.path, context=1024)
    desk, ear = Desk(find_model(str(path))), Ear()
    try:
        desk.start_draft(LONG, document_type("resume"), Mode.VERIFIED, ear)
        outcome = ear.outcome()
    finally:
        desk.close()
    said = next(p for p in ear.progress if p.fitting not in (None, p.total))
    assert said.read == 0  # before anything is read
    assert said.fitting == outcome.coverage.read
    (unread,) = outcome.coverage.unread
    assert unread.end == outcome.coverage.total == len(LONG.text)
    assert 0 < outcome.coverage.read == unread.start < unread.end
    assert LONG.text[unread.start - 1].isspace()  # cut between two words


@pytest.mark.parametrize(
    ("text", "code"), [("", ErrorCode.SOURCE_EMPTY), ("a " * 300_000, ErrorCode.SOURCE_TOO_LONG)]
)
def test_a_source_that_cannot_be_drafted_from(desk: Desk, text: str, code: ErrorCode) -> None:
    with pytest.raises(AparteError) as told:
        desk.start_draft(Source(text), document_type("resume"), Mode.STRICT_COPY, Ear())
    assert told.value.code is code


def test_the_starter_model_does_not_write(desk: Desk) -> None:
    with pytest.raises(AparteError) as told:
        desk.start_draft(Source("Toux."), document_type("resume"), Mode.VERIFIED, Ear())
    assert told.value.code is ErrorCode.MODEL_CANNOT_WRITE


def test_any_instruction_model_can_file(writing_desk: Desk) -> None:
    source, form, ear = example_sources()[3], document_type("lettre_liaison"), Ear()
    writing_desk.start_draft(source, form, Mode.STRICT_COPY, ear)
    outcome = ear.outcome()
    titles = [heading.title for heading in form.headings]
    for line in outcome.draft.text.splitlines():
        assert not line or line in [*titles, "À classer"] or line in source.text
    assert outcome.coverage.complete


def test_a_model_that_says_wrongly_how_it_is_talked_to_is_refused_by_a_sentence(
    starter: ModelEntry, tmp_path: Path
) -> None:
    path = tmp_path / "obscur.gguf"
    write_writer_model(path, starter.path, template="{{ messages.undefined.undefined }}")
    desk, ear = Desk(find_model(str(path))), Ear()
    try:
        desk.start_draft(Source("Toux."), document_type("resume"), Mode.VERIFIED, ear)
        end = ear.end()
    finally:
        desk.close()
    assert isinstance(end, AparteError)
    assert end.code is ErrorCode.MODEL_WITHOUT_DIALOGUE


def test_the_diagnosis_tells_facts_and_no_text(desk: Desk) -> None:
    ear = Ear()
    desk.start_draft(example_sources()[0], document_type("resume"), Mode.STRICT_COPY, ear)
    ear.outcome()
    words = desk.diagnosis()
    assert "DELAUNAY" not in words
    assert "Réseau fermé pour le moteur : oui" in words
    assert str(desk.model.sha256) in words
