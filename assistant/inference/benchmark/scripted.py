"""A loaded model made to say a given text, for measuring: random weights never copy, and a real
model stops when it likes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.inference.model import Logits, Model, Tokens


class ScriptedModel(Model):
    """The context and the cost of ``model``, whose most probable token at position ``start`` + i is
    ``script[i]``; past the script it chooses for itself, and it never ends by itself.

    Every token is evaluated as it would be: only the logits it is chosen from are touched.
    ``said`` gathers the tokens written.
    """

    def __init__(self, model: Model, script: Sequence[int] = (), start: int = 0) -> None:
        self.__dict__.update(model.__dict__)  # the same context, not a second one
        self._script = list(script)
        self._start = start
        self.said: list[int] = []

    def evaluate(self, tokens: Tokens, start: int, wanted: Sequence[int] = ()) -> list[Logits]:
        """As the model's own, with the script's token made the most probable of each row."""
        rows = super().evaluate(tokens, start, wanted)
        for row, offset in zip(rows, wanted, strict=True):
            index = start + offset + 1 - self._start
            if 0 <= index < len(self._script):
                row[self._script[index]] = np.inf
        return rows

    def piece(self, token: int) -> bytes:
        """As the model's own; the token is noted as said."""
        self.said.append(token)
        return super().piece(token)

    def is_end(self, token: int) -> bool:  # noqa: ARG002
        """Never: a measure writes as much as it was told to."""
        return False
