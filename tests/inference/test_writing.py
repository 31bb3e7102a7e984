"""Texts held to a form by the real worker, and what is refused before anything is loaded."""

from __future__ import annotations

import json
import math
import queue
from dataclasses import replace

import pytest

from assistant.engine import Engine
from assistant.errors import AparteError, ErrorCode
from assistant.inference.outlet import Outlet
from assistant.inference.sampling import Sampling
from assistant.inference.writing import Writing
from assistant.model_store.catalogue import ModelEntry
from assistant.protocol import (
    Done,
    Event,
    Failed,
    ModelFile,
    Write,
    Written,
    decode_request,
    encode,
)
from tests.campaigns.figure_judge import Judge
from tests.campaigns.unit_judge import UnitJudge

SOURCE = (
    "Mme D., 72 ans. Dyspnée depuis 3 semaines. TA 14/8, FC 82/min. Lasilix 40 mg/j, "
    "bisoprolol 2,5 mg x 2/j, NT-proBNP 4 820 ng/L, vingt-cinq cigarettes par jour."
)
SCHEMA = {
    "type": "object",
    "properties": {
        "motif": {"type": "string", "maxLength": 80},
        "doses": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 4},
        "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "gravité": {"enum": ["faible", "forte"]},
    },
    "required": ["motif", "doses", "age", "gravité"],
}
LIST = 'root ::= ("- " [^\\n]{5,60} "\\n"){2,3} "Fin."'


def request(model: ModelEntry, seed: int = 0, **wishes: object) -> Write:
    file = ModelFile(str(model.path), 2048)
    asked = {"limit": 400, "temperature": 1.5, "seed": seed, **wishes}
    return Write(0, file, "Règles.", "Notes :\n", SOURCE, "\nRédigez.", **asked)  # type: ignore[arg-type]


def answer(engine: Engine, asked: Write) -> tuple[str, Event]:
    heard: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine.ask(asked, heard.put)
    text = ""
    while True:
        event = heard.get(timeout=120)
        if isinstance(event, Written):
            text += event.text
        if isinstance(event, Done | Failed):
            return text, event


@pytest.mark.parametrize("locked", [False, True], ids=["form", "form and lock"])
def test_random_weights_fill_a_form(engine: Engine, writer: ModelEntry, locked: bool) -> None:
    figures = Judge(SOURCE)
    for seed in range(6):
        text, end = answer(engine, request(writer, seed, schema=json.dumps(SCHEMA), locked=locked))
        assert isinstance(end, Done)
        assert end.complete, text
        told = json.loads(text)
        assert list(told) == ["motif", "doses", "age", "gravité"]
        assert len(told["motif"]) <= 80
        assert 1 <= len(told["doses"]) <= 4
        assert all(isinstance(dose, int | float) for dose in told["doses"])
        assert told["age"] is None or isinstance(told["age"], int)
        assert told["gravité"] in ("faible", "forte")
        if locked:
            assert figures.judge(text)[1] == []
            assert UnitJudge(figures).judge(text)[1] == []


def test_a_grammar_a_lock_and_a_stop_hold_together(engine: Engine, writer: ModelEntry) -> None:
    whole, end = answer(engine, request(writer, 3, grammar=LIST))
    assert isinstance(end, Done)
    assert end.complete
    assert whole.endswith("\nFin.")
    assert Judge(SOURCE).judge(whole)[1] == []
    cut, end = answer(engine, request(writer, 3, grammar=LIST, stops=["\n- ", "jamais"]))
    assert cut == whole[: whole.index("\n- ")]
    assert isinstance(end, Done)
    assert end.complete


def test_a_limit_cuts_a_form_and_says_so(engine: Engine, writer: ModelEntry) -> None:
    text, end = answer(engine, request(writer, 1, schema=json.dumps(SCHEMA), limit=9))
    assert isinstance(end, Done)
    assert (end.complete, end.tokens) == (False, 9)
    assert text.startswith('{"motif": "')


