"""Sources in: every encoding hospital software writes, and one clear sentence otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.sources import LONGEST_SOURCE, decode_source, example_sources, read_source
from assistant.errors import AparteError, ErrorCode

NOTE = "Créatinine 128 µmol/L, œdèmes, 39,2 °C\nTTT : furosémide"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_text_is_the_same_whatever_the_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(NOTE.encode(encoding))
    assert read_source(path).text == NOTE


def test_utf_16_of_either_end() -> None:
    for mark, encoding in (("\ufeff", "utf-16-le"), ("\ufeff", "utf-16-be")):
        assert decode_source((mark + NOTE).encode(encoding)).text == NOTE


def test_old_line_ends_become_new_ones() -> None:
    assert decode_source(b"TA 14/8\r\nFC 80\rRAS").text == "TA 14/8\nFC 80\nRAS"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ErrorCode.SOURCE_EMPTY),
        (b" \n\t ...", ErrorCode.SOURCE_EMPTY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ErrorCode.SOURCE_BINARY),
        (b"PK\x03\x04\x14\x00\x06\x00", ErrorCode.SOURCE_BINARY),
        (bytes(range(256)) * 40, ErrorCode.SOURCE_BINARY),
        (b"\xff\xfe\x00\xd8", ErrorCode.SOURCE_BINARY),
        (b"toux. " * 900_000, ErrorCode.SOURCE_TOO_LONG),
    ],
    ids=["empty", "blank", "image", "docx", "bytes", "half a character", "5 MB"],
)
def test_bad_files_are_told_by_one_sentence(tmp_path: Path, data: bytes, code: ErrorCode) -> None:
    path = tmp_path / "source"
    path.write_bytes(data)
    with pytest.raises(AparteError) as told:
        read_source(path)
    assert told.value.code is code
    assert "…" not in told.value.sentence


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(AparteError) as told:
            read_source(path)
        assert told.value.code is ErrorCode.SOURCE_UNREADABLE


@given(st.binary(max_size=300))
def test_no_bytes_can_do_more_than_be_refused(data: bytes) -> None:
    told = (ErrorCode.SOURCE_EMPTY, ErrorCode.SOURCE_BINARY)
    try:
        source = decode_source(data)
    except AparteError as error:
        source, refused = None, error.code in told
    assert refused if source is None else 0 < len(source.text) <= LONGEST_SOURCE


def test_five_examples_ship_and_have_names() -> None:
    examples = example_sources()
    assert len(examples) == 5
    assert all(example.name and len(example.text) > 800 for example in examples)
