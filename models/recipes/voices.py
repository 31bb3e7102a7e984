"""How clinicians put facts on paper: labels, bullets, letters, dictations, shift notes, charts."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from assistant.drafting.document_type import DocumentType
from models.recipes import facts
from models.recipes.fact_model import Told, Writer

_FIGURE = re.compile(r"(?<![\d,./-])\d{1,2}(?![\d,./%-])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text on one topic, and what follows it."""

    text: str
    topic: str
    end: str


def _joined(told: list[str], draw: random.Random) -> list[str]:
    """The facts of a topic as one or several stretches."""
    if draw.random() < 0.5:
        return [draw.choice([", ", ", ", "; ", " / ", ". ", " - ", " + "]).join(told)]
    parts: list[str] = []
    for fact in told:
        if parts and draw.random() < 0.45:
            parts[-1] += ", " + fact
        else:
            parts.append(fact)
    return parts


def _capital(text: str, draw: random.Random, chance: float) -> str:
    return text[:1].upper() + text[1:] if draw.random() < chance else text


def labelled_pieces(writer: Writer, told: Told, order: list[str], chance: float) -> list[Piece]:
    """A line or more for each topic, opened by a label with probability ``chance``."""
    draw, found = writer.draw, []
    bulleted = draw.random() < 0.25
    between = draw.choice(["\n", "\n", "\n\n", ". ", "\n"])
    capital = draw.random()
    for topic in order:
        label = draw.choice(facts.LABELS[topic]) if draw.random() < chance else ""
        parts = _joined(told[topic], draw)
        if bulleted and label.strip() and len(told[topic]) > 1 and draw.random() < 0.7:
            mark = draw.choice(["- ", "• ", "* ", "- "])
            found.append(Piece(label.strip(), "hors_sujet", "\n"))  # a bare title
            found += [Piece(mark + fact, topic, "\n") for fact in told[topic]]
            continue
        stop = draw.choice([". ", ".\n", "\n", ". ", " ; "])
        for i, part in enumerate(parts):
            last = i == len(parts) - 1
            head = label if i == 0 else ""
            text = _capital(head + part, draw, capital)
            found.append(Piece(text, topic, between if last else stop))
    return found


def letter_pieces(writer: Writer, told: Told, order: list[str]) -> list[Piece]:
    """Full sentences, as in a letter or a dictation."""
    draw, woman = writer.draw, writer.person.woman
    found = [Piece(writer.filled(draw.choice(facts.OTHER[:5])), "hors_sujet", "\n")]
    short = "Elle" if woman else "Il"
    title = f"{'Madame' if woman else 'Monsieur'} {writer.person.name}".strip()
    for topic in order:
        said = list(told[topic])
        while said:
            take = said[: draw.randint(1, 3)]
            said = said[len(take) :]
            listed = (
                ", ".join(take[:-1])
                + (
                    " et "
                    if len(take) > 1 and draw.random() < 0.6
                    else ", "
                    if len(take) > 1
                    else ""
                )
                + take[-1]
            )
            frame = draw.choice(facts.SENTENCES[topic])
            if draw.random() < 0.25:
                frame = "{}."
            frame = frame.replace(
                "{pat}", draw.choice([title, "votre patiente" if woman else "votre patient"])
            )
            frame = frame.replace("{Il}", short).replace("{il}", short.lower())
            frame = frame.replace("{e}", "e" if woman else "").replace(
                "<nom>", writer.fake.last_name()
            )
            text = frame.replace("{}", listed)
            found.append(Piece(_capital(text, draw, 0.95), topic, draw.choice([" ", " ", "\n"])))
    found.append(Piece(writer.filled(draw.choice(facts.OTHER[5:12])), "hors_sujet", "\n"))
    return found


def shift_pieces(writer: Writer, told: Told) -> list[Piece]:
    """Timed notes of several hands, topics mixed."""
    draw = writer.draw
    pool = [(topic, fact) for topic, said in told.items() for fact in said if topic != "identite"]
    draw.shuffle(pool)
    found = [Piece(told["identite"][0], "identite", "\n")]
    hour = draw.randint(6, 10)
    while pool:
        hour = min(23, hour + draw.randint(0, 3))
        opening = draw.choice(
            [
                f"{hour}h{draw.choice(['', '15', '30', '40'])} ",
                f"{hour:02}h IDE : ",
                f"{hour}h interne : ",
                "AS : ",
                "",
            ]
        )
        for _ in range(draw.randint(1, 4)):
            if pool:
                topic, fact = pool.pop()
                found.append(Piece(opening + fact, topic, draw.choice([". ", ". ", "\n", ", "])))
                opening = ""
        last = found[-1]
        found[-1] = Piece(last.text, last.topic, "\n")
    return found


def headed_pieces(writer: Writer, told: Told, form: DocumentType) -> list[Piece]:
    """Notes typed under the headings of ``form``: titles on their own line, or opening it."""
    draw, found = writer.draw, []
    alone, initial = draw.random() < 0.4, len(form.headings) == 4 and draw.random() < 0.5
    for heading in form.headings:
        said = [(t.value, fact) for t in sorted(heading.topics) for fact in told.get(t.value, [])]
        if not said:
            continue
        title = heading.title[0] if initial else heading.title
        title = title.upper() if draw.random() < 0.2 else title
        if alone and not initial:
            found.append(Piece(title, "hors_sujet", "\n"))
            title = ""
        for topic, fact in said:
            text = f"{title} : {fact}" if title else fact
            found.append(Piece(text, topic, draw.choice([". ", ".\n", "\n", ", "])))
            title = ""
        found[-1] = Piece(found[-1].text, found[-1].topic, "\n")
    return found


def dictated_pieces(writer: Writer, told: Told, order: list[str]) -> list[Piece]:
    """What a secretary receives: spoken sentences, few capitals, some figures in words."""
    draw, found = writer.draw, []
    for piece in letter_pieces(writer, {topic: told[topic] for topic in order}, order):
        text = piece.text[:1].lower() + piece.text[1:] if draw.random() < 0.7 else piece.text
        if draw.random() < 0.25:
            text = draw.choice(facts.SPOKEN) + text
        text = _FIGURE.sub(lambda m: _in_words(m[0], draw), text)
        found.append(Piece(text, piece.topic, " " if draw.random() < 0.9 else "\n"))
    return found


def _in_words(figure: str, draw: random.Random) -> str:
    number = int(figure)
    return facts.NUMBERS[number] if number < len(facts.NUMBERS) and draw.random() < 0.4 else figure
