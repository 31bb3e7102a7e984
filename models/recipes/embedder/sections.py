"""The open texts cut into headed sections: what pairs and question sets are made from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.recipes import corpus

DOCUMENTATION = ("doc_snds_fr", "doc_python_fr", "doc_postgresql_fr", "doc_react_fr")
LAW = ("droit_fr_codes_legalize", "droit_fr_codes_etalab")
PROSE = (
    "cas_cliniques_pamj_e3c",
    "indications_amm_liste_en_sus",
    "debats_assemblee_nationale_cc0",
    "litterature_fr",
)
ADVICE = "mesconseilscovid_fr"
CARDS = "bdpm_fiches_has"

_ANCHOR = re.compile(r"\s*\{/[^}]*/\}\s*$")  # react marks its headings so
_QUESTION_MARK = re.compile(r"^\.\. question:: ")
_LEVELS = (
    "partie", "livre", "titre", "chapitre", "section", "sous-section", "paragraphe",
    "sous-paragraphe",
)  # fmt: skip
_DIVISION = re.compile(
    r"^(?:\w+ )?(partie|livre|titre|chapitre|section|sous-section|paragraphe|sous-paragraphe)"
    r"\b[^:]{0,40}(?: : (.*))?$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^Article [\w*. -]{1,30}$")
_LONGEST_HEADING = 100  # characters


@dataclass(frozen=True, slots=True)
class Section:
    """A run of text under its headings, the nearest heading last."""

    source: str
    document: str
    headings: tuple[str, ...]
    body: str


def _paragraphs(text: str) -> list[str]:
    return [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]


def _is_heading(paragraph: str) -> bool:
    return (
        len(paragraph) <= _LONGEST_HEADING
        and "\n" not in paragraph
        and "|" not in paragraph
        and paragraph[0].isalpha()
        and paragraph[-1] not in ".;,:!)…»"
        and 1 <= len(paragraph.split()) <= 14
    )


def headed(source: str, document: str, text: str) -> Iterator[Section]:
    """Sections of a documentation page or an advice page."""
    title, heading, body = "", "", list[str]()
    for paragraph in _paragraphs(text):
        asked = _QUESTION_MARK.match(paragraph)
        marked = _ANCHOR.search(paragraph)
        if asked or marked or (source != "doc_react_fr" and _is_heading(paragraph)):
            if body:
                yield Section(source, document, _kept(title, heading), "\n".join(body))
            first = paragraph.split("\n")[0]
            heading = _QUESTION_MARK.sub("", _ANCHOR.sub("", first)).strip()
            title = title or heading
            body = []
        elif not paragraph.startswith(":"):
            body.append(paragraph)
    if body:
        yield Section(source, document, _kept(title, heading), "\n".join(body))


def _kept(title: str, heading: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(h for h in (title, heading) if h))


def articles(source: str, rows: list[dict[str, str]]) -> Iterator[Section]:
    """Articles of law under the titles of their divisions; ``rows`` in the order of the file."""
    titles: dict[int, str] = {}
    document, body = "", list[str]()
    for row in rows:
        if row["id"] != document:
            if body:
                yield _article(source, document, titles, body)
            document, titles, body = row["id"], {}, []
        for paragraph in _paragraphs(row["text"]):
            division = _DIVISION.match(paragraph) if len(paragraph) < 300 else None
            if division or _ARTICLE.match(paragraph):
                if body:
                    yield _article(source, document, titles, body)
                body = []
            if division:
                level = _LEVELS.index(division[1].lower())
                titles = {k: v for k, v in titles.items() if k < level}
                titles[level] = (division[2] or "").strip()
            elif not _ARTICLE.match(paragraph):
                body.append(paragraph)
    if body:
        yield _article(source, document, titles, body)


def _article(source: str, document: str, titles: dict[int, str], body: list[str]) -> Section:
    headings = tuple(titles[level] for level in sorted(titles) if titles[level])
    return Section(source, document, headings, "\n".join(body))


def sections(folder: Path, source: str) -> Iterator[Section]:
    """Every section of a source; prose and cards have one section a text, without heading."""
    rows = corpus.lines(folder / f"{source}.jsonl.xz")
    if source in LAW:
        yield from articles(source, list(rows))
        return
    for number, row in enumerate(rows):
        document = row.get("id") or str(number)
        if source in DOCUMENTATION or source == ADVICE:
            yield from headed(source, document, row["text"])
        else:
            yield Section(source, document, (), row["text"])
