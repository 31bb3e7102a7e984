"""Write locked texts with random weights at temperature 1.5 and look for invented numbers, and
for numbers with a unit that they don't have in their source.

    .venv/bin/python -m tests.campaigns.invented_figures [--generations 2000] [--cout]

The model has random weights and the starter's vocabulary: it knows nothing, so only the lock
stands between it and an invention. So that numbers abound, the logits of a few classes of tokens
are shifted at each step until each class weighs a set share of the whole (``_SHARES``): digits,
what stands between digits, units, number words, the bytes of other numerals. The texts are judged
by ``figure_judge`` and ``unit_judge``, which share no code with the lock. ``--cout`` times the lock
too.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.drafting.sources import example_sources
from assistant.inference.constraints import LawfulSampler, Pieces
from assistant.inference.figures.lock import FigureLock
from assistant.inference.figures.state import State
from assistant.inference.model import Model, Stop
from assistant.inference.sampling import Sampler, Sampling
from assistant.model_store.catalogue import find_model
from tests.campaigns.figure_judge import Judge, figures
from tests.campaigns.unit_judge import UnitJudge
from tests.gguf_models import write_writer_model

_DOSES = ["mg", "g", "µg", "mL", "UI", "ng", "mmol", "milligrammes"]
_DURATIONS = ["j", "jours", "semaines", "mois", "ans", "h", "min"]
LIST_NUMBERS = ("1.", "2.", "3.", "4.")
_LENGTH = 80
_FOLLOWS = re.compile(r"[^\n0-9]{0,40}?(?:m2)?(?=[,.;\n(]|[ ,]+[0-9]|(?<!m)[0-9]|\Z)")
_ENDS_IN_A_NUMBER = re.compile(rb"(?:[0-9]|ze|nte|eux|rois|uit|ingt)[ \xa0\xc2]?$")
_JOINTS = {
    "/", ",", ".", "-", " -", " ", " /", ":", "h", " h", " à", "x", " x", "\u00a0", " et", "e",
    "–", "^", "+", " +", ", ", "\n", " virgule", " pour", "J", " par", " fois",
}  # fmt: skip
_UNITS = {
    "mg", "g", "µg", "ml", "mL", "L", "l", "UI", "U", "j", "jour", "jours", "h", "heures", "min",
    "mois", "sem", "semaine", "semaines", "ans", "an", "kg", "cm", "mm", "%", "°", "°C", "mmol",
    "ng", "mg/", "g/", "/j", "/L", "/l", "/min", "/kg", "x", "m", "µ", "bpm", "mmHg", "gram", "mes",
    "milli", "micro", "kilo",
}  # fmt: skip
_NUMBER_WORDS = {
    "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "quinze", "seize", "vingt", "trente", "quarante", "cinquante", "soixante", "cent",
    "cents", "mille", "demi", "quart", "moitié", "double", "million", "ante", "ze", "ième", "aine",
}  # fmt: skip
_SHARES = {"digits": 0.4, "joints": 0.2, "units": 0.05, "words": 0.1, "numerals": 0.05}
_AFTER_A_NUMBER = {"digits": 0.15, "joints": 0.15, "units": 0.45, "words": 0.05, "numerals": 0.05}


@dataclass(slots=True)
class Tally:
    """Counts over the generations, and the inventions as the judge tells them."""

    generations: int = 0
    tokens: int = 0
    numbers: int = 0
    refused: int = 0
    half_written: int = 0
    unreachable: int = 0
    with_unit: int = 0
    invented: list[str] = field(default_factory=list)
    wrong_unit: list[str] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)


class Watched(FigureLock):
    """A lock that counts what it refuses."""

    refused = 0

    def allows(self, piece: bytes) -> bool:
        allowed = super().allows(piece)
        Watched.refused += not allowed
        return allowed


def dense_source(chance: random.Random) -> str:
    """A text of numbers in many forms."""

    def number() -> str:
        digits = str(chance.randrange(10 ** chance.randint(1, 4)))
        return chance.choice([digits, digits, f"{digits},{chance.randrange(1, 100)}"])

    def among(low: int, high: int) -> int:
        return chance.randint(low, high)

    words = ["deux", "vingt-cinq", "quatre-vingt-dix-sept", "trois cents"]
    forms: list[Callable[[], str]] = [
        lambda: f"{number()} {chance.choice(_DOSES)}",
        lambda: f"{number()}mg x {among(1, 4)}/j",
        lambda: f"{number()}{chance.choice(_DOSES)}/{chance.choice(['j', 'kg', 'L', 'h'])}",
        lambda: f"{among(1, 30)} {chance.choice(_DURATIONS)}",
        lambda: f"{among(1, 5)} fois par {chance.choice(['jour', 'semaine'])}",
        lambda: f"{among(1, 4)} à {among(5, 9)} {chance.choice(_DOSES)}",
        lambda: f"poids {among(40, 99)} kg, FC {among(50, 99)}, T {among(36, 40)},{among(0, 9)} °C",
        lambda: f"{among(2, 9)} gélules, {among(2, 9)} malades, plaq {among(90, 400)} G/L",
        lambda: f"TA {among(9, 20)}/{among(5, 12)}",
        lambda: f"le {among(1, 31):02}/{among(1, 12):02}/{among(20, 27)}",
        lambda: f"le {among(1, 31)}.{among(1, 12):02}.2026",
        lambda: f"de {among(1, 20)} à {among(21, 50)} jours",
        lambda: f"{among(2, 5)}-{among(6, 12)} cp",
        lambda: f"{among(1, 99)}\u00a0{among(0, 999):03} ng/L",
        lambda: f"à {among(0, 23)}h{among(10, 59)}", lambda: f"{chance.choice(words)} ans",
        lambda: f"J{among(0, 30)}", lambda: "SpO2 9½ m²", lambda: "deux cp et demi",
        lambda: "HbA1c, CA 15-3, T4N1, vit B12", lambda: "un quart, stade Ⅳ",
    ]  # fmt: skip
    return "\n".join(
        ", ".join(chance.choice(forms)() for _ in range(6)) for _ in range(chance.randint(1, 8))
    )


def classes(pieces: Pieces, size: int) -> dict[str, npt.NDArray[np.intp]]:
    """The tokens of each class of ``_SHARES``."""
    found: dict[str, list[int]] = {name: [] for name in _SHARES}
    for token in range(size):
        text = pieces[token].decode("utf-8", "replace")
        if any(c in "0123456789" for c in text):
            found["digits"].append(token)
        elif text.strip() in _UNITS:
            found["units"].append(token)
        elif text in _JOINTS:
            found["joints"].append(token)
        elif text.strip().casefold() in _NUMBER_WORDS:
            found["words"].append(token)
        elif "\ufffd" in text or any(c in "²³½¼¾①Ⅳ" for c in text):
            found["numerals"].append(token)
    return {name: np.array(tokens, np.intp) for name, tokens in found.items()}


def biased(
    logits: npt.NDArray[np.float32],
    kinds: dict[str, npt.NDArray[np.intp]],
    temperature: float,
    text: bytes,
) -> npt.NDArray[np.float32]:
    """``logits`` shifted so that each class weighs its share at ``temperature`` after ``text``."""
    shares = _AFTER_A_NUMBER if _ENDS_IN_A_NUMBER.search(text) else _SHARES
    shifted = logits.copy()
    weights = np.exp((logits - logits.max()) / temperature)
    rest = weights.sum() - sum(weights[tokens].sum() for tokens in kinds.values())
    free = 1 - sum(shares.values())
    for name, tokens in kinds.items():
        if len(tokens):
            share = np.log(shares[name] / free * rest / weights[tokens].sum())
            shifted[tokens] += np.float32(temperature * share)
    return shifted


def write(
    model: Model,
    sampler: Sampler | LawfulSampler,
    kinds: dict[str, npt.NDArray[np.intp]],
    pieces: Pieces,
    length: int,
) -> tuple[str, int]:
    """One text of at most ``length`` tokens, and how many it has."""
    prompt = model.tokenize("Compte rendu :\n")
    model.forget()
    logits = model.evaluate(prompt, 0, [len(prompt) - 1])[0]
    data = b""
    for count in range(length):
        token = sampler.choose(biased(logits, kinds, 1.5, data[-24:]) if kinds else logits)
        if pieces.is_end(token):
            return data.decode("utf-8", "replace"), count
        data += pieces[token]
        logits = model.evaluate([token], len(prompt) + count, [0])[0]
    return data.decode("utf-8", "replace"), length


def reach(lock: FigureLock, source: str, tally: Tally) -> None:
    """Count the numbers of ``source`` that the lock would not let a draft hold, each with what
    follows it, its unit first."""
    for figure in figures(source):
        lock.state = State()
        if figure.glued:  # « SpO2 »: the digit alone is no number
            continue
        follows = _FOLLOWS.match(source, figure.end)
        written = (figure.text + (follows[0] if follows else "")).encode()
        for byte in written:
            if not lock.allows(bytes([byte])):
                tally.unreachable += 1
                break
            lock.accept(bytes([byte]))
        else:
            tally.unreachable += not lock.allows_end()


def _whole(lock: FigureLock, text: str) -> str:
    """``text`` up to the last character after which it might have ended."""
    kept = 0
    for place, character in enumerate(text):
        if not lock.allows(character.encode()):
            break
        lock.accept(character.encode())
        if lock.allows_end():
            kept = place + 1
    return text[:kept]


def campaign(model: Model, generations: int, seed: int = 1) -> Tally:
    """Write and judge; each source gets a few texts."""
    chance = random.Random(seed)
    tally = Tally()
    pieces = Pieces(model.piece, model.is_end, model.vocabulary_size)
    kinds = classes(pieces, model.vocabulary_size)
    sources = [source.text for source in example_sources()]
    Watched.refused = 0
    while tally.generations < generations:
        source = chance.choice(sources) if chance.random() < 0.3 else dense_source(chance)
        judge, lock = Judge(source, LIST_NUMBERS), Watched(source, LIST_NUMBERS)
        units = UnitJudge(judge)
        reach(FigureLock(source, LIST_NUMBERS), source, tally)
        for _ in range(min(5, generations - tally.generations)):
            lock.state = State()
            sampling = Sampling(1.5, min_p=1e-9, seed=chance.randrange(2**32))
            text, tokens = write(
                model, LawfulSampler(sampling, pieces, lock), kinds, pieces, _LENGTH
            )
            if not lock.allows_end():  # the limit fell inside a number: what is left of it goes
                tally.half_written += 1
                text = _whole(FigureLock(source, LIST_NUMBERS), text)
            count, invented = judge.judge(text)
            tally.generations += 1
            tally.tokens += tokens
            tally.numbers += count
            tally.invented += [f"{told} in {text!r} of {source!r}" for told in invented]
            count, wrong = units.judge(text)
            tally.with_unit += count
            tally.wrong_unit += [f"{told} in {text!r} of {source!r}" for told in wrong]
    tally.refused = Watched.refused
    return tally


def cost(model: Model, rounds: int = 7, length: int = 256) -> tuple[float, float]:
    """Seconds a token, unlocked and locked, in turn (ABAB), medians; nothing is biased."""
    source = next(iter(example_sources())).text
    pieces = Pieces(model.piece, model.is_end, model.vocabulary_size)
    lock = FigureLock(source)
    times: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(2 * rounds):
        locked = turn % 2 == 1
        sampling = Sampling(1.0, seed=turn // 2)
        lock.state = State()
        sampler = LawfulSampler(sampling, pieces, lock) if locked else Sampler(sampling)
        began = time.perf_counter()
        _, tokens = write(model, sampler, {}, pieces, length)
        times[locked].append((time.perf_counter() - began) / max(1, tokens))
    return statistics.median(times[False]), statistics.median(times[True])


def main() -> int:
    """The campaign from the command line; 1 if a number was invented."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generations", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cout", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "writer.gguf"
        write_writer_model(path, find_model(None).path)
        with Model(path, 1024, 1, Stop()) as model:
            began = time.monotonic()
            tally = campaign(model, options.generations, options.seed)
            seconds = time.monotonic() - began
            timed = cost(model) if options.cout else None
    print(
        f"{tally.generations} generations, {tally.tokens} tokens, {seconds:.0f} s\n"
        f"{tally.numbers} numbers emitted, {len(tally.invented)} invented\n"
        f"{tally.with_unit} of them with a unit, {len(tally.wrong_unit)} with a wrong one\n"
        f"{tally.refused} pieces refused, {tally.unreachable} source numbers out of reach"
    )
    if timed:
        plain, locked = timed
        print(f"unlocked {1 / plain:.0f} tokens/s, locked {1 / locked:.0f}: {plain / locked:.3f}")
        print(f"the lock costs {1e6 * (locked - plain):.0f} µs a token")
    for told in [*tally.invented[:20], *tally.wrong_unit[:20]]:
        print(told)
    return 1 if tally.invented or tally.wrong_unit or tally.unreachable else 0


if __name__ == "__main__":
    sys.exit(main())
