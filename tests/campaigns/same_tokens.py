"""Write greedily with drafts from the source and without: are the tokens the same?

    .venv/bin/python -m tests.campaigns.same_tokens [--model FILE] [--prompts 200]
        [--longest 900] [--tokens 48]

Once in the exact setting, where they must be, and once in the fast one, where a batch of another
size rounds otherwise. Without FILE, a small model of random weights in K-quants is made: a random
text soon repeats itself, so that drafts are found and many are right, and it is never sure of a
token, so that a rounding shows as it would not with a real model. Drafts are tried whenever there
is one, of lengths that change. Prompts are French notes of 40 tokens to the longest asked for.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.drafting.sources import example_sources
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.generation import End, generate
from assistant.inference.hardware import inference_threads, this_pc
from assistant.inference.model import EXACT_BATCH, Model, Stop
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import Pace
from assistant.model_store.catalogue import find_model
from models.recipes.random_model import Shape, write_model

_CONTEXT = 1024
_SMALL = Shape(layers=4, width=256, heads=4, kv_heads=2, head=64, forward=768)
_SHORTEST = 40


@dataclass(slots=True)
class Tally:
    """Counts over prompts; ``same`` are those whose tokens did not change with drafts."""

    prompts: int = 0
    same: int = 0
    tokens: int = 0
    drafted: int = 0
    accepted: int = 0


def campaign(
    model: Path, *, exact: bool, prompts: int, tokens: int, longest: int, seed: int
) -> Tally:
    """Write ``tokens`` with and without drafts after each of ``prompts`` of at most ``longest``."""
    tally = Tally()
    with Model(model, _CONTEXT, inference_threads(this_pc()), Stop(), exact=exact) as loaded:
        cache = PrefixCache(loaded)
        text = loaded.tokenize("\n\n".join(source.text for source in example_sources()))
        chance = random.Random(seed)
        for _ in range(prompts):
            start, length = chance.randrange(len(text)), chance.randint(_SHORTEST, longest)
            note = itertools.islice(itertools.cycle(text), start, start + length)
            prompt = Prompt.of([list(note)])
            plain, _ = _written(loaded, cache, prompt, tokens, None)
            drafted, end = _written(loaded, cache, prompt, tokens, _eager(chance, exact))
            tally.prompts += 1
            tally.same += plain == drafted
            tally.tokens += len(plain)
            tally.drafted += end.drafted
            tally.accepted += end.accepted
    return tally


def _written(
    model: Model, cache: PrefixCache, prompt: Prompt, tokens: int, pace: Pace | None
) -> tuple[list[int], End]:
    said = ScriptedModel(model)
    *_, end = generate(said, cache, prompt, tokens, Sampling(), pace)
    assert isinstance(end, End)
    return said.said, end


def _eager(chance: random.Random, exact: bool) -> Pace:
    """A pace for which some length costs next to nothing."""
    longest = EXACT_BATCH if exact else 32
    return Pace({1: 1.0, chance.randint(2, longest): 1.01})


@contextmanager
def small_model() -> Iterator[Path]:
    """A K-quant model of random weights, with the vocabulary of the model that ships."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "small.gguf")
        write_model(path, find_model(None).path, _SMALL)
        yield path


def _tell(setting: str, tally: Tally) -> None:
    share = tally.same / tally.prompts
    print(f"{setting} : {tally.same} textes identiques sur {tally.prompts} ({share:.1%})")
    print(f"  jetons {tally.tokens}, proposés {tally.drafted}, justes {tally.accepted}", flush=True)


def main() -> int:
    """Run the campaign; 0 if the exact setting changed no token."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--longest", type=int, default=900)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with small_model() as small:
        model = asked.model or small
        exactly, fast = (
            campaign(
                model,
                exact=exact,
                prompts=asked.prompts,
                tokens=asked.tokens,
                longest=asked.longest,
                seed=asked.seed,
            )
            for exact in (True, False)
        )
    _tell("réglage exact", exactly)
    _tell("réglage rapide", fast)
    return 0 if exactly.same == exactly.prompts else 1


if __name__ == "__main__":
    sys.exit(main())
