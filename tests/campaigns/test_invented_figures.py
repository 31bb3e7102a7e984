"""The short form of the campaign of invented figures, and the judge judged."""

from __future__ import annotations

import pytest

from assistant.inference.model import Model, Stop
from assistant.model_store.catalogue import ModelEntry
from tests.campaigns.figure_judge import Judge
from tests.campaigns.invented_figures import campaign
from tests.campaigns.unit_judge import UnitJudge


def test_no_number_is_invented_under_the_lock(writer: ModelEntry) -> None:
    with Model(writer.path, 512, 1, Stop()) as model:
        tally = campaign(model, generations=15, seed=7)
    assert tally.invented == []
    assert tally.wrong_unit == []
    assert (tally.generations, tally.unreachable) == (15, 0)
    assert tally.numbers > 60
    assert tally.with_unit > 5


@pytest.mark.parametrize(
    "draft",
    ["15 mg", "14/9", "vingt-six", "5 à 9 j", "²", "Ⅳ", "820", "1\u200b1", "trois", "00:14", "2,6"],
)
def test_the_judge_sees_an_invention(draft: str) -> None:
    judge = Judge("TA 14/8, 12/9, 4 820 ng, 2,5 mg, vingt-cinq, de 5 à 10 j")
    assert judge.judge(draft)[1]


UNITS = "Lasilix 40 mg/j, MTX 15 mg/semaine, FC 82, de 5 à 10 j, vingt-cinq UI, J15, 250 G/L, 3 x/j"


@pytest.mark.parametrize(
    "draft",
    [
        "40 g",
        "40 mg/kg",
        "15 mg",
        "82 mg",
        "5 mois",
        "vingt-cinq mg",
        "15 mois",
        "250 g/L",
        "3/sem",
    ],
)
def test_the_judge_sees_a_wrong_unit(draft: str) -> None:
    assert UnitJudge(Judge(UNITS)).judge(draft)[1]


@pytest.mark.parametrize(
    "draft",
    ["40 milligrammes", "15 mg par semaine", "82 bpm", "5 jours", "25 unités", "15 jours", UNITS],
)
def test_the_judge_lets_a_unit_of_the_source_pass(draft: str) -> None:
    counted, wrong = UnitJudge(Judge(UNITS)).judge(draft)
    assert wrong == []
    assert counted


def test_the_judge_lets_the_source_pass() -> None:
    source = "TA 14/8, 12/9, 4 820 ng, 2,5 mg, vingt-cinq, 5 à 10 j, ½, SpO2, 12.11.26, 06 12 34"
    assert Judge(source).judge(source)[1] == []
