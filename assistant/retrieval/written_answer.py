"""An answer that a model writes from passages: what it is asked, and what is kept of it.

The grammar lets no number but those of the passages stand in brackets, so a citation can't be
invented. Whether a passage supports the sentence that cites it is checked afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.guides import AnswerSentence
from assistant.protocol import Hit
from assistant.retrieval.calibration import Calibration

_MOST_PASSAGES = 4
_SENTENCE = re.compile(r"\s*(?P<text>[^\[\]\n]+?)\s*\[(?P<number>\d+)\]\s*")

SYSTEM = (
    "Tu réponds en français à la question d’un professionnel de santé, uniquement avec les "
    "passages numérotés qu’il te donne. Tu n’ajoutes rien qui n’y soit écrit. Tu écris de une à "
    "quatre phrases courtes, une par ligne, avec les mots des passages. Chaque phrase finit par "
    "le numéro du passage qui la contient, entre crochets : [1]."
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked, its grammar (GBNF), and the numbers it may write besides those of
    the passages."""

    before: str
    passages: str
    after: str
    grammar: str
    allowed: tuple[str, ...]


def prompt_for(question: str, hits: Sequence[Hit]) -> Prompt:
    """The prompt for ``question`` from the first of ``hits``."""
    shown = hits[:_MOST_PASSAGES]
    numbers = [str(number) for number in range(1, len(shown) + 1)]
    passages = "\n\n".join(
        f"[{number}] {' > '.join(hit.section)}\n{hit.text}"
        for number, hit in zip(numbers, shown, strict=True)
    )
    choices = " | ".join(f'"{number}"' for number in numbers)
    grammar = (
        "root ::= line line? line? line?\n"
        'line ::= [^\\[\\]\\n]+ " [" number "]\\n"\n'
        f"number ::= {choices}\n"
    )
    after = f"\n\nQuestion : {question}\nRéponse, une phrase par ligne :\n"
    return Prompt("Passages :\n\n", passages, after, grammar, tuple(numbers))


def read_sentences(written: str, passages: int) -> list[AnswerSentence]:
    """The sentences of what a model wrote, each with the number of its passage; a sentence without
    one, or with a number that no passage has, is left out."""
    found = (_SENTENCE.fullmatch(line) for line in written.splitlines())
    return [
        AnswerSentence(match["text"].strip(), int(match["number"]))
        for match in found
        if match and 1 <= int(match["number"]) <= min(passages, _MOST_PASSAGES)
    ]


def kept(
    told: Sequence[AnswerSentence],
    overlaps: Sequence[float],
    similarities: Sequence[float],
    calibration: Calibration,
) -> list[AnswerSentence]:
    """The sentences that their passage supports, by its words and by its meaning."""
    return [
        sentence
        for sentence, overlap, similarity in zip(told, overlaps, similarities, strict=True)
        if overlap >= calibration.least_overlap and similarity >= calibration.least_similarity
    ]
