"""Fictional notes made from facts, typed as clinicians type; each clause knows its topic.

A person and a situation (``situations.txt``) give facts by topic; a voice (labels, shorthand
lines, bullets, a letter, a dictation, shift notes) orders, joins and words them. The text is
then cut by the application's own ``clauses`` and each clause takes the topics it overlaps.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faker import Faker

from assistant.drafting.clauses import clauses
from assistant.drafting.topics import Topic
from models.recipes import facts
from models.recipes.examples import Example

_ORDER = [topic.value for topic in Topic]
_SMOOTHING = 0.02
_STAYS = {"hopital", "reanimation", "psychiatrie", "maternite", "oncologie", "pediatrie"}
_NURSING = {"ide", "social", "ehpad", "palliatif", "kine"}
# Usual order of a note; each voice disturbs it.
_SEQUENCE = [
    "identite", "motif", "antecedents", "familiaux", "allergies", "mode_de_vie",
    "traitement_habituel", "histoire", "examen", "biologie", "explorations", "conclusion",
    "actes", "traitement_recu", "evolution", "traitement_arrete", "etat_sortie",
    "traitement_sortie", "en_attente", "suites", "personne",
]


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text on one topic, and what follows it."""

    text: str
    topic: str
    end: str


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
        """``text`` with its slots drawn."""
        text = re.sub(r"\{([^{}]*)\}", self._slot, text)
        return re.sub(r"<(\w+)>", self._word, text)

    def _slot(self, match: re.Match[str]) -> str:
        inside, draw = match[1], self.draw
        plain = re.fullmatch(r"(\d+)-(\d+)", inside)
        if plain:
            low, high = int(plain[1]), int(plain[2])
            digits = len(plain[2]) if plain[1].startswith("0") and len(plain[1]) > 1 else 0
            return str(draw.randint(low, max(low, high))).zfill(digits)
        decimal = re.fullmatch(r"(\d+(?:,\d+)?)-(\d+(?:,\d+)?)", inside)
        if decimal:
            low, high = (float(value.replace(",", ".")) for value in decimal.groups())
            value = f"{draw.uniform(low, high):.1f}"
            return value if draw.random() < 0.1 else value.replace(".", ",")
        return draw.choice(inside.split("/"))

    def _word(self, match: re.Match[str]) -> str:
        draw, name = self.draw, match[1]
        if name == "date":
            day, month, year = draw.randint(1, 28), draw.randint(1, 12), draw.randint(2022, 2026)
            months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
            forms = [f"{day:02}/{month:02}", f"{day:02}/{month:02}/{year}", f"{day}/{month}/{year % 100}"]
            return draw.choice([*forms, f"{day} {months.split()[month - 1]}"])
        if name == "heure":
            hour, minute = draw.randint(0, 23), draw.choice([0, 10, 15, 20, 30, 45])
            return draw.choice([f"{hour}h{minute:02}", f"{hour} h {minute:02}", f"{hour}h"])
        if name == "dr":
            return draw.choice(["Dr ", "Dr. ", "le Dr ", "Pr ", "docteur "]) + self.fake.last_name()
        if name == "nom":
            return self.fake.last_name()
        if name == "duree":
            return f"{draw.randint(2, 12)} {draw.choice(['j', 'jours', 'semaines', 'sem', 'mois', 'h'])}"
        if name == "tel":
            return draw.choice(["", "06" + " .." * 4, self.fake.phone_number(), "(tél dans le dossier)"])
        if name == "autre":
            return draw.choice(facts.LONG_TERM)[0]
        if name == "dose":
            return f"{draw.choice(['2,5', '5', '10', '20', '40'])} mg"
        return ""

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

    def said(self) -> dict[str, list[str]]:
        """What this note says, by topic."""
        draw, setting, own = self.draw, self.situation.setting, self.situation.says
        told = {
            topic: self.some(pool, 1, min(5, len(pool)))
            for topic, pool in own.items()
            if draw.random() < 0.85
        }

        def more(topic: str, chance: float, pool: list[str], least: int = 1, most: int = 2) -> None:
            if draw.random() < chance:
                told[topic] = told.get(topic, []) + self.some(pool, least, most)
                draw.shuffle(told[topic])

        adult = setting != "pediatrie"
        more("antecedents", 0.6 if adult else 0.1, facts.DISEASES, 1, 5)
        if draw.random() < 0.08:
            told["antecedents"] = [draw.choice(["pas d'ATCD", "sans antécédent notable", "ATCD : RAS", "aucun atcd"])]
        more("familiaux", 0.3, facts.FAMILY, 1, 2)
        more("allergies", 0.6, facts.ALLERGIES, 1, 1)
        more("mode_de_vie", 0.6 if adult else 0.1, facts.LIFE, 1, 4)
        more("examen", 0.7, facts.VITALS, 1, 5)
        more("examen", 0.3, facts.EXAM_PLUS, 1, 3)
        more("biologie", 0.3, facts.BIO_PLUS, 1, 5)
        more("suites", 0.5, facts.FOLLOWING, 1, 3)
        more("personne", 0.5, facts.PERSON, 1, 2)
        more("en_attente", 0.35, facts.PENDING, 1, 2)
        if adult and draw.random() < 0.8:
            told["traitement_habituel"] = [self.drug(d) for d in self.usual]
            if draw.random() < 0.1:
                told["traitement_habituel"] = [draw.choice(["pas de ttt", "aucun traitement", "aucun", "0"])]
        if draw.random() < (0.75 if setting in _STAYS else 0.55):
            told["traitement_sortie"] = self._discharge()
        if draw.random() < 0.5 and adult:
            stopped = draw.sample(self.usual, min(len(self.usual), draw.randint(1, 2)))
            told["traitement_arrete"] = [self._stopped(d[0]) for d in stopped]
        if setting not in _STAYS:
            told.pop("etat_sortie", None)
        elif draw.random() < 0.4 and "etat_sortie" not in told:
            told["etat_sortie"] = self.some(facts.VITALS + facts.EXAM_PLUS, 1, 2)
        told["identite"] = [self._identity()]
        return told

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
        forms += [f"on arrête {name}", f"STOP {name}", f"{name.capitalize()} {why}", f"{name} -> {why}"]
        return draw.choice(forms)

    def _identity(self) -> str:
        draw, p = self.draw, self.person
        title = draw.choice(["Mme", "Madame", "Mme"] if p.woman else ["M.", "Mr", "Monsieur", "M"])
        if self.situation.setting == "pediatrie":
            title = draw.choice(["enfant", "petite" if p.woman else "petit", "la petite" if p.woman else "le petit"])
        old = draw.choice([f"{p.age} ans", f"{p.age}a", f"{p.age} ans", f"{p.age} a", f"né{'e' if p.woman else ''} le <date>"])
        doctor = draw.choice(["", "", ", MT <dr>", ". MT : <dr>", ", adressé par <dr>", " (MT <dr>)"])
        stay = ""
        if self.situation.setting in _STAYS and draw.random() < 0.5:
            stay = draw.choice([", du <date> au <date>", ", hospit du <date> au <date>", ", entré(e) le <date>", ", lit {1-40}", ", ch {100-420}"])
        sex = draw.choice(["F", "femme", "H", "h", "pt", "pte", "patient"])
        if draw.random() < 0.12:  # a heading of the note that says who and where
            where = draw.choice(["CS", "Transmissions", "CR hospit cardio", "VAD", "Visite EHPAD", "SDN", "SAU box {1-12}", "UHCD", "Med poly", "HDJ", "Chir J{1-5} post op"])
            return self.filled(draw.choice([f"{where} <date> – {title} {p.name}", f"{where} <date>, {p.name} {old}", f"{where} - du <date> au <date>"]))
        forms = [f"{title} {p.name}, {old}{stay}{doctor}", f"{title} {p.name} {old}{doctor}", f"{sex} {old}{stay}", f"{p.name} {old}{stay}"]
        return self.filled(draw.choice(forms)).strip()


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


