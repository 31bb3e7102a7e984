"""Code points and UTF-16 units, both ways."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.gui.offsets import Offsets

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("🩺👩🏽‍⚕️é\u00a0\u202f\n"),
    max_size=60,
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@given(TEXTS)
def test_every_offset_of_the_core_counts_the_units_before_it(text: str) -> None:
    offsets = Offsets(text)
    for i in range(len(text) + 1):
        assert offsets.to_qt(i) == units(text[:i])


@given(TEXTS)
def test_there_and_back(text: str) -> None:
    offsets = Offsets(text)
    for i in range(len(text) + 1):
        assert offsets.to_core(offsets.to_qt(i)) == i


@given(TEXTS)
def test_a_unit_inside_a_pair_is_its_character(text: str) -> None:
    offsets = Offsets(text)
    for i, character in enumerate(text):
        if units(character) == 2:
            assert offsets.to_core(offsets.to_qt(i) + 1) == i


@given(TEXTS, st.integers(-5, 200))
def test_offsets_stay_inside_the_text(text: str, offset: int) -> None:
    offsets = Offsets(text)
    assert 0 <= offsets.to_qt(offset) <= units(text)
    assert 0 <= offsets.to_core(offset) <= len(text)


def test_emoji_count_two() -> None:
    offsets = Offsets("a🩺b")
    assert [offsets.to_qt(i) for i in range(4)] == [0, 1, 3, 4]
    assert [offsets.to_core(i) for i in range(5)] == [0, 1, 1, 2, 3]
