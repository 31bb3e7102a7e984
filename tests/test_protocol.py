"""The words between app and worker: any text survives them, and nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.protocol import (
    Cancel,
    Failed,
    Found,
    GarbledError,
    Hit,
    ModelFile,
    PackFile,
    Place,
    Quote,
    Shelf,
    Write,
    Written,
    decode_event,
    decode_request,
    encode,
)

MODEL = ModelFile("/modèles/été.gguf", 1024)
TEXT = st.text(st.characters(exclude_categories=()))


@given(TEXT, st.lists(TEXT))
def test_any_text_comes_through_on_one_line(text: str, clauses: list[str]) -> None:
    for request in (
        Place(3, MODEL, clauses, [0] * len(clauses)),
        Write(4, MODEL, text, text, text, text, 10),
        Cancel(5),
        Quote(7, Shelf([PackFile(text, text, clauses)], text, text, text), text, clauses),
    ):
        line = encode(request)
        assert line.count(b"\n") == 1
        assert decode_request(line) == request
    assert decode_event(encode(Written(6, text))) == Written(6, text)
    hit = Hit(text, text, clauses, None, 0, 1, text, 0.5, 0.5, 0.5)
    found = Found(8, [hit], 0.5, True, clauses)
    assert decode_event(encode(found)) == found


@given(st.binary(max_size=80))
def test_noise_is_never_taken_for_a_message(noise: bytes) -> None:
    with pytest.raises(GarbledError):
        decode_event(noise)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b'{"kind":"done"}',
        b'{"kind":"rm","id":1}',
        b'{"kind":"cancel","id":1,"x":2}',
        b'{"kind":"load","id":1,"model":{"path":"a"}}',
        b'{"kind":"failed","id":"1","code":"X"}',
    ],
)
def test_a_message_that_is_not_ours_is_garbled(line: bytes) -> None:
    with pytest.raises(GarbledError):
        decode_request(line)


def test_a_failure_carries_a_code_and_facts() -> None:
    failed = Failed(1, "MODEL_UNUSABLE", {"model": "x.gguf"})
    assert decode_event(encode(failed)) == failed
