"""Numbers read in digits and in letters, by value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.inference.figures.number_words import canonical_word, in_letters, read_words
from assistant.inference.figures.numerals import is_numeric, joint, read, spellings, value_of


def values(text: str) -> list[str]:
    return [numeral.value for numeral in read(text).numerals if numeral is not None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2,5 mg", ["2.5"]),
        ("2.50 mg", ["2.5"]),
        ("4 820 ng/L", ["4820"]),
        ("4\u202f820 ou 4\u00a0820 ou 4820", ["4820"] * 3),
        ("le 07/11", ["7", "11"]),
        ("TA 14/8", ["14", "8"]),
        ("5-10 j", ["5", "10"]),
        ("500mg", ["500"]),
        ("J15 120 mg", ["15", "120"]),
        (".5 mg", ["0.5"]),
        ("vingt-cinq ans", ["25"]),
        ("quatre-vingt-dix-sept", ["97"]),
        ("nonante-sept", ["97"]),
        ("deux cent cinquante", ["250"]),
        ("deux et demi", ["2.5"]),
        ("deux virgule cinq", ["2.5"]),
        ("un quart", ["0.25"]),
        ("une fois par jour", ["1"]),
        ("un patient, une douleur", []),
        ("le 12 sept. 2026", ["12", "2026"]),
        ("50 pour cent", ["50"]),
        ("3 millions", ["3", "1000000", "3000000"]),
        ("stade III, VIH, IV", []),
        ("½ cp", ["0.5"]),
        ("SpO2 96, vit B12", ["96"]),
        ("deuxième jour", ["2"]),
        ("octogénaire, bilatéral, septique", []),
        ("pouls 72 120/80", ["72", "120", "80", "72120"]),
        ("le 12.11.26", ["12.11.26", "12", "11", "26", "12", "11", "26"]),
    ],
)
def test_a_text_is_read_by_value(text: str, expected: list[str]) -> None:
    assert values(text) == expected


@given(st.integers(2, 9999))
def test_a_number_in_letters_is_read_back(number: int) -> None:
    for words in in_letters(str(number)):
        if words[0] not in ("double", "triple", "quadruple"):
            assert read_words(words, 0) == (str(number), len(words))


@given(st.integers(0, 10**7), st.integers(0, 999))
def test_every_spelling_in_digits_has_the_value(whole: int, part: int) -> None:
    value = value_of(f"{whole},{part:03}")
    for spelling in spellings(value):
        assert "/" in spelling or value_of(spelling) == value


@given(st.integers(0, 999), st.integers(0, 99))
def test_a_decimal_in_letters_is_read_back(whole: int, part: int) -> None:
    value = value_of(f"{whole}.{part:02}")
    for words in in_letters(value):
        if "virgule" in words:
            assert read_words(words, 0) == (value, len(words))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ("/", "/"), (" / ", "/"), (" sur ", "/"), ("–", "-"), (" à ", "à"), (" h ", "h"),
        (":", "h"), (" ", " "), ("\u00a0", " "), (" mg ", None), ("mg", "=mg"), (", ", None),
        ("\n", None), ("-\n", None), ("", None), (" \u200b ", " "),
    ],
)  # fmt: skip
def test_what_joins_two_numbers(gap: str, expected: str | None) -> None:
    assert joint(gap) == expected


@pytest.mark.parametrize("character", list("²½Ⅳ٣三①１𝟙"))
def test_other_numerals_are_known(character: str) -> None:
    assert is_numeric(character)


def test_plural_and_feminine_are_one_word() -> None:
    assert [canonical_word(w) for w in ("une", "vingts", "cents", "demie", "trois", "six")] == [
        "un", "vingt", "cent", "demi", "trois", "six",
    ]  # fmt: skip


@given(st.text(alphabet="0123456789 ,./-hàxdeuxvingtcent\n½²éA:", max_size=80))
def test_any_text_is_read(text: str) -> None:
    read(text)
