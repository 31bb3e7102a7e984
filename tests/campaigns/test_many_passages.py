"""The short form of the campaign of many passages."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

from tests.campaigns.many_passages import measure

SUBJECTS = ("lettre", "dose", "transmission", "secret", "brouillon", "relecture", "étude")


def test_passages_are_found_among_many(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "textes.jsonl.xz", "wt", encoding="utf-8") as file:
        for number in range(200):
            subject = SUBJECTS[number % len(SUBJECTS)]
            text = f"La {subject} numéro {number} se range au classeur {number * 7}, au calme. "
            file.write(json.dumps({"text": text + "Une autre phrase la complète ici. " * 6}) + "\n")
    figures = measure(tmp_path, 60, kinds=False)
    assert figures["passages"] == 60
    assert figures["found_in_ten"] > 0.9
