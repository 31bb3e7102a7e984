"""Every sentence a user may be told."""

from __future__ import annotations

import re
import string

import pytest

from assistant.errors import AparteError, ErrorCode


@pytest.mark.parametrize("code", list(ErrorCode), ids=lambda code: code.name)
def test_a_sentence_is_french_and_complete(code: ErrorCode) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(code.sentence) if name]
    told = AparteError(code, **dict.fromkeys(names, "x")).sentence
    assert told[0].isupper()
    assert told.endswith(".")
    assert "'" not in told  # the apostrophe is ’
    assert not re.search(r"(?<![\u00a0\u202f]) [:;?!»]|« ", told), "a plain space in punctuation"


def test_a_missing_fact_is_an_ellipsis_and_an_unknown_code_has_a_name() -> None:
    assert "…" in AparteError(ErrorCode.MODEL_MISSING).sentence
    assert ErrorCode.from_name("NOBODY_KNOWS") is ErrorCode.UNKNOWN
