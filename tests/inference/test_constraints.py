"""Choosing tokens under a constraint."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from assistant.inference.constraints import (
    LawfulSampler,
    NothingLawfulError,
    Pieces,
    choose,
)
from assistant.inference.figures.lock import FigureLock
from assistant.inference.figures.state import State
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.sampling import Sampler, Sampling

VOCABULARY = [b"", b"4", b" 8", b"20", b"8", b" mg", b"5", b"a", b" ", *([b"9"] * 3000)]
END = 0


def pieces() -> Pieces:
    return Pieces(VOCABULARY.__getitem__, lambda token: token == END, len(VOCABULARY))


def logits(**preferred: float) -> np.ndarray:
    row = np.zeros(len(VOCABULARY), np.float32)
    for name, value in preferred.items():
        row[int(name[1:])] = value
    return row


@pytest.mark.parametrize("temperature", [0.0, 1.0, 3.0])
def test_a_lawful_token_is_the_sampler_s_own(temperature: float) -> None:
    sampling = Sampling(temperature, seed=3)
    row = logits(_7=30.0, _6=9.0)
    assert LawfulSampler(sampling, pieces(), FigureLock("4 820")).choose(row) == 7


@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_a_number_is_forced_to_its_end_however_improbable(temperature: float) -> None:
    lock = FigureLock("créat 4 820")
    sampler = LawfulSampler(Sampling(temperature, seed=5), pieces(), lock)
    written = b""
    for row in (logits(_1=40.0), *[logits(_0=20.0, _5=15.0, _2=-9.0, _3=-9.0)] * 4):
        token = sampler.choose(row)
        written += VOCABULARY[token]
        if token == END:
            break
    assert written.replace(b" ", b"") == b"4820"
    assert lock.allows_end()


def test_the_end_is_refused_inside_a_number() -> None:
    lock = FigureLock("4 820")
    lock.accept(b"4 8")
    sampling = Sampling()
    token = choose(
        logits(_0=9.0), pieces(), lock, Sampler(sampling), sampling, np.random.default_rng(0)
    )
    assert VOCABULARY[token] == b"20"


def test_what_is_drawn_among_lawful_tokens_keeps_their_odds() -> None:
    lock = FigureLock("8 et 5")
    sampling = Sampling(1.0, min_p=0.01, seed=1)
    sampler, chance = Sampler(sampling), np.random.default_rng(1)
    row = logits(_1=8.0, _4=7.0, _6=6.0)
    row[9:] = -20
    drawn = Counter(choose(row, pieces(), lock, sampler, sampling, chance) for _ in range(2000))
    assert set(drawn) <= {4, 6}
    assert drawn[4] / drawn[6] == pytest.approx(np.e, rel=0.2)


def test_tokens_cut_off_by_sampling_come_last_but_come() -> None:
    lock = FigureLock("8")
    lock.accept(b"a ")
    sampling = Sampling(1.0, min_p=0.5, seed=1)
    row = logits(_1=50.0, _6=49.9)
    row[[0, 2, 3, 5, 7, 8]] = -30
    row[-1] = -40
    assert choose(row, pieces(), lock, Sampler(sampling), sampling, np.random.default_rng(0)) == 4


def test_a_vocabulary_without_the_byte_is_said() -> None:
    lock = FigureLock("4 820")
    lock.accept(b"4")
    few = Pieces([b"4", b"x"].__getitem__, lambda _token: False, 2)
    sampling = Sampling()
    with pytest.raises(NothingLawfulError):
        choose(
            np.zeros(2, np.float32), few, lock, Sampler(sampling), sampling,
            np.random.default_rng(0),
        )  # fmt: skip


def test_the_same_seed_chooses_the_same() -> None:
    def text(seed: int) -> list[int]:
        sampler = LawfulSampler(Sampling(1.5, seed=seed), pieces(), FigureLock("85 mg, 4 820"))
        return [sampler.choose(logits(_4=3.0, _5=5.0, _1=4.0)) for _ in range(20)]

    assert text(1) == text(1) != text(2)


def test_a_state_put_back_gives_the_same_answers() -> None:
    lock = FigureLock("14/8")
    lock.accept(b"14")
    lock.state = State()
    assert not lock.allows(b"/8 8/")
    assert lock.allows(b"14/8")


# --- what a grammar forces ----------------------------------------------------------------

WORDS = [b"", b"{", b'"', b"nom", b'":', b' "', b"A", b'"}', b' "A', b"}", b"x"]


def spelled(text: str) -> list[int]:
    """The longest tokens first, as a vocabulary cuts a text."""
    tokens, data = [], text.encode()
    while data:
        token = max(
            (t for t, word in enumerate(WORDS) if word and data.startswith(word)),
            key=lambda t: len(WORDS[t]),
        )
        tokens.append(token)
        data = data[len(WORDS[token]) :]
    return tokens


def words() -> Pieces:
    return Pieces(WORDS.__getitem__, lambda token: token == END, len(WORDS), spelled)


def likes(**preferred: float) -> np.ndarray:
    row = np.zeros(len(WORDS), np.float32)
    for name, value in preferred.items():
        row[int(name[1:])] = value
    return row


def test_what_is_forced_comes_without_logits_but_for_its_last_token() -> None:
    sampler = LawfulSampler(
        Sampling(), words(), Grammar('root ::= "{\\"nom\\": \\"" [A-Z]+ "\\"}"')
    )
    assert sampler.forced(2) == [1, 2]
    assert sampler.forced(9) == [3, 4]  # « " » is left: it may come in one token with what follows
    assert sampler.forced(9) == []
    assert sampler.choose(likes(_10=9.0, _8=5.0, _5=4.0)) == 8
    assert sampler.choose(likes(_7=1.0)) == 7
    assert sampler.is_over


def test_a_forced_text_that_ends_the_text_comes_whole() -> None:
    sampler = LawfulSampler(Sampling(), words(), Grammar('root ::= [A-Z] "\\"}"'))
    assert not sampler.is_over
    assert sampler.choose(likes(_6=1.0)) == 6
    assert sampler.forced(9) == [7]
    assert sampler.is_over


def test_a_draft_meets_forced_tokens_one_by_one() -> None:
    sampler = LawfulSampler(Sampling(), words(), Grammar('root ::= "{\\"nom\\": \\"" [A-Z]+'))
    assert [sampler.choose(likes(_10=9.0)) for _ in range(4)] == [1, 2, 3, 4]


def test_nothing_is_forced_where_tokens_do_not_give_the_text_back() -> None:
    spoiled = Pieces(WORDS.__getitem__, lambda t: t == END, len(WORDS), lambda _text: [10, 2])
    grammar = Grammar('root ::= "{\\"nom"')
    assert LawfulSampler(Sampling(), spoiled, grammar).forced(9) == []
    assert LawfulSampler(Sampling(), spoiled, grammar).choose(likes(_1=0.1)) == 1


def test_a_form_that_cannot_go_on_is_said() -> None:
    few = Pieces([b"x", b"y"].__getitem__, lambda _token: False, 2)
    with pytest.raises(NothingLawfulError):
        LawfulSampler(Sampling(), few, Grammar("root ::= [0-9]")).choose(np.zeros(2, np.float32))
