"""Scores the ways of placing clauses on a labelled half: topics, headings, « À classer ».

Choices (shares of each voice, threshold) are made on the development half and kept in a file;
the test half is scored with them. Only aggregate figures are printed, as the card shows them.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.drafting.document_type import DocumentType
from assistant.drafting.filing.linear_reader import LinearReader
from assistant.drafting.filing.neighbours import corrected
from assistant.drafting.topics import Topic
from models.recipes import report, rules, scoring
from models.recipes.form_labels import heading_labels, named_forms
from models.recipes.hand_labels import LABELS, LabelledNote, as_clauses, labelled
from models.recipes.parity import Placer
from models.recipes.scoring import SHIPPED, Counts, Flags, Indices, Placed, Table

METHODS: Mapping[str, tuple[str, ...]] = {
    "règles par mots-clés": ("rules",),
    "modèle linéaire": ("linear",),
    "modèle de départ seul": ("model",),
    "modèle + règles": ("model", "rules"),
    "modèle + linéaire": ("model", "linear"),
    "règles, voisins": ("rules", "neighbours"),
    "linéaire, voisins": ("linear", "neighbours"),
    "linéaire + règles, voisins": ("linear", "rules", "neighbours"),
    "modèle, voisins": ("model", "neighbours"),
    "modèle + règles, voisins": ("model", "rules", "neighbours"),
    SHIPPED: ("linear", "model", "neighbours"),
    "les trois, voisins": ("linear", "model", "rules", "neighbours"),
}
Figures = dict[str, Any]

_ORDER = [topic.value for topic in Topic]
_CRITICAL = {"allergies", "traitement_arrete", "en_attente"}
_ANTICOAGULANT = re.compile(
    r"apixaban|rivaroxaban|dabigatran|eliquis|xarelto|pradaxa|warfarine|coumadine|fluindione"
    r"|pr[ée]viscan|\bAVK\b|h[ée]parine|HBPM|lovenox|[ée]noxaparine|tinzaparine|innohep",
    re.IGNORECASE,
)
_FIRST_SHARES = (0.3, 0.5, 0.7, 0.85, 1.0, 1.2)
_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
_LINKS = (0.0, 0.2, 0.3, 0.4, 0.5)
_LEAST_FILED = 0.87  # of clauses, over the forms together, on the development half


@dataclass(frozen=True, slots=True)
class Scored:
    """Every clause of a half: its labels and what each voice says of it."""

    notes: Sequence[LabelledNote]
    note: Indices  # [clauses] index of the note
    ours: Flags  # [clauses] in notes written for Aparté
    gold: Indices  # [clauses] topic index
    also: Indices  # [clauses] topic index, the gold one where there is no other
    critical: Flags  # [clauses]
    table: Table  # [topics, topics] what follows what
    said: Mapping[str, Table]  # voice -> [clauses, topics] log-probabilities
    milliseconds: float  # median of the model's time a note


def scored(notes: Sequence[LabelledNote], placer: Placer, linear: LinearReader) -> Scored:
    """Run every voice over ``notes``."""
    rows: dict[str, list[Table]] = {"rules": [], "linear": [], "model": []}
    seconds = []
    for note in notes:
        cut = as_clauses(note.text, note.spans)
        rows["rules"].append(np.array(rules.log_probabilities(note.text, cut)))
        rows["linear"].append(linear.log_probabilities(note.text, note.spans))
        begin = time.perf_counter()
        rows["model"].append(placer.log_probabilities(note.text, note.spans))
        seconds.append(time.perf_counter() - begin)
    topics = [topic for note in notes for topic in note.topics]
    also = [
        other or topic
        for note in notes
        for topic, other in zip(note.topics, note.also, strict=True)
    ]
    texts = [note.text[start:end] for note in notes for start, end in note.spans]
    critical = [
        t in _CRITICAL or bool(_ANTICOAGULANT.search(x)) for t, x in zip(topics, texts, strict=True)
    ]
    return Scored(
        notes=notes,
        note=np.repeat(np.arange(len(notes)), [len(note.spans) for note in notes]),
        ours=np.array([note.id.startswith("note") for note in notes for _ in note.spans]),
        gold=np.array([_ORDER.index(topic) for topic in topics]),
        also=np.array([_ORDER.index(topic) for topic in also]),
        critical=np.array(critical),
        table=linear.table,
        said={voice: np.concatenate(found) for voice, found in rows.items()},
        milliseconds=1000 * float(np.median(seconds)),
    )


def mixed(half: Scored, shares: Mapping[str, float]) -> Table:
    """[clauses, topics] probabilities of voices whose log-probabilities are added."""
    total = np.zeros((len(half.gold), len(_ORDER)))
    for voice, share in shares.items():
        if voice != "neighbours":
            total += share * half.said[voice]
    if shares.get("neighbours"):
        borders = np.flatnonzero(np.diff(half.note)) + 1
        chains = np.split(total, borders)
        link = shares["neighbours"]
        total = np.concatenate([corrected(chain, half.table, link) for chain in chains])
    weights = np.exp(total - total.max(-1, keepdims=True))
    probabilities: Table = weights / weights.sum(-1, keepdims=True)
    return probabilities


def chosen_shares(half: Scored, voices: tuple[str, ...]) -> dict[str, float]:
    """The shares that make the gold topics likeliest (fewest nats) on ``half``."""

    def nats(shares: dict[str, float]) -> float:
        probability = mixed(half, shares)[np.arange(len(half.gold)), half.gold]
        return float(-np.log(probability + 1e-9).mean())

    best = dict.fromkeys(voices, 0.3)
    for _ in range(3):  # one voice at a time, three times round
        for number, voice in enumerate(voices):
            grid = _LINKS if voice == "neighbours" else _SHARES if number else _FIRST_SHARES
            best = min(({**best, voice: share} for share in grid), key=nats)
    return best


def placed_by_topic(half: Scored, probabilities: Table, form: DocumentType) -> Placed:
    """Headings of ``form``, the labels' headings following from their topics."""
    where = scoring.headings(form)
    return scoring.placed(probabilities, form, where[half.gold], where[half.also])


