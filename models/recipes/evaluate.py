"""Scores the ways of placing clauses on a labelled half: topics, headings, « À classer ».

Choices (shares of each voice, threshold) are made on the development half and kept in a file;
the test half is scored with them. Only aggregate figures are printed.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.drafting.filing.linear_reader import LinearReader
from assistant.drafting.filing.neighbours import corrected
from assistant.drafting.topics import Topic
from models.recipes import examples, rules
from models.recipes.hand_labels import LABELS, LabelledNote, as_clauses, labelled
from models.recipes.parity import Placer

FORMS = ("consultation", "lettre_liaison", "resume")
METHODS = {
    "keyword rules": ("rules",),
    "linear model": ("linear",),
    "model": ("model",),
    "model + rules": ("model", "rules"),
    "model + linear": ("model", "linear"),
    "linear + rules": ("linear", "rules"),
    "model + linear + rules": ("model", "linear", "rules"),
    "rules, neighbours": ("rules", "neighbours"),
    "linear, neighbours": ("linear", "neighbours"),
    "model, neighbours": ("model", "neighbours"),
    "model + rules, neighbours": ("model", "rules", "neighbours"),
    "linear + rules, neighbours": ("linear", "rules", "neighbours"),
    "model + linear, neighbours": ("model", "linear", "neighbours"),
    "model + linear + rules, neighbours": ("model", "linear", "rules", "neighbours"),
}
_ORDER = [topic.value for topic in Topic]
_FORMS = Path(__file__).resolve().parents[2] / "assistant/drafting/document_types"
_CRITICAL = {"allergies", "traitement_arrete", "en_attente"}
_ANTICOAGULANT = re.compile(
    r"apixaban|rivaroxaban|dabigatran|eliquis|xarelto|pradaxa|warfarine|coumadine|fluindione"
    r"|pr[ée]viscan|\bAVK\b|h[ée]parine|HBPM|lovenox|[ée]noxaparine|tinzaparine|innohep",
    re.IGNORECASE,
)
_FIRST_SHARES = (0.3, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5)
_SHARES = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0, 1.3)
_LINKS = (0.0, 0.2, 0.35, 0.5)
_LEAST_FILED = 0.78  # of clauses, over the forms together
_DRAWS = 1000


def headings(form: str) -> np.ndarray:
    """[topics] index of the heading each topic stands under, -1 for a topic the form omits."""
    rows = tomllib.loads((_FORMS / f"{form}.toml").read_text(encoding="utf-8"))["heading"]
    where = {topic: i for i, row in enumerate(rows) for topic in row["topics"]}
    return np.array([where.get(topic, -1) for topic in _ORDER])


@dataclass(frozen=True, slots=True)
class Scored:
    """Every clause of a half: its gold topics and what each voice says of it."""

    note: np.ndarray  # [clauses] index of the note
    ours: np.ndarray  # [clauses] True in notes written for Aparté
    gold: np.ndarray  # [clauses] topic index
    also: np.ndarray  # [clauses] topic index, the gold one where there is no other
    critical: np.ndarray  # [clauses]
    table: np.ndarray  # [topics, topics] what follows what
    said: dict[str, np.ndarray]  # voice -> [clauses, topics] log-probabilities
    milliseconds: float  # median of the model's time a note


def scored(notes: Sequence[LabelledNote], placer: Placer, linear: LinearReader) -> Scored:
    """Run every voice over ``notes``."""
    rows: dict[str, list[np.ndarray]] = {"rules": [], "linear": [], "model": []}
    seconds = []
    for note in notes:
        cut = as_clauses(note.text, note.spans)
        rows["rules"].append(np.array(rules.log_probabilities(note.text, cut)))
        rows["linear"].append(linear.log_probabilities(note.text, note.spans))
        begin = time.perf_counter()
        rows["model"].append(placer.log_probabilities(examples.from_labels(note)))
        seconds.append(time.perf_counter() - begin)
    gold = [_ORDER.index(t) for note in notes for t in note.topics]
    pairs = [(t, a) for note in notes for t, a in zip(note.topics, note.also, strict=True)]
    texts = [note.text[s:e] for note in notes for s, e in note.spans]
    return Scored(
        note=np.repeat(np.arange(len(notes)), [len(note.spans) for note in notes]),
        ours=np.array([note.id.startswith("note") for note in notes for _ in note.spans]),
        gold=np.array(gold),
        also=np.array([_ORDER.index(a or t) for t, a in pairs]),
        critical=np.array(
            [
                t in _CRITICAL or bool(_ANTICOAGULANT.search(x))
                for (t, _), x in zip(pairs, texts, strict=True)
            ]
        ),
        table=linear.table,
        said={voice: np.concatenate(found) for voice, found in rows.items()},
        milliseconds=1000 * float(np.median(seconds)),
    )


def mixed(half: Scored, shares: dict[str, float]) -> np.ndarray:
    """[clauses, topics] probabilities of voices whose log-probabilities are added."""
    voices = {voice: share for voice, share in shares.items() if voice != "neighbours"}
    total = sum(share * half.said[voice] for voice, share in voices.items())
    total = total - total.max(-1, keepdims=True)
    if shares.get("neighbours"):
        borders = np.flatnonzero(np.diff(half.note)) + 1
        notes = np.split(total, borders)
        link = shares["neighbours"]
        total = np.concatenate([corrected(note, half.table, link) for note in notes])
    weights = np.exp(total)
    return weights / weights.sum(-1, keepdims=True)


def chosen_shares(half: Scored, voices: tuple[str, ...]) -> dict[str, float]:
    """The shares that make the gold topics likeliest (fewest nats) on ``half``."""

    def nats(shares: dict[str, float]) -> float:
        probability = mixed(half, shares)[np.arange(len(half.gold)), half.gold]
        return float(-np.log(probability + 1e-9).mean())

    best = dict.fromkeys(voices, 0.3)
    for _ in range(3):  # one voice at a time, three times round
        for i, voice in enumerate(voices):
            grid = _LINKS if voice == "neighbours" else _SHARES if i else _FIRST_SHARES
            best = min(({**best, voice: share} for share in grid), key=nats)
    return best


@dataclass(frozen=True, slots=True)
class Placed:
    """Where each clause goes in one form, and how sure."""

    heading: np.ndarray  # [clauses], -1 omitted
    sure: np.ndarray  # [clauses] probability of that heading
    gold: np.ndarray
    also: np.ndarray


def placed(half: Scored, probabilities: np.ndarray, form: str) -> Placed:
    """Topic probabilities added up under each heading of ``form``; the best heading wins."""
    where = headings(form)
    count = where.max() + 1
    sums = np.zeros((len(probabilities), count + 1))
    for topic, heading in enumerate(where):
        sums[:, heading] += probabilities[:, topic]  # -1: the last column, omitted
    best = sums.argmax(-1)
    heading = np.where(best == count, -1, best)
    return Placed(heading, sums.max(-1), where[half.gold], where[half.also])


def micro_f1(right: np.ndarray, given: np.ndarray, wanted: np.ndarray) -> float:
    """2 TP / (placed + to be placed); omission is no heading."""
    return 2 * right.sum() / max(1, given.sum() + wanted.sum())


def macro_f1(p: Placed) -> float:
    """Mean F1 of the headings that the gold labels use."""
    found = []
    for heading in sorted(set(p.gold) - {-1}):
        right = (p.heading == heading) & (p.gold == heading)
        found.append(micro_f1(right, p.heading == heading, p.gold == heading))
    return float(np.mean(found))


def interval(
    note: np.ndarray, score: Callable[[np.ndarray], float], seed: int = 0
) -> tuple[float, float]:
    """95 % bounds of ``score`` (of clause indices) when notes are drawn with replacement."""
    draw = np.random.default_rng(seed)
    groups = [np.flatnonzero(note == n) for n in np.unique(note)]
    found = [
        score(np.concatenate([groups[i] for i in draw.integers(0, len(groups), len(groups))]))
        for _ in range(_DRAWS)
    ]
    low, high = np.percentile(found, [2.5, 97.5])
    return round(float(low), 3), round(float(high), 3)


def form_figures(half: Scored, probabilities: np.ndarray, form: str, threshold: float) -> dict:
    """The figures of one method on one form."""
    p = placed(half, probabilities, form)
    given, wanted = p.heading >= 0, p.gold >= 0
    strict = (p.heading == p.gold) & wanted
    accepted = ((p.heading == p.gold) | (p.heading == p.also)) & given
    wanted_or_also = np.where(accepted, True, wanted)
    filed = p.sure >= threshold

    def strict_f1(i: np.ndarray) -> float:
        return micro_f1(strict[i], given[i], wanted[i])

    def accepted_f1(i: np.ndarray) -> float:
        return micro_f1(accepted[i], given[i], wanted_or_also[i])

    every = np.arange(len(p.gold))
    surely = every[filed]
    return {
        "micro": round(strict_f1(every), 3),
        "micro_interval": interval(half.note, strict_f1),
        "micro_accepted": round(accepted_f1(every), 3),
        "accepted_interval": interval(half.note, accepted_f1),
        "macro": round(macro_f1(p), 3),
        "filed": round(float(filed.mean()), 3),
        "micro_filed": round(strict_f1(surely), 3),
        "accepted_filed": round(accepted_f1(surely), 3),
        "critical_left_out": round(
            float(
                ((p.heading == -1) & filed & half.critical & wanted).sum()
                / max(1, (half.critical & wanted).sum())
            ),
            4,
        ),
        "calibration_error": round(calibration_error(p.sure, p.heading == p.gold), 3),
    }


def calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    """Mean distance of probability and share right, over ten bins ("On calibration of modern
    neural networks", Guo et al. 2017, section 2)."""
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        (bins == b).mean() * abs(sure[bins == b].mean() - right[bins == b].mean())
        for b in range(10)
        if (bins == b).any()
    ]
    return float(sum(gaps))