def labelled_pieces(writer: Writer, told: dict[str, list[str]], order: list[str], chance: float) -> list[Piece]:
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


def letter_pieces(writer: Writer, told: dict[str, list[str]], order: list[str]) -> list[Piece]:
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
            listed = ", ".join(take[:-1]) + (" et " if len(take) > 1 and draw.random() < 0.6 else ", " if len(take) > 1 else "") + take[-1]
            frame = draw.choice(facts.SENTENCES[topic])
            if draw.random() < 0.25:
                frame = "{}."
            frame = frame.replace("{pat}", draw.choice([title, "votre patiente" if woman else "votre patient"]))
            frame = frame.replace("{Il}", short).replace("{il}", short.lower())
            frame = frame.replace("{e}", "e" if woman else "").replace("<nom>", writer.fake.last_name())
            text = frame.replace("{}", listed)
            found.append(Piece(_capital(text, draw, 0.95), topic, draw.choice([" ", " ", "\n"])))
    found.append(Piece(writer.filled(draw.choice(facts.OTHER[5:12])), "hors_sujet", "\n"))
    return found


def shift_pieces(writer: Writer, told: dict[str, list[str]]) -> list[Piece]:
    """Timed notes of several hands, topics mixed."""
    draw = writer.draw
    pool = [(topic, fact) for topic, said in told.items() for fact in said if topic != "identite"]
    draw.shuffle(pool)
    found = [Piece(told["identite"][0], "identite", "\n")]
    hour = draw.randint(6, 10)
    while pool:
        hour = min(23, hour + draw.randint(0, 3))
        opening = draw.choice([f"{hour}h{draw.choice(['', '15', '30', '40'])} ", f"{hour:02}h IDE : ", f"{hour}h interne : ", "AS : ", ""])
        for _ in range(draw.randint(1, 4)):
            if pool:
                topic, fact = pool.pop()
                found.append(Piece(opening + fact, topic, draw.choice([". ", ". ", "\n", ", "])))
                opening = ""
        last = found[-1]
        found[-1] = Piece(last.text, last.topic, "\n")
    return found


def _order(told: dict[str, list[str]], draw: random.Random) -> list[str]:
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
    order = _order(told, draw)
    voice = draw.random()
    if voice < 0.35:
        found = labelled_pieces(writer, told, order, chance=draw.choice([0.9, 0.6]))
    elif voice < 0.6:
        found = labelled_pieces(writer, told, order, chance=draw.choice([0.0, 0.15, 0.3]))
    elif voice < 0.8:
        found = letter_pieces(writer, told, order)
    else:
        found = shift_pieces(writer, told)
    for _ in range(draw.choice([0, 0, 0, 1, 1, 2])):
        extra = Piece(writer.filled(draw.choice(facts.OTHER)), "hors_sujet", "\n")
        found.insert(draw.choice([0, 0, len(found), draw.randint(0, len(found))]), extra)
    if draw.random() < 0.12:  # something said twice
        found.insert(draw.randrange(len(found) + 1), draw.choice(found))
    return _cut(f"synthetic-{number}", found)


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