WRONG: list[tuple[dict[str, object], ErrorCode]] = [
    ({"limit": -1}, ErrorCode.LIMIT_INVALID),
    ({"limit": 2.5}, ErrorCode.LIMIT_INVALID),
    ({"limit": "douze"}, ErrorCode.LIMIT_INVALID),
    ({"limit": None}, ErrorCode.LIMIT_INVALID),
    ({"temperature": -0.1}, ErrorCode.TEMPERATURE_INVALID),
    ({"temperature": 11}, ErrorCode.TEMPERATURE_INVALID),
    ({"temperature": math.nan}, ErrorCode.TEMPERATURE_INVALID),
    ({"temperature": math.inf}, ErrorCode.TEMPERATURE_INVALID),
    ({"temperature": "chaud"}, ErrorCode.TEMPERATURE_INVALID),
    ({"seed": -3}, ErrorCode.SEED_INVALID),
    ({"seed": 1.5}, ErrorCode.SEED_INVALID),
    ({"seed": "a"}, ErrorCode.SEED_INVALID),
    ({"stops": ["fin", ""]}, ErrorCode.STOP_EMPTY),
    ({"grammar": "racine"}, ErrorCode.GRAMMAR_INVALID),
    ({"grammar": "root ::= [a", "locked": False}, ErrorCode.GRAMMAR_INVALID),
    ({"schema": "{"}, ErrorCode.SCHEMA_UNREADABLE),
    ({"schema": '{"format": "uri"}'}, ErrorCode.SCHEMA_UNSUPPORTED),
    ({"schema": "{}", "grammar": 'root ::= "a"'}, ErrorCode.GRAMMAR_TWICE),
    ({"schema": '{"const": 987654}'}, ErrorCode.NOTHING_LAWFUL),
]  # fmt: skip


@pytest.mark.parametrize(("wishes", "code"), WRONG)
def test_what_cannot_be_is_said_in_one_sentence(
    writer: ModelEntry, wishes: dict[str, object], code: ErrorCode
) -> None:
    with pytest.raises(AparteError) as told:
        Writing.of(request(writer, **wishes))  # type: ignore[arg-type]
    assert told.value.code is code
    assert told.value.sentence.endswith(".")
    assert "…" not in told.value.sentence


def test_the_worker_says_it_too_and_goes_on(engine: Engine, writer: ModelEntry) -> None:
    for wishes, code in (WRONG[0], WRONG[4], WRONG[12], WRONG[13], WRONG[17]):
        _, end = answer(engine, request(writer, **wishes))  # type: ignore[arg-type]
        assert isinstance(end, Failed)
        assert end.code == code.name
    pid = engine.worker_pid
    text, end = answer(engine, request(writer, limit=5))
    assert isinstance(end, Done)
    assert text
    assert engine.worker_pid == pid


@pytest.mark.parametrize("context", [0, -5, 1, "grand"])
def test_a_context_that_cannot_be_is_said(
    engine: Engine, writer: ModelEntry, context: object
) -> None:
    file = ModelFile(str(writer.path), context)  # type: ignore[arg-type]
    _, end = answer(engine, replace(request(writer), model=file))
    assert isinstance(end, Failed)
    assert end.code == ErrorCode.CONTEXT_INVALID.name


def test_zero_tokens_only_read(engine: Engine, writer: ModelEntry) -> None:
    text, end = answer(engine, request(writer, limit=0))
    assert (text, isinstance(end, Done)) == ("", True)


def test_a_wish_comes_through_the_pipe(writer: ModelEntry) -> None:
    asked = request(writer, schema=json.dumps(SCHEMA), stops=["Fin\n"], locked=False)
    assert decode_request(encode(asked)) == asked


def test_an_empty_stop_is_refused_where_it_is_used() -> None:
    with pytest.raises(AparteError):
        Outlet(["fin", ""])


@pytest.mark.parametrize(("min_p", "reach"), [(0.0, math.inf), (1.0, 0.0)])
def test_how_far_below_the_best_sampling_reaches(min_p: float, reach: float) -> None:
    assert Sampling(1.0, min_p=min_p).reach == reach