def chosen_threshold(half: Scored, probabilities: np.ndarray) -> float:
    """The highest threshold that still files _LEAST_FILED of the clauses."""
    sure = np.concatenate([placed(half, probabilities, form).sure for form in FORMS])
    return float(np.floor(np.quantile(sure, 1 - _LEAST_FILED) * 100) / 100)


def figures(half: Scored, choices: dict[str, dict]) -> dict[str, dict]:
    """Every method's figures on ``half``."""
    found = {}
    for method, choice in choices.items():
        probabilities = mixed(half, choice["shares"])
        best = probabilities.argmax(-1)
        strict, accepted = best == half.gold, (best == half.gold) | (best == half.also)
        found[method] = {
            "shares": choice["shares"],
            "threshold": choice["threshold"],
            "topic": round(float(strict.mean()), 3),
            "topic_interval": interval(half.note, lambda i, s=strict: float(s[i].mean())),
            "topic_accepted": round(float(accepted.mean()), 3),
            "topic_published": round(float(strict[~half.ours].mean()), 3),
            "topic_ours": round(float(strict[half.ours].mean()), 3),
            "forms": {f: form_figures(half, probabilities, f, choice["threshold"]) for f in FORMS},
        }
    return found


def chosen(dev: Scored) -> dict[str, dict]:
    """Shares and threshold of every method, from the development half."""
    found = {}
    for method, voices in METHODS.items():
        shares = chosen_shares(dev, voices)
        found[method] = {"shares": shares, "threshold": chosen_threshold(dev, mixed(dev, shares))}
    return found


