"""Pairs of names from the terminologies that EDS-NLP carries: CIM-10 labels, medicine names."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
from collections.abc import Iterator
from importlib.resources import files

from models.recipes.embedder.pairs import Pair

_MOST_NAMES = 4  # of one substance, paired with each other


def diseases() -> Iterator[Pair]:
    """A label of the CIM-10 (ATIH) and the label that it stands under."""
    packed = files("edsnlp").joinpath("resources/cim10.csv.gz").read_bytes()
    rows = csv.DictReader(gzip.decompress(packed).decode("utf-8").splitlines())
    labels = {row["code"]: row["long"].replace(", sans précision", "") for row in rows}
    for code, label in labels.items():
        above = labels.get(code[:-1])
        if above and above != label:
            yield Pair("disease", above, label)


def medicines() -> Iterator[Pair]:
    """Two names, brand or substance, of one code of the ATC classification."""
    names = json.loads(files("edsnlp").joinpath("resources/drugs.json").read_text(encoding="utf-8"))
    for told in names.values():
        for name in told[:_MOST_NAMES]:
            if name != told[-1]:
                yield Pair("medicine", name, told[-1])


def paired(most: int) -> Iterator[Pair]:
    """Both, at most ``most`` of each."""
    return itertools.chain(itertools.islice(diseases(), most), itertools.islice(medicines(), most))
