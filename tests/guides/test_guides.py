"""What every guide that ships must hold: its front matter, its headings, its marks, its sources."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.retrieval.guide_text import read_guide

FOLDER = Path(__file__).parents[2] / "guides"
PATHS = sorted(FOLDER.glob("*.md"))
GUIDES = [path.stem for path in PATHS]

HEADINGS = [
    "L’essentiel",
    "Pour qui, quand",
    "Recommandations",
    "À ne pas faire",
    "Exemple et contre-exemple",
    "Vérification en 60 secondes",
    "Ce que l’outil fait et ne fait pas",
    "Sources",
]
NOT_FROM_HAS = (
    "*Guide écrit par l’équipe d’Aparté. Ce n’est pas un document de la HAS. "
    "Aucun clinicien ni juriste extérieur ne l’a encore relu.*"
)
BY_THE_TEAM = "avis de l’équipe"
MARK = re.compile(
    r"\[(loi|référence publique|étude|avis de l’équipe)\]"
    r"(?: \(sources?\u00a0(\d+(?:, \d+)*)\))?$"
)
WORD = re.compile(r"\w+(?:[’-]\w+)*")
LEANING = r"recommandation (?:\d|précédente|suivante)|ci-(?:dessus|après)|\bla même étude\b"
END_OF_SENTENCE = re.compile(r"(?<=[.!?…]) (?=[A-ZÀÂÉÈÊÎÔ«])")
TYPOGRAPHY = {
    "apostrophe droite": r"'",
    "guillemet droit": r'"',
    "trois points": r"\.\.\.",
    "deux espaces": r"[ \u00a0\u202f]{2}",
    "espace en fin de ligne": r"[ \u00a0\u202f]$",
    "deux-points sans espace insécable": r"(?<!\u00a0):(?!\w)",
    "ponctuation sans espace fine insécable": r"(?<!\u202f)[;?!]",
    "guillemet ouvrant sans espace insécable": r"«(?!\u00a0)",
    "guillemet fermant sans espace insécable": r"(?<!\u00a0)»",
    "nombre séparé de son unité": r"\d (?:mg|µg|g|mL|%|€|ans|heures|minutes|secondes|jours|mois)\b",
    "milliers sans espace fine insécable": r"\d[ \u00a0]\d{3}\b",
    "article séparé de son numéro": r"\b[LRD]\. \d",
}
FORBIDDEN = [
    r"recommandations? de la HAS",
    r"recommand\w+ par la HAS",
    r"la HAS recommande",
    r"(?:valid|agré|certifi|labellis)é\w* par la (?:HAS|CNIL)",
    r"conforme (?:à la HAS|au RGPD)",
    r"aide au diagnostic",
    r"(?:sans|zéro|aucune) erreur",
    r"infaillible|révolution|innovant|puissant",
    r"Analyser, vérifier",  # the expansion of A.V.E.C. that is wrong
]


def written(guide: str) -> str:
    return (FOLDER / f"{guide}.md").read_text(encoding="utf-8")


def front_matter(guide: str) -> dict[str, Any]:
    return tomllib.loads(written(guide).split("+++\n")[1])


def body(guide: str) -> str:
    return written(guide).split("+++\n", maxsplit=2)[2]


def section(guide: str, heading: str) -> str:
    return body(guide).partition(f"\n## {heading}\n")[2].partition("\n## ")[0].strip()


def numbered(text: str) -> list[str]:
    """The items of a list that is numbered from 1, one a line, without their numbers."""
    items = [line.partition(". ") for line in text.splitlines() if line]
    assert [number for number, _, _ in items] == [str(n) for n in range(1, len(items) + 1)]
    return [item for _, _, item in items]


def recommendations(guide: str) -> list[str]:
    return numbered(section(guide, "Recommandations"))


def bullets(text: str) -> list[str]:
    assert all(line.startswith("- ") for line in text.splitlines())
    return [line.removeprefix("- ") for line in text.splitlines()]


def without_mark(recommendation: str) -> str:
    return MARK.sub("", recommendation).strip()


def test_ten_guides_with_an_id_each() -> None:
    assert len(GUIDES) == 10
    assert [front_matter(guide)["id"] for guide in GUIDES] == GUIDES
    assert len({front_matter(guide)["titre"] for guide in GUIDES}) == 10


def test_each_letter_of_avec_has_its_guides() -> None:
    letters = Counter(letter for guide in GUIDES for letter in front_matter(guide)["avec"])
    assert set(letters) == set("AVEC")


@pytest.mark.parametrize("guide", GUIDES)
def test_front_matter_is_complete_and_typed(guide: str) -> None:
    table = front_matter(guide)
    assert set(table) == {
        "id", "titre", "version", "date", "revision", "public", "avec", "resume",
    }  # fmt: skip
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", table["id"])
    assert re.fullmatch(r"\d+\.\d+", table["version"])
    assert table["public"]
    assert all(isinstance(reader, str) and reader for reader in table["public"])
    assert table["avec"]
    assert set(table["avec"]) <= set("AVEC")
    assert table["resume"].endswith(".")
    assert len(END_OF_SENTENCE.split(table["resume"])) == 1


@pytest.mark.parametrize("guide", GUIDES)
def test_it_is_read_again_within_six_to_twelve_months(guide: str) -> None:
    table = front_matter(guide)
    assert type(table["date"]) is date
    assert type(table["revision"]) is date
    assert timedelta(days=180) <= table["revision"] - table["date"] <= timedelta(days=366)


@pytest.mark.parametrize("guide", GUIDES)
def test_the_app_reads_it(guide: str) -> None:
    read = read_guide(written(guide))
    assert (read.id, read.title) == (guide, front_matter(guide)["titre"])
    headings = [read.text[b.span.start : b.span.end] for b in read.blocks if b.level == 2]
    assert headings == HEADINGS


@pytest.mark.parametrize("guide", GUIDES)
def test_headings_are_those_of_every_guide(guide: str) -> None:
    headings = re.findall(r"^(#+) (.+)$", body(guide), re.MULTILINE)
    examples = HEADINGS.index("Exemple et contre-exemple") + 1
    expected = [("#", front_matter(guide)["titre"])]
    expected += [("##", heading) for heading in HEADINGS[:examples]]
    expected += [("###", "Exemple"), ("###", "Contre-exemple")]
    expected += [("##", heading) for heading in HEADINGS[examples:]]
    assert headings == expected
    assert all(section(guide, heading) for heading in HEADINGS)


@pytest.mark.parametrize("guide", GUIDES)
def test_length_is_that_of_a_guide(guide: str) -> None:
    assert 900 <= len(WORD.findall(body(guide))) <= 1500
    assert 3 <= len(bullets(section(guide, "L’essentiel"))) <= 5
    assert bullets(section(guide, "À ne pas faire"))
    assert 5 <= len(numbered(section(guide, "Vérification en 60 secondes"))) <= 12


@pytest.mark.parametrize("guide", GUIDES)
def test_it_says_that_it_is_not_from_has(guide: str) -> None:
    assert NOT_FROM_HAS in body(guide)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_recommendation_is_marked_and_its_source_exists(guide: str) -> None:
    sources = len(numbered(section(guide, "Sources")))
    assert len(recommendations(guide)) >= 8
    for recommendation in recommendations(guide):
        mark = MARK.search(recommendation)
        assert mark, recommendation
        assert mark[2] or mark[1] == BY_THE_TEAM, recommendation
        cited = [int(number) for number in (mark[2] or "").split(", ") if number]
        assert all(1 <= number <= sources for number in cited), recommendation


@pytest.mark.parametrize("guide", GUIDES)
def test_every_source_is_cited_dated_and_says_how_it_is_known(guide: str) -> None:
    cited = {
        int(number)
        for recommendation in recommendations(guide)
        for number in re.findall(r"\d+", (MARK.search(recommendation) or [""])[0])
    }
    sources = numbered(section(guide, "Sources"))
    assert cited == set(range(1, len(sources) + 1))
    for source in sources:
        assert re.search(r"\b(?:19|20)\d\d\b|Sans date", source), source
        assert re.search(r"vérifi|consulté|[Cc]onnu", source), source


@pytest.mark.parametrize("guide", GUIDES)
def test_examples_are_said_to_be_fictional(guide: str) -> None:
    before, _, _ = section(guide, "Exemple et contre-exemple").partition("### Exemple")
    assert re.search(r"\bficti(?:f|ve|fs|ves)\b", before)


@pytest.mark.parametrize("guide", GUIDES)
def test_sentences_are_short(guide: str) -> None:
    texts = bullets(section(guide, "L’essentiel"))
    texts += [without_mark(recommendation) for recommendation in recommendations(guide)]
    lengths = [len(WORD.findall(said)) for text in texts for said in END_OF_SENTENCE.split(text)]
    assert sum(lengths) / len(lengths) <= 25
    assert max(lengths) <= 45


@pytest.mark.parametrize("guide", GUIDES)
def test_a_recommendation_stands_alone(guide: str) -> None:
    """It may be quoted as an answer: it begins as a sentence and leans on no other."""
    for recommendation in recommendations(guide):
        said = without_mark(recommendation)
        assert re.match(r"[A-ZÀÂÉÈÊÎÔ«]", said), said
        assert said.endswith((".", ".\u00a0»", "\u202f?\u00a0»")), said
        assert not re.search(LEANING, said), said


@pytest.mark.parametrize("guide", GUIDES)
def test_typography(guide: str) -> None:
    table = front_matter(guide)
    text = body(guide).replace("## Vérification en 60 secondes", "")  # a name, spelt so in code
    shown = "\n".join((table["titre"], table["resume"], *table["public"], text))
    for fault, pattern in TYPOGRAPHY.items():
        found = re.search(pattern, shown, re.MULTILINE)
        around = shown[max(0, found.start() - 20) : found.end() + 20] if found else ""
        assert not found, f"{fault} : {around!r}"


@pytest.mark.parametrize("guide", GUIDES)
def test_nothing_it_must_not_claim(guide: str) -> None:
    shown = body(guide).replace("\u00a0", " ")
    for claim in FORBIDDEN:
        found = re.search(claim, shown, re.IGNORECASE)
        assert not found, found


@pytest.mark.parametrize("guide", GUIDES)
def test_avec_is_credited_to_has(guide: str) -> None:
    for line in body(guide).splitlines():
        assert "A.V.E.C." not in line or "HAS" in line, line


def test_no_recommendation_is_written_twice() -> None:
    said = Counter(
        without_mark(recommendation)
        for guide in GUIDES
        for recommendation in recommendations(guide)
    )
    assert [text for text, times in said.items() if times > 1] == []
