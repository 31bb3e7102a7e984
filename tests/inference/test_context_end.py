"""The end of the context, and stops wherever they fall: the text is never wrong afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_cpp import llama_cpp as C  # noqa: N812

from assistant.inference.generation import End, Piece, Step, generate, prefetch
from assistant.inference.model import ContextFullError, Model, Stop, Stopped
from assistant.inference.placement import place, placement_tags
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import Pace
from assistant.inference.tagging import Question, tag
from assistant.model_store.catalogue import ModelEntry

CONTEXT = 512
TEXT = "Patiente de 85 ans. TA 14/8, FC 80, apyrétique, bisoprolol 5 mg le matin. " * 60
CLAUSES = [f"Clause {number} : TA 1{number % 10}/8." for number in range(20)]


class StopAtNode(Stop):
    """Stops by itself at the ``node``-th node that llama.cpp computes; 0: never."""

    def __init__(self) -> None:
        super().__init__()
        self.node = self.computed = 0
        self.callback = C.ggml_abort_callback(self._count)

    def at(self, node: int) -> None:
        self.node, self.computed = node, 0
        self.clear()

    def _count(self, _data: object) -> bool:
        self.computed += 1
        if self.computed == self.node:
            self.set()
        return self.is_set


@pytest.fixture(scope="module")
def stop() -> StopAtNode:
    return StopAtNode()


@pytest.fixture(scope="module")
def model(writer: ModelEntry, stop: StopAtNode) -> Iterator[Model]:
    with Model(writer.path, CONTEXT, 1, stop) as model:
        yield model


@pytest.fixture
def cache(model: Model, stop: StopAtNode) -> PrefixCache:
    stop.at(0)
    cache = PrefixCache(model)
    cache.forget()
    return cache


def prompt_of(model: Model, length: int) -> Prompt:
    tokens = model.tokenize(TEXT)[:length]
    return Prompt.of([tokens[: length // 2], tokens[length // 2 :]])


def eager() -> Pace:
    return Pace({1: 1.0, 4: 1.01, 16: 1.02})


def end_of(steps: Iterator[Step]) -> End:
    *_, end = steps
    assert isinstance(end, End)
    return end


def text_of(model: Model, cache: PrefixCache, prompt: Prompt) -> str:
    steps = generate(model, cache, prompt, 20, Sampling())
    return "".join(step.text for step in steps if isinstance(step, Piece))


def test_a_prompt_that_fills_the_context_gives_its_one_token(
    model: Model, cache: PrefixCache
) -> None:
    end = end_of(generate(model, cache, prompt_of(model, CONTEXT), 10, Sampling()))
    assert (end.tokens, end.passes, end.complete) == (1, 0, False)


@pytest.mark.parametrize("pace", [None, eager()], ids=["plain", "drafts"])
@pytest.mark.parametrize("missing", [1, 2, 3, 8, 17])
def test_the_last_token_of_the_context_is_written_and_no_more(
    model: Model, cache: PrefixCache, missing: int, pace: Pace | None
) -> None:
    prompt = prompt_of(model, CONTEXT - missing)
    exactly = end_of(generate(model, cache, prompt, missing, Sampling(), pace))
    assert exactly.tokens == missing
    beyond = end_of(generate(model, cache, prompt, CONTEXT, Sampling(), pace))
    assert (beyond.tokens, beyond.complete) == (missing + 1, False)


def test_one_token_too_many_is_refused_and_spoils_nothing(model: Model, cache: PrefixCache) -> None:
    with pytest.raises(ContextFullError):
        list(generate(model, cache, prompt_of(model, CONTEXT + 1), 10, Sampling()))
    shorter = prompt_of(model, 300)
    assert text_of(model, cache, shorter) == text_of(model, PrefixCache(model), shorter)


@pytest.mark.parametrize("limit", [0, 1])
def test_a_limit_that_asks_for_nothing_or_one_token(
    model: Model, cache: PrefixCache, limit: int
) -> None:
    end = end_of(generate(model, cache, prompt_of(model, 100), limit, Sampling(), eager()))
    assert (end.tokens, end.passes, end.complete) == (limit, 0, False)


@pytest.mark.parametrize("node", [1, 60, 200, 333, 500, 900, 1500])
def test_a_stop_at_any_node_is_felt_and_the_text_after_it_is_the_same(
    model: Model, cache: PrefixCache, stop: StopAtNode, node: int
) -> None:
    prompt = prompt_of(model, 300)
    wanted = text_of(model, cache, prompt)
    cache.forget()
    stop.at(node)
    with pytest.raises(Stopped):
        end_of(generate(model, cache, prompt, 60, Sampling(), eager()))
    stop.at(0)
    assert text_of(model, cache, prompt) == wanted


def test_a_stop_ends_a_reading_ahead(model: Model, cache: PrefixCache, stop: StopAtNode) -> None:
    prompt = prompt_of(model, 300)
    stop.at(250)
    with pytest.raises(Stopped):
        list(prefetch(model, cache, prompt))
    stop.at(0)
    assert text_of(model, cache, prompt) == text_of(model, PrefixCache(model), prompt)


@pytest.mark.parametrize("last", [True, False], ids=["answering", "reading"])
def test_a_stop_ends_questions_about_clauses(
    model: Model, cache: PrefixCache, stop: StopAtNode, last: bool
) -> None:
    question = Question("Règles.", "A. Motif\nB. Examen\n", "\nRépondez.", ("A", "B"))
    wanted = list(tag(model, cache, question, CLAUSES))
    cache.forget()
    stop.at(0)
    list(tag(model, cache, question, CLAUSES))
    cache.forget()
    stop.at(stop.computed - 3 if last else 200)
    with pytest.raises(Stopped):
        list(tag(model, cache, question, CLAUSES))
    stop.at(0)
    assert list(tag(model, cache, question, CLAUSES))[-1] == wanted[-1]


def test_a_stop_ends_a_pass_over_clauses(starter: ModelEntry) -> None:
    stop = StopAtNode()
    with Model(starter.path, CONTEXT, 1, stop) as model:
        tags = placement_tags(model)
        assert tags is not None
        wanted = list(place(model, tags, CLAUSES, [1] * len(CLAUSES)))
        stop.at(40)
        with pytest.raises(Stopped):
            list(place(model, tags, CLAUSES, [1] * len(CLAUSES)))
        stop.at(0)
        assert list(place(model, tags, CLAUSES, [1] * len(CLAUSES))) == wanted
