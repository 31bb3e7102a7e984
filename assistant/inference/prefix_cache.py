"""What was read once is not read again: the working sequence, states in memory, states on disk.

Three places are looked in, from the cheapest: what the working sequence still holds (the same
source, another request), prefixes about no patient kept in memory (another form), and the same in
files that outlive the program. States are copied back rather than kept as further sequences of the
context: a copy takes hundredths of a second, and leaves the cells in the order of a first reading,
without which the text that follows is not the same to the letter.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from assistant.inference.model import Logits, Model, State
from assistant.inference.prompt import Prompt, common_length
from assistant.inference.state_store import StateStore

_MOST_BYTES = 256 << 20


@dataclass(slots=True)
class _Held:
    """Tokens that a sequence holds, where the batches that put them there ended, and what follows
    the last one; no logits where the prompt was not read to its end."""

    tokens: list[int]
    ends: list[int]
    logits: Logits | None = None

    def shared_with(self, prompt: Prompt) -> int:
        """The last batch end up to which ``prompt`` would be read exactly as this was."""
        shared = common_length(self.tokens, prompt.tokens)
        reusable = 0
        for ours, theirs in zip(self.ends, prompt.ends(), strict=False):
            if ours != theirs or ours > shared:
                break
            if ours < len(prompt.tokens) or self._is(prompt):
                reusable = ours
        return reusable

    def _is(self, prompt: Prompt) -> bool:
        return self.logits is not None and self.tokens == prompt.tokens


class PrefixCache:
    """The prefixes that ``model`` holds. ``store`` keeps those about no patient on disk."""

    def __init__(self, model: Model, store: StateStore | None = None) -> None:
        self._model = model
        self._store = store
        self._working = _Held([], [])
        self._states: OrderedDict[tuple[int, ...], State] = OrderedDict()

    @property
    def logits(self) -> Logits | None:
        """What follows the prompt that was read last; None if it was not read to its end."""
        return self._working.logits

    def resume(self, prompt: Prompt) -> int:
        """Bring the working sequence as far into ``prompt`` as what is kept allows; returns how
        many of its tokens need not be read: all of them where its logits are kept too."""
        reusable = self._working.shared_with(prompt)
        if reusable < prompt.fixed and self._restore(prompt):
            reusable = prompt.fixed
        if not self._model.forget(reusable):
            reusable = 0  # this model's memory can't be cut: it is read from the start
        if reusable < len(prompt.tokens):
            self._working.logits = None
        del self._working.tokens[reusable:]
        self._working.ends[:] = [end for end in self._working.ends if end <= reusable]
        return reusable

    def read(self, prompt: Prompt, end: int, logits: Logits | None = None) -> None:
        """The working sequence now holds ``prompt`` up to the batch end ``end``; ``logits`` follow
        it, and are copied."""
        self._working.logits = None if logits is None else logits.copy()
        self._working.tokens[:] = prompt.tokens[:end]
        self._working.ends[:] = [e for e in prompt.ends() if e <= end]
        if end == prompt.fixed:
            state = self._model.state()
            self._keep(prompt.tokens[:end], state)
            if self._store is not None:
                self._store.save(prompt.tokens[:end], state)

    def forget(self) -> None:
        """Drop everything about a patient and overwrite it; states about none stay."""
        if self._working.logits is not None:
            self._working.logits.fill(0)
        self._model.wipe()
        self._working = _Held([], [])

    def _restore(self, prompt: Prompt) -> bool:
        prefix = prompt.tokens[: prompt.fixed]
        state = self._states.get(tuple(prefix))
        if state is None and self._store is not None:
            state = self._store.load(prefix)
        if state is None or not self._model.restore(state):
            return False
        self._keep(prefix, state)
        self._working = _Held(prefix, [end for end in prompt.ends() if end <= prompt.fixed])
        return True

    def _keep(self, prefix: list[int], state: State) -> None:
        self._states[tuple(prefix)] = state
        self._states.move_to_end(tuple(prefix))
        while len(self._states) > 1 and sum(map(len, self._states.values())) > _MOST_BYTES:
            self._states.popitem(last=False)
