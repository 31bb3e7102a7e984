"""Training pairs mined from the open texts: what one might ask, and the passage that answers."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.recipes.embedder import sections as source_sections
from models.recipes.embedder.held_out import is_held_out, substances
from models.recipes.embedder.sections import CARDS, DOCUMENTATION, LAW, PROSE, Section

_LONGEST = 900  # characters of a passage
_SHORTEST = 60
_GENERIC = 4  # a heading met more often says nothing (« Description », « Exemples »)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n+")
_OPINION = re.compile(r"\d{4}\) : [^.]*\. ")  # what comes before an opinion's own sentence
_TREATED = re.compile(
    r"\b(?:traitements?|prévention|prise en charge|indiquée?s? (?:dans|chez|en))\b.{20,250}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and a passage that answers it; ``kind`` names the batch it may stand in."""

    kind: str
    query: str
    passage: str


def pieces(body: str) -> list[str]:
    """``body`` cut at sentences into passages of at most about 900 characters."""
    found, current = [], ""
    for sentence in _SENTENCE.split(body):
        if current and len(current) + len(sentence) > _LONGEST:
            found.append(current)
            current = ""
        current = f"{current} {sentence}".strip()[: 2 * _LONGEST]
    return [*found, current] if current else found


def _by_heading(kind: str, found: list[Section], draw: random.Random) -> Iterator[Pair]:
    met = Counter(h for s in found for h in {s.headings[-1] if s.headings else ""})
    for section in found:
        if not section.headings or len(section.body) < _SHORTEST:
            continue
        heading = section.headings[-1]
        if met[heading] > _GENERIC and kind != "law":
            heading = " ".join(section.headings)
        elif len(section.headings) > 1 and draw.random() < 0.3:
            heading = " ".join(section.headings[-2:])
        for passage in pieces(section.body)[:3]:
            yield Pair(kind, heading, passage)


def _by_lead(kind: str, found: list[Section], draw: random.Random, most: int) -> Iterator[Pair]:
    """A sentence asks for the passage it was taken out of (inverse cloze, Lee et al. 2019)."""
    passages = [p for s in found for p in pieces(s.body)]
    draw.shuffle(passages)
    for passage in passages[:most]:
        cut = [s for s in _SENTENCE.split(passage) if len(s) > 25]
        if len(cut) < 2:
            continue
        taken = 0 if draw.random() < 0.4 else draw.randrange(len(cut))
        words = cut[taken].split()
        if len(words) > 16:
            begin = draw.randrange(len(words) - 12)
            words = words[begin : begin + draw.randint(5, 12)]
        yield Pair(kind, " ".join(words), " ".join(cut[:taken] + cut[taken + 1 :]))


def _by_neighbour(kind: str, texts: list[str], draw: random.Random, most: int) -> Iterator[Pair]:
    """A few sentences ask for those that come next."""
    left = most
    for text in texts:
        sentences = [s for s in _SENTENCE.split(text) if len(s) > 15]
        at = 0
        while at + 6 < len(sentences) and left > 0:
            size = draw.randint(1, 3)
            before, after = sentences[at : at + size], sentences[at + size : at + 2 * size + 3]
            yield Pair(kind, " ".join(before)[:300], " ".join(after)[:600])
            at += 2 * size + 3
            left -= 1


def indications(card: str) -> list[str]:
    """What the opinions of a medicine card say it treats."""
    found = []
    for opinion in card.split("\n\n")[2:]:
        treated = _TREATED.search(_OPINION.split(opinion)[-1])
        if treated:
            found.append(treated[0].strip(" ."))
    return list(dict.fromkeys(found))


def _by_card(cards: list[Section], draw: random.Random) -> Iterator[Pair]:
    seen = set[str]()
    for card in cards:
        name = card.body.split(" : ")[0].split(",")[0]
        told = substances(card.body)
        for treated in indications(card.body):
            if treated in seen:
                continue
            seen.add(treated)
            rest = card.body.replace(treated, " ")
            yield Pair("card", treated, rest[:_LONGEST])
            yield Pair("card", told or name, treated)
        if draw.random() < 0.3:
            yield Pair("card", name, card.body[len(name) :][:_LONGEST])


def mined(folder: Path, most: dict[str, int], seed: int = 0) -> Iterator[Pair]:
    """Pairs of every source but the held-out documents; ``most`` caps the kinds that it names."""
    draw = random.Random(seed)

    def kept(source: str) -> list[Section]:
        return [s for s in source_sections.sections(folder, source) if not is_held_out(s)]

    for source in DOCUMENTATION:
        found = kept(source)
        yield from _by_heading(source, found, draw)
        yield from _by_lead(source, found, draw, most["documentation"])
    for source in LAW:
        found = kept(source)
        yield from _by_heading("law", found, draw)
        yield from _by_lead("law", found, draw, most["law"])
    yield from _by_card(kept(CARDS), draw)
    for source in PROSE:
        texts = [s.body for s in kept(source)]
        draw.shuffle(texts)
        yield from _by_neighbour(source, texts, draw, most["prose"])
