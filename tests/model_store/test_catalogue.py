"""Model files: checked by size and hash before anything else opens them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.documents import Mode, Source
from assistant.drafting.document_type import document_type
from assistant.errors import AparteError, ErrorCode
from assistant.model_store.catalogue import ModelEntry, Verifier, find_model
from assistant.tasks import Desk
from tests.test_tasks import Ear


def copied(starter: ModelEntry, folder: Path) -> ModelEntry:
    path = folder / starter.path.name
    path.write_bytes(starter.path.read_bytes())
    return replace(starter, path=path)


def code_of(entry: ModelEntry) -> ErrorCode:
    with pytest.raises(AparteError) as told:
        Verifier().verify(entry)
    return told.value.code


def refusal_of(path: Path) -> ErrorCode:
    with pytest.raises(AparteError) as told:
        find_model(str(path))
    return told.value.code


def test_the_shipped_model_is_the_one_in_the_catalogue(starter: ModelEntry) -> None:
    Verifier().verify(starter)


def test_a_truncated_file_is_refused(starter: ModelEntry, tmp_path: Path) -> None:
    entry = copied(starter, tmp_path)
    entry.path.write_bytes(entry.path.read_bytes()[:-1])
    assert code_of(entry) is ErrorCode.MODEL_ALTERED


@pytest.mark.parametrize("place", [0, 4, 1000, -1])
def test_one_altered_byte_is_refused(starter: ModelEntry, tmp_path: Path, place: int) -> None:
    entry = copied(starter, tmp_path)
    data = bytearray(entry.path.read_bytes())
    data[place] ^= 1
    entry.path.write_bytes(data)
    assert code_of(entry) is ErrorCode.MODEL_ALTERED


def test_an_altered_companion_is_refused(starter: ModelEntry, tmp_path: Path) -> None:
    assert starter.companion is not None
    path = tmp_path / "linéaire.npz"
    path.write_bytes(starter.companion.path.read_bytes()[:-1] + b"x")
    assert code_of(replace(starter, companion=replace(starter.companion, path=path))) is (
        ErrorCode.MODEL_ALTERED
    )


def test_a_file_that_changes_after_its_check_is_checked_again(
    starter: ModelEntry, tmp_path: Path
) -> None:
    entry, verifier = copied(starter, tmp_path), Verifier()
    verifier.verify(entry)
    data = bytearray(entry.path.read_bytes())
    data[2000] ^= 1
    entry.path.unlink()
    entry.path.write_bytes(data)
    with pytest.raises(AparteError) as told:
        verifier.verify(entry)
    assert told.value.code is ErrorCode.MODEL_ALTERED


def test_a_missing_file_and_a_file_of_another_kind(starter: ModelEntry, tmp_path: Path) -> None:
    assert code_of(replace(starter, path=tmp_path / "absent.gguf")) is ErrorCode.MODEL_MISSING
    letter = tmp_path / "lettre.gguf"
    letter.write_text("Cher confrère", "utf-8")
    assert refusal_of(letter) is ErrorCode.MODEL_UNUSABLE
    assert refusal_of(Path("gpt-12")) is ErrorCode.MODEL_MISSING
    assert refusal_of(tmp_path) is ErrorCode.MODEL_MISSING


def test_llama_cpp_never_sees_an_altered_file(starter: ModelEntry, tmp_path: Path) -> None:
    entry = copied(starter, tmp_path)
    entry.path.write_bytes(entry.path.read_bytes()[:100_000])
    desk = Desk(entry)
    try:
        desk.prepare()
        with pytest.raises(AparteError):
            desk.start_draft(Source("Toux."), document_type("resume"), Mode.STRICT_COPY, Ear())
        assert desk.engine.worker_pid is None
    finally:
        desk.close()