def table(found: dict[str, dict]) -> str:
    """The figures as Markdown."""
    lines = ["| method | topic (accepted) | published / ours |"]
    lines[0] += "".join(f" {form}: micro [95 %] / accepted / macro |" for form in FORMS)
    lines[0] += " filed: share, micro / accepted (mean of forms) | critical left out |"
    lines.append("|" + "---|" * (len(FORMS) + 5))
    for method, f in found.items():
        row = f"| {method} | {f['topic']} ({f['topic_accepted']}) |"
        row += f" {f['topic_published']} / {f['topic_ours']} |"
        forms = list(f["forms"].values())
        for g in forms:
            low, high = g["micro_interval"]
            row += f" {g['micro']} [{low}–{high}] / {g['micro_accepted']} / {g['macro']} |"
        means = {
            k: np.mean([g[k] for g in forms])
            for k in ("filed", "micro_filed", "accepted_filed", "critical_left_out")
        }
        row += (
            f" {means['filed']:.3f}, {means['micro_filed']:.3f} / {means['accepted_filed']:.3f} |"
        )
        lines.append(row + f" {means['critical_left_out']:.1%} |")
    return "\n".join(lines)


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
        arguments.choices.write_text(json.dumps(chosen(half), indent=1))
    found = figures(half, json.loads(arguments.choices.read_text()))
    print(
        f"{arguments.half}: {len(notes)} notes, {len(half.gold)} clauses, "
        f"{half.milliseconds:.0f} ms a note (median, one thread)\n"
    )
    print(table(found))
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
