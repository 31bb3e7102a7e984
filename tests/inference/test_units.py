"""Units: read in any spelling, and held by the figure lock to those of the source."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.inference.figures.lock import FigureLock
from assistant.inference.figures.units import Unit, ended, plain, progress, unit_after

SOURCE = (
    "Amoxicilline 500mg x 3/j pendant 7 j, Lasilix 40 mg/j, MTX 15 mg/semaine, HBPM 0,6 mL, "
    "Lantus 12 UI, héparine 18 UI/kg/h, Levothyrox 75 µg, 5 à 10 gouttes, 2 à 4 g, "
    "TA 14/8, FC 82, T 38,5, SpO2 96, 54 ans, créat 128 µmol/L, plaq 250 G/L, Hb 11,2 g/dL, "
    "J15, RDV 10:30, K 4,1, 3 fois par jour, 1 cp/j, trente-deux kg, trois semaines, L5"
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (" mg, puis", ("mg",)), ("mg/kg/j", ("mg", "kg", "j")), (" mg par jour", ("mg", "j")),
        (" milligrammes par kilogramme", ("mg", "kg")), ("\u202fmmol / L", ("mmol", "l")),
        (" G/L", ("giga", "l")), (" g/L", ("g", "l")), (" G.", ("g",)), (" MG", ("mg",)),
        (" microgrammes", ("μg",)), (" mcg", ("μg",)), (" µg", ("μg",)), (" μg", ("μg",)),
        (" ug", ("μg",)), ("㎎", ("mg",)), (" ℃", ("°c",)), ("°", ("°c",)), (" degrés C", ("°c",)),
        (" U", ("ui",)), (" unités", ("ui",)), (" pour cent", ("%",)), ("%", ("%",)),
        ("/min", ("", "min")), (" par minute", ("", "min")), (" fois par jour", ("", "j")),
        ("x/j", ("", "j")), (" cp / jour", ("", "j")), (" gélules par semaine", ("", "sem")),
        ("mgx3", ("mg",)), ("mg x 3", ("mg",)), ("h30", ("h",)), (" kg/m²", ("kg", "m2")),
        ("-mg", ("mg",)), ("g/24 h", ("g",)), (" jours", ("j",)), (" j.", ("j",)),
        (" mm de mercure", ("mmhg",)), (" mm", ("mm",)), (" mg par prise", ("mg",)),
        (" malades", ()), (" gélules", ()), (" l’enfant", ()), (" j'ai", ()), (" L5", ()),
        (" M. X", ()), ("\nmg", ()), (", mg", ()), (" fois", ()), ("e jour", ()), ("", ()),
    ],
)  # fmt: skip
def test_a_unit_is_read_in_any_spelling(text: str, unit: Unit) -> None:
    assert unit_after(text) == unit


def may_write(source: str, text: str) -> bool:
    lock = FigureLock(source)
    if not lock.allows(text.encode()):
        return False
    lock.accept(text.encode())
    return lock.allows_end()


@pytest.mark.parametrize(
    "text",
    [
        "500 mg", "500mg", "500 milligrammes", "500 MG", "500", "500 comprimés", "40 mg/j",
        "40 mg par jour", "40 mg le matin", "15 mg / semaine", "15 mg par semaine", "15", "0,6 ml",
        "0.6 millilitres", "12 unités", "12 U", "18 UI/kg/h", "75 microgrammes", "75 mcg",
        "75 μg", "4 g", "2 g", "2 grammes à 4 grammes", "14/8 mmHg", "82 bpm", "82/min",
        "82 par minute", "38,5 °C", "38,5°", "38.5 degrés", "96 %", "96 pour cent", "54 ans",
        "128 µmol/L", "128 umol/l", "250 G/L", "11,2 g/dL", "15 jours", "J15", "quinze jours",
        "10 h 30", "10h30 min", "3 fois par jour", "3/j", "3 comprimés par jour", "trois fois",
        "1/j", "32 kg", "trente-deux kilos", "3 semaines", "trois sem.", "7 jours", "sept j",
        "5 gouttes", "le 12 l’enfant", "le 12, j'ai", "L5", "4,1", "12 malades", "12\ng",
    ],
)  # fmt: skip
def test_a_number_keeps_its_units(text: str) -> None:
    assert may_write(SOURCE, text)


@pytest.mark.parametrize(
    "text",
    [
        "500 g", "500g", "500 µg", "500 mL", "500 mg/j", "500 mg par jour", "40 g/j", "40 mg/kg",
        "40 mg/semaine", "15 mg", "15 mg/j", "15 mg par jour", "15 mg le lundi", "0,6 L", "12 mg",
        "18 UI/kg", "18 UI", "75 mg", "75 milligrammes", "4 mg", "14/8 g", "82 mg", "82 jours",
        "38,5 mg", "54 mois", "54 j", "128 mmol/L", "128 µmol", "250 g/L", "250 G", "11,2 g/L",
        "15 semaines", "quinze mois", "10 h 30 s", "3 fois par semaine", "3/semaine",
        "3 comprimés par semaine", "1 cp/semaine", "32 g", "trente-deux grammes", "trois jours",
        "trois mois", "7 mois", "sept mois", "5 mg", "4,1 mmol/L", "4,1 g", "12 ㎎", "12-mg",
        "12  mg", "12\u202fmg", "12 m\u200bg", "douze mg", "12 mgx3", "2 h", "12- mg",
        "douze- mg",
    ],
)  # fmt: skip
def test_a_number_takes_no_other_unit(text: str) -> None:
    assert not may_write(SOURCE, text)


def test_a_unit_half_written_is_forced_to_its_end() -> None:
    lock = FigureLock("1 mg/kg, 2 mg")
    lock.accept(b"1 mg")
    assert not lock.allows_end()
    assert not lock.allows(b" matin")
    assert not lock.allows(b"/j")
    assert lock.allows(b"/")
    lock.accept(b" par")
    assert not lock.allows_end()
    lock.accept(b" kilo")
    assert lock.allows_end()


def test_a_piece_does_not_stop_on_a_unit_that_is_not_carried() -> None:
    lock = FigureLock("8 mg, 6 gélules")
    lock.accept(b"8")
    assert not lock.allows(b" ng")  # « ng » would leave no way but a made-up word
    assert lock.allows(b" m")  # of « mg »
    assert lock.allows(b" g")  # of « gélules », that a number of the source has too
    lock.accept(b" g")
    assert not lock.allows(b" ")
    assert not lock.allows_end()
    assert lock.allows("é".encode())
    assert not FigureLock("8 mg").fork().allows(b"8 g")


SPELLED = st.sampled_from(
    ["mg", "MG", " g", "mL", " UI", " j", " jours", "/j", " mg/kg", " par jour", " fois par jour",
     " %", "°C", " h", " µg", " mmol/L", " G/L", " g/L", " gélules", " l’", "x3", ".", "-", " "]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30), SPELLED), min_size=1, max_size=5))
def test_a_source_of_units_may_be_copied_whole(told: list[tuple[int, str]]) -> None:
    source = ", ".join(f"{number}{unit}" for number, unit in told)
    lock = FigureLock(source)
    for character in source:
        assert lock.allows(character.encode()), (character, lock.state)
        lock.accept(character.encode())
    assert lock.allows_end()


@settings(max_examples=300, deadline=None)
@given(st.lists(SPELLED, min_size=1, max_size=3).map("".join))
def test_a_unit_is_told_alike_at_once_and_as_it_comes(text: str) -> None:
    written = "".join(map(plain, text))
    for end in range(1, len(written)):
        reached = progress(written[:end])
        if reached.over:
            assert reached.unit == ended(written) == ended(written[:end])
            return
