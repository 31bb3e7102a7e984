"""The open texts that training reads, twins and held-out cases left out."""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_WORD = re.compile(r"\w+")
_SHINGLE = 6  # words
_TWIN = 0.3  # share of shingles in common above which two cases are one


@dataclass(frozen=True, slots=True)
class Case:
    """A published clinical case."""

    id: str
    text: str
    url: str


def lines(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a ``.jsonl.xz`` file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def cases(corpus: Path) -> dict[str, Case]:
    """Every published case, by id."""
    rows = lines(corpus / "cas_cliniques_pamj_e3c.jsonl.xz")
    return {r["id"]: Case(r["id"], r["text"], r.get("url", "")) for r in rows}


def _shingles(text: str) -> set[int]:
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[i : i + _SHINGLE])) for i in range(max(1, len(words) - _SHINGLE))}


def without_twins(found: dict[str, Case], kept_first: list[str]) -> dict[str, Case]:
    """``found`` less the cases that repeat another; ids in ``kept_first`` win over their twins."""
    order = [i for i in kept_first if i in found]
    order += [i for i in found if i not in set(order)]
    owner: dict[int, str] = {}
    unique: dict[str, Case] = {}
    for identifier in order:
        shingles = _shingles(found[identifier].text)
        shared: dict[str, int] = {}
        for shingle in shingles:
            if shingle in owner:
                shared[owner[shingle]] = shared.get(owner[shingle], 0) + 1
        if shared and max(shared.values()) > _TWIN * len(shingles):
            continue
        unique[identifier] = found[identifier]
        for shingle in shingles:
            owner.setdefault(shingle, identifier)
    return unique


def training_cases(
    corpus: Path, held_out: set[str], labelled: Sequence[str] = ()
) -> dict[str, Case]:
    """Cases free for training: no twin of one another, none held out, no twin of one held out.

    Of two twins, one of ``labelled`` is kept before the other.
    """
    unique = without_twins(cases(corpus), [*sorted(held_out), *labelled])
    return {i: case for i, case in unique.items() if i not in held_out}


def general_texts(corpus: Path, characters: int, seed: int = 0) -> Iterator[str]:
    """About ``characters`` of general and health French, for the vocabulary."""
    shares = {
        "bdpm_fiches_has": 0.25,
        "indications_amm_liste_en_sus": 0.05,
        "mesconseilscovid_fr": 0.1,
        "doc_snds_fr": 0.1,
        "litterature_fr": 0.3,
        "debats_assemblee_nationale_cc0": 0.2,
    }
    draw = random.Random(seed)
    for name, share in shares.items():
        left = characters * share
        texts = [row["text"] for row in lines(corpus / f"{name}.jsonl.xz")]
        draw.shuffle(texts)
        for text in texts:
            piece = text[:6000]
            if left <= 0:
                break
            left -= len(piece)
            yield piece


def drug_names(corpus: Path) -> list[str]:
    """Names of substances and products on the medicine cards, lower case, one or two words."""
    names = set()
    for row in lines(corpus / "bdpm_fiches_has.jsonl.xz"):
        match = re.match(r"([A-ZÉÈ][A-ZÉÈÀ]{4,})\b", row["text"])
        if match:
            names.add(match[1].capitalize())
        for name in re.findall(
            r"Substances? actives? : ([a-zéèêïôç]{5,}(?: [a-zéè]{5,})?)\b", row["text"]
        ):
            names.add(name)
    return sorted(names)