def chosen_threshold(half: Scored, probabilities: Table) -> float:
    """The highest threshold, in hundredths, that still files _LEAST_FILED of the clauses."""
    everywhere = [placed_by_topic(half, probabilities, f) for f in scoring.copied_forms()]
    for hundredths in range(99, 0, -1):
        if np.mean([p.filed(hundredths / 100).mean() for p in everywhere]) >= _LEAST_FILED:
            return hundredths / 100
    return 0.0


def chosen(dev: Scored) -> dict[str, Figures]:
    """Shares and threshold of every method, from the development half."""
    found = {}
    for method, voices in METHODS.items():
        shares = chosen_shares(dev, voices)
        found[method] = {"shares": shares, "threshold": chosen_threshold(dev, mixed(dev, shares))}
    return found


def form_figures(half: Scored, p: Placed, threshold: float) -> Figures:
    """The figures of one method on one form."""
    every = np.arange(len(p.gold))
    found = _f1_figures(half.note, scoring.counts(p), p.filed(threshold))
    left_out = (p.heading < 0) & p.filed(threshold) & half.critical & (p.gold >= 0)
    found |= {
        "macro": round(scoring.macro_f1(p, every), 3),
        "macro_interval": scoring.interval(half.note, lambda among: scoring.macro_f1(p, among)),
        "critical": int((half.critical & (p.gold >= 0)).sum()),
        "critical_left_out": int(left_out.sum()),
    }
    return found


def _f1_figures(note: Indices, flags: Counts, filed: Flags) -> Figures:
    every = np.arange(len(note))
    return {
        "micro": round(flags.strict_f1(every), 3),
        "micro_interval": scoring.interval(note, flags.strict_f1),
        "accepted": round(flags.accepted_f1(every), 3),
        "accepted_interval": scoring.interval(note, flags.accepted_f1),
        "filed": round(float(filed.mean()), 3),
        "filed_interval": scoring.interval(note, lambda among: float(filed[among].mean())),
        "micro_filed": round(flags.strict_f1(filed), 3),
        "micro_filed_interval": scoring.interval(
            note, lambda among: flags.strict_f1(among[filed[among]])
        ),
        "accepted_filed": round(flags.accepted_f1(filed), 3),
    }


