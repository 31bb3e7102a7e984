"""Fictional notes made from facts, typed as clinicians type; each clause knows its topic.

A person and a situation (``fact_model``) give facts by topic; a voice (``voices``) orders, joins
and words them. The text is then cut by the application's own ``clauses`` and each clause takes the
topics it overlaps.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from faker import Faker

from assistant.drafting.clauses import clauses
from assistant.drafting.document_type import document_types
from assistant.drafting.topics import Topic
from models.recipes import facts, voices
from models.recipes.examples import Example
from models.recipes.fact_model import Situation, Told, Writer, situations
from models.recipes.voices import Piece

_ORDER = [topic.value for topic in Topic]
_SMOOTHING = 0.02
_VOICES = ["labels", "lines", "letter", "dictation", "shift", "headed"]
_SHARES = [0.3, 0.22, 0.16, 0.08, 0.16, 0.08]
# Usual order of a note; each voice disturbs it.
_SEQUENCE = [
    "identite", "motif", "antecedents", "familiaux", "allergies", "mode_de_vie",
    "traitement_habituel", "histoire", "examen", "biologie", "explorations", "conclusion",
    "actes", "traitement_recu", "evolution", "traitement_arrete", "etat_sortie",
    "traitement_sortie", "en_attente", "suites", "personne",
]


def _order(told: Told, draw: random.Random) -> list[str]:
    order = [topic for topic in _SEQUENCE if topic in told]
    if "hors_sujet" in told:
        order.insert(draw.randrange(len(order) + 1), "hors_sujet")
    disorder = draw.choice([0, 0, 1, 3, 6])
    for _ in range(disorder):
        i, j = draw.randrange(len(order)), draw.randrange(len(order))
        order.insert(j, order.pop(i))
    if draw.random() < 0.1:
        order.remove("identite")
    return order


Bank = Mapping[str, Sequence[str]]  # clauses that careful readers labelled, by topic


def example(
    number: int, draw: random.Random, fake: Faker, pool: list[Situation], bank: Bank
) -> Example | None:
    """One note with its topics; None where nothing could be cut."""
    writer = Writer(draw, fake, draw.choice(pool))
    told = writer.said()
    borrowed = draw.choice([0.0, 0.2, 0.5])  # facts taken from labelled notes instead
    for topic in bank:
        if draw.random() < borrowed * (1.0 if topic in told else 0.3):
            told[topic] = draw.sample(bank[topic], min(len(bank[topic]), draw.randint(1, 3)))
            told[topic] = [fact.rstrip(" .;") for fact in told[topic]]
    found = _worded(writer, told)
    for _ in range(draw.choice([0, 0, 0, 1, 1, 2])):
        extra = Piece(writer.filled(draw.choice(facts.OTHER)), "hors_sujet", "\n")
        found.insert(draw.choice([0, 0, len(found), draw.randint(0, len(found))]), extra)
    if draw.random() < 0.12:  # something said twice
        found.insert(draw.randrange(len(found) + 1), draw.choice(found))
    return _cut(f"synthetic-{number}", found)


def _worded(writer: Writer, told: Told) -> list[Piece]:
    draw, order = writer.draw, _order(told, writer.draw)
    match draw.choices(_VOICES, _SHARES)[0]:
        case "labels":
            return voices.labelled_pieces(writer, told, order, chance=draw.choice([0.9, 0.6]))
        case "lines":
            return voices.labelled_pieces(writer, told, order, chance=draw.choice([0.0, 0.15, 0.3]))
        case "letter":
            return voices.letter_pieces(writer, told, order)
        case "dictation":
            return voices.dictated_pieces(writer, told, order)
        case "shift":
            return voices.shift_pieces(writer, told)
        case _:
            return voices.headed_pieces(writer, told, draw.choice(list(document_types().values())))


def _cut(identifier: str, pieces: list[Piece]) -> Example | None:
    text, owners = "", []
    for piece in pieces:
        text += piece.text
        owners += [piece.topic] * len(piece.text)
        text += piece.end
        owners += [""] * len(piece.end)
    spans, targets = [], []
    for clause in clauses(text):
        inside = owners[clause.span.start : clause.span.end]
        shares = {t: inside.count(t) for t in set(inside) if t}
        if not shares:
            continue
        total = sum(shares.values())
        row = [_SMOOTHING / len(_ORDER)] * len(_ORDER)
        for topic, count in shares.items():
            row[_ORDER.index(topic)] += (1 - _SMOOTHING) * count / total
        spans.append((clause.span.start, clause.span.end))
        targets.append(row)
    return Example(identifier, text, spans, targets) if spans else None


def notes(count: int, seed: int, bank: Bank | None = None) -> Iterator[Example]:
    """``count`` fictional notes, the same for the same ``seed``; some facts are from ``bank``."""
    draw = random.Random(seed)
    fake = Faker("fr_FR")
    fake.seed_instance(seed)
    pool = situations()
    for number in range(count):
        found = example(number, draw, fake, pool, bank or {})
        if found:
            yield found
