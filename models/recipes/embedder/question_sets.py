"""Development question sets, of other kinds than the guides, from the held-out documents."""

from __future__ import annotations

import random
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.recipes.embedder import lessons
from models.recipes.embedder.held_out import is_held_out, substances
from models.recipes.embedder.pairs import indications, pieces
from models.recipes.embedder.sections import ADVICE, CARDS, DOCUMENTATION, LAW, Section, sections
from models.recipes.noise import slips, without_accents

_MOST_QUESTIONS = 400
_MOST_RELEVANT = 10  # a heading over more passages asks nothing precise
_LETTERS = re.compile(r"[a-zà-ÿ]{3,}")

_LAW_FRAMES = (
    "Que dit la loi sur {} ?",
    "Quelles règles s’appliquent : {} ?",
    "{}",
    "Je cherche l’article sur {}",
)
_CARD_FRAMES = ("Quel médicament pour {} ?", "{}", "médicament indiqué : {}")
_PAGE_FRAMES = ("{}", "Comment fonctionne {} ?", "Où est expliqué {} ?")


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages and questions, with the numbers of the passages that answer each."""

    name: str
    passages: list[str]
    questions: list[str]
    answers: list[frozenset[int]]


def _asked(heading: str, frames: tuple[str, ...]) -> str:
    """``heading`` in one of the frames, always the same one for the same heading."""
    frame = frames[zlib.crc32(heading.encode()) % len(frames)]
    return frame.format(heading if frame == "{}" else heading[0].lower() + heading[1:])


def _headed(name: str, found: list[Section], frames: tuple[str, ...]) -> QuestionSet:
    """A heading asks for the passages under it; the passages do not repeat the heading."""
    passages: list[str] = []
    under: dict[tuple[str, str], list[int]] = {}
    for section in found:
        for piece in pieces(section.body):
            if len(piece) < 60:
                continue
            if section.headings:
                key = (section.document, section.headings[-1])
                under.setdefault(key, []).append(len(passages))
            passages.append(piece)
    times = Counter(heading for _, heading in under)
    usable = [
        (heading, numbers)
        for (_, heading), numbers in under.items()
        if times[heading] == 1
        and len(numbers) <= _MOST_RELEVANT
        and len(_LETTERS.findall(heading.lower())) >= 2
    ]
    random.Random(0).shuffle(usable)
    usable = usable[:_MOST_QUESTIONS]
    return QuestionSet(
        name,
        passages,
        [_asked(heading, frames) for heading, _ in usable],
        [frozenset(numbers) for _, numbers in usable],
    )


def law(folder: Path) -> QuestionSet:
    """Titles of the sections of five codes, and their articles."""
    return _headed("law", [s for s in sections(folder, LAW[0]) if is_held_out(s)], _LAW_FRAMES)


def documentation(folder: Path, source: str) -> QuestionSet:
    """Headings of a documentation, and the passages under them."""
    found = [s for s in sections(folder, source) if is_held_out(s)]
    return _headed(source, found, _PAGE_FRAMES)


def advice(folder: Path) -> QuestionSet:
    """The questions of a public advice site, as people asked them, and its answers."""
    return _headed("advice", list(sections(folder, ADVICE)), ("{}",))


def cards(folder: Path) -> QuestionSet:
    """An indication asks for the cards of its substances; the sentence asked is taken out."""
    by_substance: dict[str, Section] = {}
    for card in sections(folder, CARDS):
        told = substances(card.body)
        if told and is_held_out(card) and len(indications(card.body)) >= 2:
            by_substance.setdefault(told, card)
    passages, questions = list[str](), list[str]()
    answers = list[frozenset[int]]()
    for card in by_substance.values():
        asked = indications(card.body)[0]
        name = card.body.split()[0]
        words = [w for w in asked.split() if name.lower() not in w.lower()][:25]
        answers.append(frozenset({len(passages)}))
        questions.append(_asked(" ".join(words), _CARD_FRAMES))
        passages.append(card.body.replace(asked, " ")[:2000])
    return QuestionSet("cards", passages, questions[:_MOST_QUESTIONS], answers[:_MOST_QUESTIONS])


def written() -> QuestionSet:
    """The lessons that training left out, among all lessons' passages."""
    passages = [lesson.passage for lesson in lessons.load()]
    kept = [
        (q, passages.index(lesson.passage))
        for lesson in lessons.development()
        for q in lesson.questions
    ]
    return QuestionSet(
        "lessons", passages, [q for q, _ in kept], [frozenset({number}) for _, number in kept]
    )


def all_sets(folder: Path) -> list[QuestionSet]:
    """Every development set."""
    return [
        law(folder),
        cards(folder),
        *(documentation(folder, source) for source in DOCUMENTATION),
        advice(folder),
        written(),
    ]


def mistyped(questions: QuestionSet) -> QuestionSet:
    """The same set, its questions typed in haste: no accents, lower case, a slip or two."""
    draw = random.Random(0)
    change: Callable[[str], str] = lambda q: slips(without_accents(q).lower(), draw, 0.04)  # noqa: E731
    return QuestionSet(
        f"{questions.name}, mistyped",
        questions.passages,
        [change(q) for q in questions.questions],
        questions.answers,
    )