def overall_figures(half: Scored, placings: Sequence[Placed], threshold: float) -> Figures:
    """The clauses of every form counted together, and how far a probability can be believed."""
    flags = [scoring.counts(p) for p in placings]
    together = Counts(
        *(
            np.concatenate([getattr(f, name) for f in flags])
            for name in ("strict", "accepted", "given", "wanted")
        )
    )
    filed = np.concatenate([p.filed(threshold) for p in placings])
    found = _f1_figures(np.tile(half.note, len(placings)), together, filed)
    sure = np.concatenate([p.sure for p in placings])
    right = np.concatenate([p.heading == p.gold for p in placings])
    bins = scoring.reliability(sure, right)
    found["calibration_error"] = round(scoring.calibration_error(bins), 3)
    found["reliability"] = [[row.least, row.share, row.said, row.right] for row in bins]
    return found


def named_figures(half: Scored, probabilities: Table, threshold: float) -> Figures:
    """Each source in the two forms it is labelled for."""
    parts, notes = [], []
    for number, note in enumerate(half.notes):
        rows = probabilities[half.note == number]
        for form in named_forms(note):
            labels = heading_labels(note, form)
            best = np.array([label.best for label in labels])
            other = np.array([label.acceptable for label in labels])
            parts.append(scoring.placed(rows, form, best, other))
            notes.append(np.full(len(rows), number))
    together = Placed(
        *(
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("heading", "sure", "gold", "also")
        )
    )
    filed = together.filed(threshold)
    return _f1_figures(np.concatenate(notes), scoring.counts(together), filed)


def figures(half: Scored, choices: Mapping[str, Figures]) -> dict[str, Figures]:
    """Every method's figures on ``half``."""
    found = {}
    for method, choice in choices.items():
        probabilities, threshold = mixed(half, choice["shares"]), choice["threshold"]
        best = probabilities.argmax(-1)
        strict, accepted = best == half.gold, (best == half.gold) | (best == half.also)
        placings = {f.id: placed_by_topic(half, probabilities, f) for f in scoring.copied_forms()}
        found[method] = dict(choice) | {
            "topic": round(float(strict.mean()), 3),
            "topic_accepted": round(float(accepted.mean()), 3),
            "topic_published": round(float(strict[~half.ours].mean()), 3),
            "topic_ours": round(float(strict[half.ours].mean()), 3),
            "overall": overall_figures(half, list(placings.values()), threshold),
            "two_named_forms": named_figures(half, probabilities, threshold),
            "forms": {i: form_figures(half, p, threshold) for i, p in placings.items()},
        }
    return found


def topic_f1(half: Scored, shares: Mapping[str, float]) -> dict[str, float]:
    """F1 of each topic."""
    best = mixed(half, shares).argmax(-1)
    found = {}
    for number, topic in enumerate(_ORDER):
        right = (best == number) & (half.gold == number)
        found[topic] = round(scoring.micro_f1(right, best == number, half.gold == number), 3)
    return found


def main() -> None:
    """Score one half; on dev, choose shares and thresholds and keep them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("half", choices=["dev", "test"])
    parser.add_argument("model", type=Path)
    parser.add_argument("linear", type=Path, help="aparte-lineaire.npz")
    parser.add_argument("choices", type=Path, help="written on dev, read on test")
    parser.add_argument("--json", type=Path, help="where to write every figure")
    arguments = parser.parse_args()
    notes = labelled(LABELS / f"{arguments.half}.jsonl")
    half = scored(notes, Placer(arguments.model), LinearReader(arguments.linear))
    if arguments.half == "dev":
        arguments.choices.write_text(json.dumps(chosen(half), indent=1, ensure_ascii=False))
    choices = json.loads(arguments.choices.read_text())
    found = figures(half, choices)
    print(f"{arguments.half}: {len(notes)} notes, {len(half.gold)} clauses")
    print(report.methods(found), report.forms(found[SHIPPED]), sep="\n\n")
    print(report.reliability(found[SHIPPED]["overall"]))
    if arguments.json:
        whole = {
            "methods": found,
            "topics": {
                m: topic_f1(half, choices[m]["shares"]) for m in (SHIPPED, "modèle de départ seul")
            },
            "clauses": len(half.gold),
            "notes": len(notes),
            "milliseconds_a_note": round(half.milliseconds, 1),
        }
        arguments.json.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
