"""Speculation from the source: draft tokens are looked up, not computed.

A draft repeats its source. When the last few tokens stand somewhere in the prompt or in the text
already written, what followed there is proposed, and all of it is verified in one batch (prompt
lookup decoding, Saxena 2023; the verification is that of Leviathan et al., « Fast Inference from
Transformers via Speculative Decoding », 2023, section 2, with a draft that has no probability of
its own). How many to propose depends on what a batch costs on this PC and on recent success.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LONGEST_MATCH = 5
SHORTEST_MATCH = 2
_PROBE_EVERY = 32
_PAYS_FROM = 1.03
_MEMORY = 0.9
_FIRST_GUESS = {2: 0.4, 3: 0.6, 4: 0.75, 5: 0.85}


class Lookup:
    """Where every run of 2 to 5 tokens was last seen."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens: list[int] = []
        self._last: dict[tuple[int, ...], int] = {}
        for token in tokens:
            self.add(token)

    def add(self, token: int) -> None:
        """The text goes on with ``token``."""
        # A run is indexed once something follows it, so that it never proposes its own end.
        position = len(self._tokens)
        for length in range(SHORTEST_MATCH, min(LONGEST_MATCH, position) + 1):
            self._last[tuple(self._tokens[position - length :])] = position
        self._tokens.append(token)

    def draft(self, most: int) -> tuple[int, list[int]]:
        """The length of the longest run that was seen before, and up to ``most`` tokens that
        followed it; (0, []) where there is none."""
        for length in range(min(LONGEST_MATCH, len(self._tokens)), SHORTEST_MATCH - 1, -1):
            position = self._last.get(tuple(self._tokens[-length:]))
            if position is not None:
                return length, self._tokens[position : position + most]
        return 0, []


class Pace:
    """Decides how many draft tokens to try.

    ``costs`` gives the time of a batch of n tokens relative to one token, as measured on this PC.
    """

    def __init__(self, costs: Mapping[int, float]) -> None:
        self._costs = dict(costs)
        self._accepted = dict(_FIRST_GUESS)
        self._since_probe = 0

    @property
    def most(self) -> int:
        """The longest draft that is ever worth trying."""
        return max(self._costs) - 1

    def length(self, match: int) -> int:
        """How many draft tokens to verify after a match of ``match`` tokens; 0: none."""
        if not match:
            return 0
        best, gain = 0, _PAYS_FROM
        for size, cost in self._costs.items():
            expected = _expected_tokens(self._accepted[match], size - 1) / cost
            if size > 1 and expected > gain:
                best, gain = size - 1, expected
        if best:
            return best
        # Switched off: try the cheapest draft now and then, the text may have turned to copying.
        self._since_probe += 1
        if self._since_probe < _PROBE_EVERY:
            return 0
        self._since_probe = 0
        return min((size for size in self._costs if size > 1), default=1) - 1

    def learn(self, match: int, proposed: int, accepted: int) -> None:
        """``accepted`` of ``proposed`` draft tokens after a match of ``match`` were right."""
        trials = min(accepted + 1, proposed)  # nothing is known of those after the first mistake
        weight = _MEMORY**trials
        rate = accepted / trials
        self._accepted[match] = weight * self._accepted[match] + (1 - weight) * rate


def _expected_tokens(rate: float, drafted: int) -> float:
    """Tokens that one batch yields: its own, and the draft's up to the first mistake."""
    return sum(rate**i for i in range(drafted + 1))
