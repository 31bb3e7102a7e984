"""What the check of a draft finds of errors put there on purpose, and what it says of clean drafts.

    python -m tests.campaigns.fidelity CORPUS [--tune] [--texts N] [--draws N]

Faithful drafts are published cases copied (``cas_cliniques_pamj_e3c.jsonl.xz`` of CORPUS), our
labelled notes copied, and the reworded drafts of ``reworded.jsonl`` beside this file. Half of the
texts, by a hash of their content, served to tune the check; the other half is reported.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from random import Random
from statistics import mean, median
from time import perf_counter

from assistant.findings import Finding, Kind, Severity
from assistant.verification.check import Check
from assistant.verification.reader import Reader
from assistant.verification.seeding import Seeded, seed, seedable

HERE = Path(__file__).parent
LABELS = HERE.parents[1] / "models" / "labels"
_SHORTEST, _LONGEST = 600, 4000  # characters of a published case
_DRAWS = 3  # errors of one kind in one text, one at a time
_NEAR = 25  # characters: how far from the error a finding may start


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and a faithful draft of it; ``kind`` is « publié », « note » or « reformulé »."""

    kind: str
    source: str
    draft: str

    @property
    def tuned_on(self) -> bool:
        """Whether the check was tuned on this text."""
        return hashlib.sha256(self.source.encode()).digest()[0] % 2 == 0


@dataclass(slots=True)
class Score:
    """Errors seeded, found, and found as what they are; those that were missed."""

    seeded: int = 0
    found: int = 0
    named: int = 0
    missed: list[Seeded] = field(default_factory=list)


def pairs(corpus: Path | None, most: int = 100_000) -> Iterator[Pair]:
    """Every pair there is, at most ``most`` published cases."""
    yield from _reworded()
    for name in ("train", "dev", "test"):
        for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines():
            text = json.loads(line)["text"]
            yield Pair("note", text, text)
    if corpus is None:
        return
    given = 0
    with lzma.open(corpus / "cas_cliniques_pamj_e3c.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            # Some records are English.
            if _SHORTEST <= len(text) <= _LONGEST and " the " not in text and given < most:
                given += 1
                yield Pair("publié", text, text)


def _reworded() -> Iterator[Pair]:
    file = HERE / "reworded.jsonl"
    if file.exists():
        for line in file.read_text("utf-8").splitlines():
            words = json.loads(line)
            yield Pair("reformulé", words["source"], words["draft"])


def detected(seeded: Seeded, findings: list[Finding]) -> tuple[bool, bool]:
    """Whether ``findings`` point at the error, and whether one of them says what it is."""
    if seeded.kind is Kind.OMISSION:
        there = [f for f in findings if f.kind is Kind.OMISSION and f.severity is Severity.GRAVE]
    else:
        there = [
            f
            for f in findings
            if f.draft_span is not None
            and f.draft_span.start <= seeded.span.end + _NEAR
            and f.draft_span.end >= seeded.span.start - 2
        ]
    return bool(there), any(f.kind is seeded.kind for f in there)


def measure(
    check: Check, some: list[Pair], draws: int = _DRAWS
) -> tuple[dict[Kind, Score], dict[str, list[list[Finding]]]]:
    """Scores by kind of error, and the findings of each clean draft by kind of pair.

    What is found in the clean draft already does not count as found.
    """
    reader, random = Reader(), Random(20261122)
    scores: dict[Kind, Score] = defaultdict(Score)
    clean: dict[str, list[list[Finding]]] = defaultdict(list)
    for pair in some:
        before, _ = check.check(pair.source, pair.draft)
        clean[pair.kind].append(before)
        draft = reader.read(pair.draft)
        for kind in seedable():
            for seeded in _seeds(kind, draft, random, draws):
                findings, _ = check.check(pair.source, seeded.text)
                new = _new(findings, before)
                found, named = detected(seeded, new)
                score = scores[kind]
                score.seeded += 1
                score.found += found
                score.named += named
                if not found:
                    score.missed.append(seeded)
    return dict(scores), dict(clean)


def _seeds(kind: Kind, draft: object, random: Random, draws: int) -> Iterator[Seeded]:
    seen: set[str] = set()
    for _ in range(draws):
        seeded = seed(kind, draft, random)  # type: ignore[arg-type]
        if seeded is not None and seeded.text not in seen:
            seen.add(seeded.text)
            yield seeded


def _new(findings: list[Finding], before: list[Finding]) -> list[Finding]:
    """The findings that the clean draft did not have."""
    had = Counter((f.kind, f.message, f.draft_value) for f in before)
    new = []
    for finding in findings:
        key = (finding.kind, finding.message, finding.draft_value)
        if had[key]:
            had[key] -= 1
        else:
            new.append(finding)
    return new


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def speed(check: Check, some: list[Pair]) -> float:
    """Seconds to check a draft of 600 words against a source of 3,000, both read anew."""
    words = " ".join(p.source for p in some).split()
    source, draft = " ".join(words[:3000]), " ".join(words[1200:1800])
    times = []
    for number in range(5):
        began = perf_counter()
        check.check(f"{source} {number}", draft)
        times.append(perf_counter() - began)
    return median(times)


def main() -> int:
    """Print the table of docs/fidelite.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--tune", action="store_true", help="the half the check was tuned on")
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--draws", type=int, default=_DRAWS, help="errors of a kind in one text")
    parser.add_argument("--missed", action="store_true", help="show what was missed")
    asked = parser.parse_args()
    some = [p for p in pairs(asked.corpus, asked.texts) if p.tuned_on is asked.tune]
    print(Counter(p.kind for p in some))
    check = Check()
    scores, clean = measure(check, some, asked.draws)
    for kind in seedable():
        score = scores.get(kind, Score())
        low, high = wilson(score.found, score.seeded)
        share = score.found / max(score.seeded, 1)
        named = score.named / max(score.seeded, 1)
        print(
            f"{kind.value:12} {score.seeded:5} {share:.3f} [{low:.3f}-{high:.3f}] nommé {named:.3f}"
        )
        for seeded in score.missed[:10] if asked.missed else ():
            around = seeded.text[max(0, seeded.span.start - 60) : seeded.span.end + 60]
            print(
                "   ", repr(seeded.clean), "→", repr(seeded.written), "|", " ".join(around.split())
            )
    for kind_of_pair, found in clean.items():
        grave = mean(sum(f.severity is Severity.GRAVE for f in fs) for fs in found)
        print(f"sans erreur, {kind_of_pair} ({len(found)}) : {mean(map(len, found)):.2f} points, "
              f"dont {grave:.2f} graves")  # fmt: skip
        if asked.missed:
            for finding in [f for fs in found for f in fs][:60]:
                print("   ", finding.kind.value, "|", finding.message, "|", finding.source_value)
    print(f"3 000 mots contre 600 : {speed(check, some):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
