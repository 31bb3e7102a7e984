"""The figure lock: what it refuses, what stays reachable, and that it leaves no dead end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.drafting.sources import example_sources
from assistant.inference.figures.lock import FigureLock
from assistant.inference.figures.number_words import in_letters
from assistant.inference.figures.numerals import read, spellings
from assistant.inference.figures.state import State

SOURCE = (
    "TA 14/8, puis 12/9. NT-proBNP 4 820 ng/L, 2,5 mg x 2/j, vingt-cinq ans, 500 mg, "
    "du 07/11 au 12.11.26, de 5 à 10 j, stade III, SpO2 96 %, J15, quatre-vingts pour mille, "
    "10 h 30, 97 kg, 42 mg, 125 U"
)


def may_write(source: str, text: str, allowed: tuple[str, ...] = ()) -> bool:
    """Whether the lock lets ``text`` be written, in one piece, and end there."""
    lock = FigureLock(source, allowed)
    if not lock.allows(text.encode()):
        return False
    lock.accept(text.encode())
    return lock.allows_end()


@pytest.mark.parametrize(
    "text",
    [
        "14/8", "14 / 8", "14 sur 8", "14", "12/9", "4 820 ng/L", "4820", "4\u202f820",
        "4\u00a0820",
        "2,5", "2.5", "2.50", "2 fois", "deux fois", "25 ans", "vingt cinq", "500mg", "7/11",
        "07/11", "12/11/26", "12.11.26", "5-10", "5 – 10", "5 à 10 j", "2,5 × 2", "SpO2 96",
        "J15", "15 jours", "15e jour", "10h30", "10:30", "10 heures 30", "quatre-vingt-dix-sept",
        "nonante-sept", "97", "un patient, une fois", "le premier, dans un second temps",
        "stade III, voie IV", "96 pour cent", "12 sept. ", "deuxième", "cinq et dix",
        "Quinze jours", "de\u0301but",
        "80", "125 U", "double dose", "aide d'un tiers", "octogénaire", "5 j, 10 j", "5\n10",
    ],
)  # fmt: skip
def test_what_the_source_holds_may_be_written(text: str) -> None:
    assert may_write(SOURCE, text)


@pytest.mark.parametrize(
    "text",
    [
        "14/9", "12/8", "820 ng", "4 mg", "48", "25,1", "7/12", "5 à 9", "5-15", "14-8", "1e3",
        "4 820 ng", "5 mg",
        "10^6", "10x4", "½", "²", "Ⅳ", "٣", "三", "①", "１４", "1\u200b4", "14\u0338", "0014", ",5",
        "J16", "12.11", "14 8", "5 10", "14:8", "10 h 31", "vingt-trois", "soixante",
        "quatre-vingt-dix-huit", "cent", "mille", "deux cents", "2 mille", "vingt et un", "quatre",
        "cinq et demi", "moitié", "quart", "deux virgule six", "trei\u00adze ans", "SIX",
        "troisième", "six jours", "B12x3", "15\u20448", "2½", "onze kilos, treize", "3",
        "12,5", "1 2", "12 5", "pour- cent mg", "cinqième et sixième", "5 mg, 1 131",
        "pour\n mille",
    ],
)  # fmt: skip
def test_an_invention_is_refused(text: str) -> None:
    assert not may_write(SOURCE, text)


def test_list_numbers_hold_at_the_head_of_a_line_only() -> None:
    allowed = ("1.", "2.")
    assert may_write("rien", "1. toux\n- 2. fièvre", allowed)
    for text in ("1 mg", "dose 1. ", "1.5 mg", "1.\u00a0toux, 2", "3. toux"):
        assert not may_write("rien", text, allowed)
    assert may_write("rien", "24 h", ("24 h",))


@pytest.mark.parametrize(
    ("source", "written", "refused"),
    [
        ("vitamine B12", "B12", "12 mg"),
        ("HbA1c 7,2 %", "HbA1c à 7.2", "1 mg"),
        ("CA 15-3 normal", "CA 15-3", "CA 15-4"),
        ("T4N1M0", "T4N1M0", "T4N2"),
        ("H2O et O2", "H2O", "2 L"),
        ("3 millions d'unités, 2 cp", "3 millions", "2 millions"),
        ("tél. 06 12 34 56 78", "06 12 34", "06 34"),
        ("K 4,1 – 38 mL/m²", "38 mL/m²", "4²"),
        ("½ cp", "0,5 cp, 1/2 cp, un demi", "2 cp"),
        ("dose doublée, le double", "le double", "2 mg"),
        ("trois millions de plaquettes", "3 000 000", "3 mg, 4"),
        ("pouls 72 120/80", "72, puis 120/80", "72/80"),
    ],
)
def test_names_scales_and_signs(source: str, written: str, refused: str) -> None:
    assert may_write(source, written)
    assert not may_write(source, refused)


def test_a_number_in_progress_is_forced_to_its_end() -> None:
    lock = FigureLock("créat 4 820")
    lock.accept(b"4")
    assert not lock.allows_end()
    assert not lock.allows(b" mg")
    assert not lock.allows(b"\xc3")  # « é », « à »…
    assert lock.allows(b"\xe2\x80")  # U+202F, half of it
    lock.accept(b"\xe2\x80")
    lock.accept(b"\xaf")
    assert lock.allows(b"820 cas")
    assert not lock.allows(b"82 mg")


def test_a_refused_piece_changes_nothing_and_is_not_accepted() -> None:
    lock = FigureLock(SOURCE)
    lock.accept(b"TA 1")
    before = lock.state
    assert not lock.allows(b"3")
    with pytest.raises(ValueError, match="lock"):
        lock.accept(b"3")
    assert lock.state == before
    assert lock.allows(b"4/8")


def test_a_fork_goes_on_apart_and_a_state_can_be_put_back() -> None:
    lock = FigureLock(SOURCE)
    lock.accept(b"14/")
    fork, kept = lock.fork(), lock.state
    fork.accept(b"8")
    assert lock.state is kept
    lock.accept(b" ")
    lock.state = kept
    assert lock.allows(b"8")
    assert not lock.allows(b"9")


def test_damaged_bytes_are_text_like_any_other() -> None:
    lock = FigureLock(SOURCE)
    for piece in (b"\xff", b"\xe2\x82", b"14", b"\xf0\x9f", b"\xab\x80", b" 2", b"\xc2", b" "):
        assert lock.allows(piece), piece
        lock.accept(piece)
    assert not lock.allows(b"\xc2\xb2")
    assert lock.allows_end()


@pytest.mark.parametrize("source", [s.text for s in example_sources()])
def test_a_source_may_be_copied_whole(source: str) -> None:
    lock = FigureLock(source)
    for character in source:
        assert lock.allows(character.encode()), (character, lock.state)
        lock.accept(character.encode())


_NUMBERS = st.one_of(
    st.integers(0, 10**6).map(str),
    st.tuples(st.integers(0, 999), st.integers(0, 999)).map(lambda p: f"{p[0]},{p[1]}"),
    st.tuples(st.integers(1, 99), st.integers(0, 999)).map(lambda p: f"{p[0]}\u202f{p[1]:03}"),
    st.tuples(st.integers(1, 31), st.integers(1, 12)).map(lambda p: f"{p[0]:02}/{p[1]:02}"),
    st.integers(2, 9999).map(lambda n: "-".join(in_letters(str(n))[0])),
)
_SOURCES = st.lists(_NUMBERS, min_size=1, max_size=12).map(lambda n: " mg, ".join([*n, ""]))


def cut(data: bytes, chance: st.DataObject) -> list[bytes]:
    """``data`` in pieces, borders anywhere, inside characters too."""
    borders = sorted(chance.draw(st.sets(st.integers(0, len(data)))) | {0, len(data)})
    return [data[a:b] for a, b in pairwise(borders) if a < b]


@settings(max_examples=150, deadline=None)
@given(_SOURCES, st.data())
def test_every_number_of_the_source_is_reachable_in_any_spelling(
    source: str, chance: st.DataObject
) -> None:
    lock = FigureLock(source)
    numeral = chance.draw(st.sampled_from([n for n in read(source).numerals if n is not None]))
    written = chance.draw(
        st.sampled_from(
            [numeral.written]
            + [
                s.replace(",", mark).replace(" ", blank)
                for s in spellings(numeral.value)
                for mark in ".,"
                for blank in (" ", "\u00a0", "\u202f")
            ]
            + [link.join(words) for words in in_letters(numeral.value) for link in " -"]
        )
    )
    for piece in cut(f"dose {written} mg".encode(), chance):
        assert lock.allows(piece), (written, piece)
        lock.accept(piece)
    assert lock.allows_end()


@settings(max_examples=150, deadline=None)
@given(_SOURCES, st.lists(st.integers(0, 10**4), max_size=6), st.data())
def test_no_number_of_another_value_passes(
    source: str, others: list[int], chance: st.DataObject
) -> None:
    held = {n.value for n in read(source).numerals if n is not None}
    lock = FigureLock(source)
    for other in others:
        if str(other) in held:
            continue
        lock.state = State()
        passed = True
        for piece in cut(f"dose {other} mg".encode(), chance):
            if not lock.allows(piece):
                passed = False
                break
            lock.accept(piece)
        assert not passed


_BYTES = "0123456789 ,./-–hxà½é²³\u00a0\u202f\nzcdeuxvingtquatremillepourcinqsxo\u200b"


@settings(max_examples=200, deadline=None)
@given(_SOURCES, st.data())
def test_there_is_always_a_way_on_and_an_end(source: str, chance: st.DataObject) -> None:
    lock = FigureLock(source, ("1.",))
    alphabet = [c.encode() for c in _BYTES] + [bytes([b]) for b in range(256)]
    for _ in range(30):
        piece = chance.draw(st.sampled_from(alphabet))
        if lock.allows(piece):
            lock.accept(piece)
    for _ in range(60):  # from anywhere, some bytes lead to a text that may end
        if lock.allows_end():
            return
        ways = [bytes([b]) for b in range(256) if lock.allows(bytes([b]))]
        assert ways, lock.state
        lock.accept(ways[0])
    raise AssertionError(lock.state)


@settings(max_examples=100, deadline=None)
@given(_SOURCES, st.text(alphabet=_BYTES, max_size=40), st.data())
def test_pieces_and_characters_lead_to_the_same_state(
    source: str, text: str, chance: st.DataObject
) -> None:
    """What passes cut in pieces passes whole: borders only ever make the lock stricter."""
    lock = FigureLock(source)
    for piece in cut(text.encode(), chance):
        if not lock.allows(piece):
            return
        lock.accept(piece)
    whole = FigureLock(source)
    assert whole.allows(text.encode())
    whole.accept(text.encode())
    assert whole.allows_end() == lock.allows_end()


def test_a_long_source_is_read_at_once() -> None:
    source = "\n".join(s.text for s in example_sources()) * 65
    assert len(source) > 390_000
    lock = FigureLock(source)
    assert lock.allows(b"TA 14")
