"""The decode loop: a prompt read in batches, then tokens, several at a time where the text copies.

A stop is felt inside a batch, through llama.cpp's abort callback. Each token is chosen from the
logits of the pass that verified it, so what is written never depends on whether drafts helped,
up to the rounding of batches of other sizes (docs/performance.md tells how often that shows).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.inference.constraints import LawfulSampler
from assistant.inference.model import (
    BATCH,
    EXACT_BATCH,
    ContextFullError,
    Logits,
    Model,
    Stopped,
)
from assistant.inference.outlet import Outlet
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampler, Sampling
from assistant.inference.speculation import Lookup, Pace


@dataclass(frozen=True, slots=True)
class PromptRead:
    """``done`` of ``total`` prompt tokens are in the context; ``kept`` of them already were."""

    done: int
    total: int
    kept: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The next characters of the text."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """The generation is over: ``tokens`` were written in ``passes`` of the model, ``drafted`` were
    proposed by speculation and ``accepted`` of those were right. ``complete`` is False where a
    limit cut the text."""

    tokens: int
    complete: bool
    passes: int = 0
    drafted: int = 0
    accepted: int = 0


Step = PromptRead | Piece | End


def prefetch(model: Model, cache: PrefixCache, prompt: Prompt) -> Iterator[PromptRead]:
    """Read ``prompt``, so that a generation finds it read, up to what its first token needs."""
    yield from _read(model, cache, prompt)


def generate(
    model: Model,
    cache: PrefixCache,
    prompt: Prompt,
    limit: int,
    sampling: Sampling,
    pace: Pace | None = None,
    lawful: LawfulSampler | None = None,
    stops: Sequence[str] = (),
) -> Iterator[Step]:
    """Read what is not kept of ``prompt``, then write at most ``limit`` tokens.

    ``pace`` allows speculation; ``lawful`` chooses the tokens under a constraint, in place of
    ``sampling``; the text ends before the first of ``stops`` that it comes to.
    Raises Stopped, and ContextFullError where the prompt alone does not fit.
    """
    yield from _read(model, cache, prompt)
    if cache.logits is None:
        raise ContextFullError
    writer = _Writer(model, prompt, lawful or Sampler(sampling), pace, stops)
    yield from writer.write(cache.logits, limit)


def _read(model: Model, cache: PrefixCache, prompt: Prompt) -> Iterator[PromptRead]:
    kept = done = cache.resume(prompt)
    total = len(prompt.tokens)
    if kept:
        yield PromptRead(done, total, kept)
    for end in prompt.ends():
        if end <= done:
            continue
        wanted = [end - done - 1] if end == total else []
        rows = model.evaluate(prompt.tokens[done:end], done, wanted)
        done = end
        cache.read(prompt, done, rows[0] if rows else None)
        yield PromptRead(done, total, kept)


class _Writer:
    """Writes one text; keeps the counts that ``End`` tells."""

    def __init__(
        self,
        model: Model,
        prompt: Prompt,
        sampler: Sampler | LawfulSampler,
        pace: Pace | None,
        stops: Sequence[str],
    ) -> None:
        self._model = model
        self._sampler = sampler
        self._lawful = sampler if isinstance(sampler, LawfulSampler) else None
        self._pace = pace
        self._lookup = Lookup(prompt.tokens) if pace is not None else None
        self._position = len(prompt.tokens)
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._outlet = Outlet(stops)
        self._tokens = self._passes = self._drafted = self._accepted = 0

    def write(self, logits: Logits, limit: int) -> Iterator[Piece | End]:
        """Tokens from ``logits`` on, until the model ends, ``limit`` or the context's end."""
        complete = False
        token = self._sampler.choose(logits)
        while self._tokens < limit and not complete:
            if self._model.stop.is_set:
                raise Stopped
            if self._model.is_end(token):
                complete = True
                break
            # Shown before the pass that follows it: a whole step earlier.
            given = [token, *self._forced(limit)]
            yield from self._say(given)
            over = self._outlet.closed or self._is_over
            if self._tokens == limit or over:
                complete = over
                break
            match, proposed = self._propose()
            draft = proposed[: self._worth_trying(match, limit, len(given))]
            try:
                *accepted, token = self._verify(given, draft)
            except ContextFullError:
                break
            if self._pace is not None:
                self._pace.learn(match, proposed, [*accepted, token], len(given) + len(draft))
            ended = next((i for i, t in enumerate(accepted) if self._model.is_end(t)), None)
            yield from self._say(accepted[:ended])
            complete = ended is not None or self._outlet.closed
        yield from self._show(self._characters.decode(b"", final=True), last=True)
        yield End(self._tokens, complete, self._passes, self._drafted, self._accepted)

    def _forced(self, limit: int) -> list[int]:
        """The tokens that must follow, whatever the model: they are evaluated in one batch."""
        if self._lawful is None:
            return []
        most = EXACT_BATCH if self._model.exact else BATCH // 2
        room = min(limit - self._tokens, self._model.context_size - self._position, most)
        return self._lawful.forced(max(0, room - 1))

    @property
    def _is_over(self) -> bool:
        return self._lawful is not None and self._lawful.is_over

    def _propose(self) -> tuple[int, list[int]]:
        """The length of the match, and what may follow the text so far."""
        if self._lookup is None or self._pace is None:
            return 0, []
        return self._lookup.draft(self._pace.most + 1)

    def _worth_trying(self, match: int, limit: int, given: int) -> int:
        """How many tokens to verify beside the ``given`` next ones."""
        if self._pace is None:
            return 0
        room = min(limit - self._tokens, self._model.context_size - self._position - given)
        if self._model.exact:
            room = min(room, EXACT_BATCH - given)
        return max(0, min(self._pace.length(match), room))

    def _verify(self, given: Sequence[int], draft: Sequence[int]) -> list[int]:
        """Evaluate ``given`` and ``draft`` in one pass; the tokens chosen after ``given``: those of
        the draft that were right, then one of the model's own."""
        batch = [*given, *draft]
        rows = self._model.evaluate(batch, self._position, range(len(given) - 1, len(batch)))
        chosen: list[int] = []
        for row, drafted in zip(rows, [*draft, None], strict=True):
            chosen.append(self._sampler.choose(row))
            if chosen[-1] != drafted:
                break
        self._passes += 1
        self._drafted += len(draft)
        self._accepted += len(chosen) - 1
        self._position += len(given) + len(chosen) - 1
        if len(chosen) <= len(draft):
            self._model.forget(self._position)
        return chosen

    def _say(self, tokens: Sequence[int]) -> Iterator[Piece]:
        data = b""
        for token in tokens:
            data += self._model.piece(token)
            if self._lookup is not None:
                self._lookup.add(token)
        self._tokens += len(tokens)
        yield from self._show(self._characters.decode(data))

    def _show(self, characters: str, *, last: bool = False) -> Iterator[Piece]:
        """Show ``characters``, but never half a number: a text that is stopped or cut there would
        hold one that its source does not."""
        whole = self._lawful is None or self._lawful.may_show_after(self._tokens)
        if text := self._outlet.take(characters, whole=whole, last=last):
            yield Piece(text)
