"""The model chosen once is found again, or told to be another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.errors import ErrorCode
from assistant.model_store.catalogue import ModelEntry, find_model
from assistant.model_store.remembered import remembering, starting_model
from assistant.settings import Settings, load_settings, save_settings


@pytest.fixture
def own(writer: ModelEntry, tmp_path: Path) -> ModelEntry:
    path = tmp_path / 'modèle d’à côté « 1 » \\ ".gguf'
    shutil.copyfile(writer.path, path)
    return find_model(str(path))


def test_a_choice_survives(own: ModelEntry) -> None:
    save_settings(remembering(Settings(), own))
    assert starting_model(load_settings()) == (own, None)


def test_the_way_back(own: ModelEntry, starter: ModelEntry) -> None:
    chosen = remembering(Settings("sombre"), own)
    assert remembering(chosen, starter) == Settings("sombre")
    assert starting_model(Settings()) == (starter, None)


def test_a_file_that_is_gone(own: ModelEntry, starter: ModelEntry) -> None:
    chosen = remembering(Settings(), own)
    own.path.unlink()
    model, reason = starting_model(chosen)
    assert model == starter
    assert reason is not None
    assert reason.code is ErrorCode.MODEL_GONE


def test_a_file_that_changed(own: ModelEntry, starter: ModelEntry) -> None:
    chosen = remembering(Settings(), own)
    own.path.write_bytes(own.path.read_bytes()[:1000])
    model, reason = starting_model(chosen)
    assert model == starter
    assert reason is not None
    assert reason.code is ErrorCode.MODEL_CHANGED
