"""The figure lock and a grammar at once: neither is loosened, and none leads into a dead end."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.inference.constraints import LawfulSampler, Pieces
from assistant.inference.figures.lock import FigureLock
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.sampling import Sampling
from assistant.inference.together import Together
from tests.campaigns.figure_judge import Judge


def together(source: str, schema: object) -> Together:
    return Together(FigureLock(source), Grammar.of_schema(json.dumps(schema)))


def holds(both: Together, text: str) -> bool:
    for character in text:
        if not both.allows(character.encode()):
            return False
        both.accept(character.encode())
    return both.allows_end()


def record(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


NUMBER, WHOLE = {"type": "number"}, {"type": "integer", "minimum": 0}
OPTIONAL = {"anyOf": [NUMBER, {"type": "null"}]}


@pytest.mark.parametrize(
    ("source", "schema", "written", "refused"),
    [
        ("2,5 mg", NUMBER, "2.5", "2"),
        ("2,5 mg et 4 g", WHOLE, "4", "2"),
        ("4 820 ng/L", WHOLE, "4820", "4"),
        ("toux", OPTIONAL, "null", "-"),
        ("12 mg", OPTIONAL, "12", "1 "),
        ("12 mg", {"type": "string"}, '"12 mg"', '"12 g'),
        ("12 mg", {"enum": ["12 mg", "12 g", "deux"]}, '"12 mg"', '"12 g'),
        ("12 mg", {"enum": ["matin", "six fois"]}, '"matin"', '"s'),
        ("12 mg", {"type": "array", "items": WHOLE}, "[12, 12]", "[12, 13"),
        ("HbA1c 7,2 %", record(hba1c=NUMBER), '{"hba1c": 7.2}', '{"hba1c": 1}'),
        ("toux", {"type": "object", "properties": {"n": NUMBER}}, "{}", '{"'),
    ],
)  # fmt: skip
def test_figures_are_the_source_s_and_the_form_is_kept(
    source: str, schema: object, written: str, refused: str
) -> None:
    assert holds(together(source, schema), written)
    assert not holds(together(source, schema), refused)


@pytest.mark.parametrize(
    ("source", "schema", "possible"),
    [
        ("toux", record(dose=NUMBER), False),
        ("toux", record(motif={"type": "string", "minLength": 40}, dose=NUMBER), False),
        ("toux, 3 j", record(motif={"type": "string", "minLength": 40}, dose=NUMBER), True),
        ("toux", record(dose=OPTIONAL), True),
        ("2,5 mg", record(dose=WHOLE), False),
        ("toux", record(etape_2={"type": "null"}), False),
        ("toux", {"enum": ["six", "12 mg"]}, False),
    ],
)
def test_a_form_that_the_source_cannot_fill_is_known_before_it_is_written(
    source: str, schema: object, possible: bool
) -> None:
    assert together(source, schema).can_end() is possible


def test_an_optional_number_that_the_source_lacks_is_left_out() -> None:
    schema = {"type": "object", "properties": {"dose": NUMBER, "note": {"type": "string"}}}
    both = together("toux", schema)
    both.accept(b"{")
    assert not both.allows(b'"d')
    assert both.allows(b'"n')
    assert both.first_bytes() == frozenset(b'"}')


def test_half_a_number_is_not_shown_and_the_rest_is() -> None:
    both = together("4 820 ng/L", record(note={"type": "string"}))
    both.accept(b'{"note": "de ')
    assert both.may_show()
    both.accept(b"4 8")
    assert not both.may_show()
    assert both.first_bytes() == frozenset(b"2")
    with pytest.raises(ValueError, match="both"):
        both.accept(b'"')


VOCABULARY = [
    *(bytes([b]) for b in range(256)),
    b'{"',
    b'": "',
    b'": ',
    b', "',
    b'"}',
    b" 4",
    b"mg",
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=4),
    st.integers(0, 2**32),
    st.lists(st.sampled_from(["n", "t", "o"]), unique=True, min_size=1),
)
def test_noise_always_fills_a_form_that_can_be_filled(
    numbers: list[int], seed: int, keys: list[str]
) -> None:
    kinds = {"n": NUMBER, "t": {"type": "string", "maxLength": 8}, "o": OPTIONAL}
    source = " mg, ".join([*map(str, numbers), ""])
    both = together(source, record(**{key: kinds[key] for key in keys}))
    assert both.can_end()
    pieces = Pieces(
        VOCABULARY.__getitem__, lambda _token: False, len(VOCABULARY), lambda text: [*text.encode()]
    )
    sampler = LawfulSampler(Sampling(1.5, min_p=1e-3, seed=seed), pieces, both)
    chance, text = np.random.default_rng(seed), b""
    for _ in range(300):
        if sampler.is_over:
            break
        text += VOCABULARY[sampler.choose(chance.standard_normal(len(VOCABULARY), np.float32))]
    told = json.loads(text)
    assert list(told) == keys
    assert Judge(source).judge(text.decode())[1] == []


def test_a_state_is_what_was_written_however_it_was_cut() -> None:
    text = '{"hba1c": 7.2, "note": "12 mg/j, œdèmes 4 820"}'.encode()
    source = "HbA1c 7,2 %, 12 mg/j, 4 820"
    schema = record(hba1c=NUMBER, note={"type": "string"})
    for borders in ([0, len(text)], range(len(text) + 1), [*range(0, len(text), 3), len(text)]):
        both = together(source, schema)
        for start, end in pairwise(borders):
            assert both.allows(text[start:end]), text[:end]
            both.accept(text[start:end])
        assert both.is_over()
        assert both.allows_end()
