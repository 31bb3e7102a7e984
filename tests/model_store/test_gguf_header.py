"""What a GGUF file says of itself, and every way it can lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.documents import Mode
from assistant.errors import AparteError, ErrorCode
from assistant.inference.hardware import this_pc
from assistant.model_store.catalogue import ModelEntry, find_model, own_model
from assistant.model_store.gguf_header import read_header
from tests.gguf_models import CONTEXT, HEADS, LAYERS, WIDTH, write_vocabulary, write_writer_model

_REFUSALS = {ErrorCode.MODEL_UNUSABLE, ErrorCode.MODEL_CUT, ErrorCode.MODEL_WITHOUT_WEIGHTS}


def refusal_of(path: Path) -> ErrorCode:
    with pytest.raises(AparteError) as told:
        own_model(path, this_pc())
    return told.value.code


def test_what_a_model_says_of_itself(writer: ModelEntry, starter: ModelEntry) -> None:
    header = read_header(writer.path)
    assert header.architecture == "llama"
    assert header.context == CONTEXT
    assert header.cache_width == 2 * LAYERS * HEADS * (WIDTH // HEADS)
    assert header.vocabulary == read_header(starter.path).vocabulary
    assert 0 < header.weights < header.size == writer.path.stat().st_size
    assert (header.has_chat_template, header.places) == (True, False)


def test_a_file_says_what_it_can_do(writer: ModelEntry, starter: ModelEntry) -> None:
    assert writer.modes == (Mode.VERIFIED, Mode.STRICT_COPY)
    assert find_model(str(starter.path)).modes == (Mode.STRICT_COPY,)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ErrorCode.MODEL_UNUSABLE),
        (b"Cher confr\xc3\xa8re, merci de recevoir", ErrorCode.MODEL_UNUSABLE),
        (b"GGUF", ErrorCode.MODEL_CUT),
        (b"GGUF\x01\x00\x00\x00" + bytes(16), ErrorCode.MODEL_UNUSABLE),
        (b"GGUF\x00\x00\x00\x03" + bytes(16), ErrorCode.MODEL_UNUSABLE),  # big-endian
        (b"GGUF\x03\x00\x00\x00" + bytes(16), ErrorCode.MODEL_WITHOUT_WEIGHTS),
        (b"GGUF\x03\x00\x00\x00" + b"\xff" * 16, ErrorCode.MODEL_UNUSABLE),
    ],
)
def test_a_file_that_is_no_model(tmp_path: Path, data: bytes, code: ErrorCode) -> None:
    path = tmp_path / "essai.gguf"
    path.write_bytes(data)
    assert refusal_of(path) is code


@pytest.mark.parametrize("kept", [0.001, 0.01, 0.3, 0.9])
def test_a_file_cut_short(writer: ModelEntry, tmp_path: Path, kept: float) -> None:
    path = tmp_path / "coupé.gguf"
    data = writer.path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    assert refusal_of(path) is ErrorCode.MODEL_CUT


def test_a_vocabulary_alone(starter: ModelEntry, tmp_path: Path) -> None:
    path = tmp_path / "vocabulaire.gguf"
    write_vocabulary(path, starter.path)
    assert refusal_of(path) is ErrorCode.MODEL_WITHOUT_WEIGHTS


def test_a_model_nobody_can_talk_to(starter: ModelEntry, tmp_path: Path) -> None:
    path = tmp_path / "base.gguf"
    write_writer_model(path, starter.path, template=None)
    assert refusal_of(path) is ErrorCode.MODEL_WITHOUT_DIALOGUE


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    assert refusal_of(tmp_path) is ErrorCode.MODEL_UNREADABLE  # rights would not stop root


@pytest.fixture(scope="module")
def header_bytes(starter: ModelEntry) -> bytes:
    """Enough of a real file to hold its first keys and the beginning of its vocabulary."""
    return starter.path.read_bytes()[:4096]


@given(place=st.integers(0, 4095), other=st.integers(0, 255), end=st.integers(0, 4096))
def test_no_header_is_worse_than_a_sentence(
    header_bytes: bytes, tmp_path_factory: pytest.TempPathFactory, place: int, other: int, end: int
) -> None:
    data = bytearray(header_bytes)
    data[place] = other
    path = tmp_path_factory.getbasetemp() / f"en-tête-{os.getpid()}.gguf"
    path.write_bytes(data[:end])
    assert refusal_of(path) in _REFUSALS
