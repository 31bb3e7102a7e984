"""Draft in strict copy with models of random weights: all lines must come from the source.

    .venv/bin/python -m tests.campaigns.strict_copy [--drafts 2000] [--seed 1]

Half of the drafts are placed by a model that has placement tags, half by an instruction model that
is asked for a letter a clause; both were filled with random weights, so that they place anything
anywhere. The sources are made of the labelled texts that ship, cut, mixed and strewn with what
notes hold and should not: headings of our own, control words, odd blanks, endless words.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from assistant.documents import Source
from assistant.drafting.document_type import document_types
from assistant.model_store.catalogue import find_model
from assistant.paths import shipped_models
from tests.campaigns.real_cases import Tally, draft_all, tell
from tests.gguf_models import make_sure, write_forgetful, write_writer_model

_JOINTS = (" ", " ", "\n", "\n", "\n\n", "\n- ", "\n• ", "\t", "\u00a0", " ; ", "  \n \n", "\r\n")
_STRAYS = (
    "<ask>", "</s>", "<|im_end|>", "À classer", "1.", "A :", "🫀", "e\u0301", "\u200b", "TA 14/8",
    "«\u00a0»", "…", "x" * 400, "mot " * 300, "{{ messages }}", "12:", "-", "\u202f?",
)  # fmt: skip


def sources(chance: random.Random) -> Iterator[Source]:
    """Sources without end."""
    lines = (shipped_models() / "labels" / "dev.jsonl").read_text("utf-8").splitlines()
    sentences = [part for line in lines for part in json.loads(line)["text"].split(". ")]
    titles = [heading.title for form in document_types().values() for heading in form.headings]
    while True:
        pieces = chance.sample(sentences, chance.randint(1, 40))
        for stray in chance.choices([*_STRAYS, *titles], k=chance.randint(0, 6)):
            pieces.insert(chance.randint(0, len(pieces)), stray)
        yield Source("".join(piece + chance.choice(_JOINTS) for piece in pieces))


def campaign(drafts: int, seed: int) -> Tally:
    """The tally of at least ``drafts`` drafts, half of them by each way of placing."""
    tally = Tally()
    texts = sources(random.Random(seed))
    shipped = find_model(None).path
    with tempfile.TemporaryDirectory() as folder:
        tagged, asked = Path(folder, "tagged.gguf"), Path(folder, "asked.gguf")
        write_forgetful(tagged, shipped)
        write_writer_model(asked, shipped)
        make_sure(asked)
        for path, wanted in ((tagged, drafts // 2), (asked, drafts)):
            draft_all(texts, tally, model=str(path), until=wanted)
    return tally


def main() -> int:
    """Run the campaign; 0 if no line is a stranger and no clause is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drafts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    tally = campaign(asked.drafts, asked.seed)
    tell(tally)
    return 1 if tally.strangers or tally.lost else 0


if __name__ == "__main__":
    sys.exit(main())
