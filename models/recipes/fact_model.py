"""A fictional person and what is true of them: facts by topic, worded as clinicians type them.

A situation (``situations.txt``) says what may be true; ``facts`` holds the words that any situation
may borrow; names are Faker's.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from faker import Faker

from models.recipes import facts

STAYS = {"hopital", "reanimation", "psychiatrie", "maternite", "oncologie", "pediatrie"}
"""Settings whose notes tell of a stay, with an end."""

Told = dict[str, list[str]]
"""What a note says, by topic."""


@dataclass(slots=True)
class Situation:
    """A clinical situation: what may be said of it, by topic."""

    name: str
    ages: tuple[int, int]
    setting: str
    says: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Person:
    """Who the note is about."""

    age: int
    woman: bool
    name: str


def situations() -> list[Situation]:
    """The situations of ``situations.txt``."""
    found: list[Situation] = []
    path = Path(__file__).with_name("situations.txt")
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name, ages, setting = (part.strip() for part in line[3:].split(";"))
            low, high = ages.split("-")
            found.append(Situation(name, (int(low), int(high)), setting))
        elif line and not line.startswith("#"):
            topic, _, said = line.partition(": ")
            found[-1].says[topic] = [fact.strip() for fact in said.split(" | ")]
    return found


class Writer:
    """Draws people, facts and words; one writer makes one note."""

    def __init__(self, draw: random.Random, fake: Faker, situation: Situation) -> None:
        self.draw, self.fake, self.situation = draw, fake, situation
        woman = draw.random() < 0.52 or situation.setting == "maternite"
        first = fake.first_name_female() if woman else fake.first_name_male()
        last = fake.last_name()
        last = last.upper() if draw.random() < 0.5 else last
        name = draw.choice([f"{last} {first}", f"{first} {last}", last, f"{last[0]}.", ""])
        self.person = Person(draw.randint(*situation.ages), woman, name.strip())
        self.usual = draw.sample(facts.LONG_TERM, draw.randint(1, 8))

    def filled(self, text: str) -> str:
        """``text`` with its slots drawn, the inner ones first."""
        while "{" in text:
            text = re.sub(r"\{([^{}]*)\}", self._slot, text)
        return re.sub(r"<(\w+)>", self._word, text)

    def _slot(self, match: re.Match[str]) -> str:
        draw = self.draw
        inside: str = match[1]
        whole = re.fullmatch(r"(\d+)-(\d+)", inside)
        if whole:
            first, last = int(whole[1]), int(whole[2])
            digits = len(whole[2]) if whole[1].startswith("0") and len(whole[1]) > 1 else 0
            return str(draw.randint(first, max(first, last))).zfill(digits)
        decimal = re.fullmatch(r"(\d+(?:,\d+)?)-(\d+(?:,\d+)?)", inside)
        if decimal:
            low, high = (float(value.replace(",", ".")) for value in decimal.groups())
            value = f"{draw.uniform(low, high):.1f}"
            return value if draw.random() < 0.1 else value.replace(".", ",")
        return draw.choice(inside.split("/"))

    def _word(self, match: re.Match[str]) -> str:
        draw = self.draw
        match match[1]:
            case "date":
                return self._date()
            case "heure":
                hour, minute = draw.randint(0, 23), draw.choice([0, 10, 15, 20, 30, 45])
                return draw.choice([f"{hour}h{minute:02}", f"{hour} h {minute:02}", f"{hour}h"])
            case "dr":
                title = draw.choice(["Dr ", "Dr. ", "le Dr ", "Pr ", "docteur "])
                return title + self.fake.last_name()
            case "nom":
                return self.fake.last_name()
            case "duree":
                unit = draw.choice(["j", "jours", "semaines", "sem", "mois", "h"])
                return f"{draw.randint(2, 12)} {unit}"
            case "tel":
                phone = self.fake.phone_number()
                return draw.choice(["", "06" + " .." * 4, phone, "(tél dans le dossier)"])
            case "autre":
                return draw.choice(facts.LONG_TERM)[0]
            case "dose":
                return f"{draw.choice(['2,5', '5', '10', '20', '40'])} mg"
        raise ValueError(f"no such word: {match[0]}")

    def _date(self) -> str:
        draw = self.draw
        day, month, year = draw.randint(1, 28), draw.randint(1, 12), draw.randint(2022, 2026)
        figures = [
            f"{day:02}/{month:02}",
            f"{day:02}/{month:02}/{year}",
            f"{day}/{month}/{year % 100}",
        ]
        return draw.choice([*figures, f"{day} {facts.MONTHS[month - 1]}"])

    def drug(self, entry: tuple[str, str, str], timed: float = 0.7) -> str:
        """A treatment with its dose and, often, when it is taken."""
        name, doses, unit = entry
        draw = self.draw
        if not unit:
            return f"{name} {doses}"
        dose = draw.choice(doses.split()) if " UI/" not in doses else doses
        unit = unit if draw.random() < 0.6 or unit in ("UI", "g") else ""
        glue = draw.choice([" ", "", " "]) if unit else ""
        when = " " + draw.choice(facts.TIMES) if draw.random() < timed else ""
        name = name.capitalize() if draw.random() < 0.15 else name
        return f"{name} {dose}{glue}{unit}{when}"

    def some(self, pool: list[str], least: int, most: int) -> list[str]:
        """A few different facts of ``pool``."""
        count = min(len(pool), self.draw.randint(least, most))
        return [self.filled(fact) for fact in self.draw.sample(pool, count)]

    def said(self) -> Told:
        """What this note says, by topic."""
        draw, setting, own = self.draw, self.situation.setting, self.situation.says
        child = setting == "pediatrie"
        told = {
            topic: self.some(pool, 1, min(5, len(pool)))
            for topic, pool in own.items()
            if draw.random() < 0.85
        }
        for topic, chance, pool, least, most in facts.BORROWED:
            if draw.random() < (chance if not child or topic not in facts.ADULT else 0.1):
                told[topic] = told.get(topic, []) + self.some(pool, least, most)
                draw.shuffle(told[topic])
        if draw.random() < 0.08:
            told["antecedents"] = [draw.choice(facts.NO_HISTORY)]
        if draw.random() < 0.3:
            topic, trap = draw.choice(facts.TRAPS)
            told.setdefault(topic, []).append(self.filled(trap))
        self._add_treatments(told, child=child)
        if setting not in STAYS:
            told.pop("etat_sortie", None)
        elif draw.random() < 0.4 and "etat_sortie" not in told:
            told["etat_sortie"] = self.some(facts.VITALS + facts.EXAM_PLUS, 1, 2)
        told["identite"] = [self._identity()]
        return told

    def _add_treatments(self, told: Told, *, child: bool) -> None:
        draw = self.draw
        if not child and draw.random() < 0.8:
            none = [draw.choice(facts.NO_TREATMENT)]
            usual = [self.drug(entry) for entry in self.usual]
            told["traitement_habituel"] = none if draw.random() < 0.1 else usual
        if draw.random() < (0.75 if self.situation.setting in STAYS else 0.55):
            told["traitement_sortie"] = self._discharge()
        if draw.random() < 0.5 and not child:
            stopped = draw.sample(self.usual, min(len(self.usual), draw.randint(1, 2)))
            ended = [self._stopped(entry[0]) for entry in stopped]
            told["traitement_arrete"] = told.get("traitement_arrete", []) + ended

    def _discharge(self) -> list[str]:
        draw = self.draw
        kept = draw.sample(self.usual, draw.randint(0, len(self.usual)))
        new = draw.sample(facts.EPISODE, draw.randint(1, 3))
        lines = [self.drug(d) for d in kept]
        for entry in new:
            length = draw.choice([" ", " pdt ", " pendant "]) + draw.choice(facts.LENGTHS)
            lines.append(self.drug(entry) + (length if draw.random() < 0.7 else ""))
        if draw.random() < 0.15:
            lines.append(draw.choice(["reste idem", "traitement habituel inchangé", "idem entrée"]))
        draw.shuffle(lines)
        return lines

    def _stopped(self, name: str) -> str:
        draw = self.draw
        why = self.filled(draw.choice(facts.STOP_WHY))
        forms = [f"{name} {why}", f"{name} : {why}", f"arrêt {name}", f"arrêt de {name} ({why})"]
        forms += [
            f"on arrête {name}",
            f"STOP {name}",
            f"{name.capitalize()} {why}",
            f"{name} -> {why}",
        ]
        return draw.choice(forms)

    def _identity(self) -> str:
        draw, p = self.draw, self.person
        setting = self.situation.setting
        titles = facts.TITLES["child" if setting == "pediatrie" else "adult"][p.woman]
        title, old = draw.choice(titles), self._age()
        doctor = draw.choice(facts.DOCTORS)
        stay = draw.choice(facts.STAYS) if setting in STAYS and draw.random() < 0.5 else ""
        sex = draw.choice(
            ["F", "femme", "pte", "patiente"] if p.woman else ["H", "h", "pt", "patient"]
        )
        if draw.random() < 0.12:  # a heading of the note that says who and where
            where = draw.choice(facts.PLACES)
            forms = [f"{where} <date> – {title} {p.name}", f"{where} <date>, {p.name} {old}"]
            forms += [f"{where} - du <date> au <date>"]
        else:
            forms = [f"{title} {p.name}, {old}{stay}{doctor}", f"{title} {p.name} {old}{doctor}"]
            forms += [f"{sex} {old}{stay}", f"{p.name} {old}{stay}"]
        return self.filled(draw.choice(forms)).strip()

    def _age(self) -> str:
        draw, p = self.draw, self.person
        born = f"né{'e' if p.woman else ''} le <date>"
        if p.age == 0:
            return draw.choice(["J{2-28} de vie", "{1-11} mois", "{2-8} sem", "{27-34} SA", born])
        return draw.choice([f"{p.age} ans", f"{p.age}a", f"{p.age} ans", f"{p.age} a", born])
