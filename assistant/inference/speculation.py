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
_FIRST_GUESS = {2: 0.25, 3: 0.45, 4: 0.62, 5: 0.8}
_GUESS_WEIGHT = 8.0
_MEMORY = 0.99
_STEADY_PASSES = 20.0


class Lookup:
    """Where every run of 2 to 5 tokens was last seen."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens = list(tokens)
        self._indexed = 0
        self._last: dict[tuple[int, ...], int] = {}

    def add(self, token: int) -> None:
        """The text goes on with ``token``."""
        self._tokens.append(token)

    def draft(self, most: int) -> tuple[int, list[int]]:
        """The length of the longest run that was seen before, and up to ``most`` tokens that
        followed it; (0, []) where there is none."""
        self._index()
        for length in range(min(LONGEST_MATCH, len(self._tokens)), SHORTEST_MATCH - 1, -1):
            position = self._last.get(tuple(self._tokens[-length:]))
            if position is not None:
                return length, self._tokens[position : position + most]
        return 0, []

    def _index(self) -> None:
        # A run is indexed once something follows it, so that it never proposes its own end.
        for position in range(self._indexed, len(self._tokens)):
            for length in range(SHORTEST_MATCH, min(LONGEST_MATCH, position) + 1):
                self._last[tuple(self._tokens[position - length : position])] = position
        self._indexed = len(self._tokens)


class Pace:
    """Decides how many draft tokens to try.

    ``costs`` gives the time of a batch of n tokens relative to one token, as measured on this PC.

    The chance that a draft token is right depends on how many tokens before it stand in the source
    just so; each one that is right makes the match of the next one longer. What a look-up proposes
    is compared with what is written even where it was not tried, so that a text that turns to
    copying is seen at no cost. A draft is tried where the tokens it should bring, at the pace of
    the whole text so far, are worth more time than it takes (the renewal-reward rule: Ross,
    « Applied Probability Models with Optimization Applications », 1970, chapter 7).
    """

    def __init__(self, costs: Mapping[int, float]) -> None:
        self._costs = dict(sorted(costs.items()))
        self._seen = dict.fromkeys(_FIRST_GUESS, _GUESS_WEIGHT)
        self._right = {match: rate * _GUESS_WEIGHT for match, rate in _FIRST_GUESS.items()}
        self._tokens = self._spent = _STEADY_PASSES

    @property
    def most(self) -> int:
        """The longest draft that is ever worth trying."""
        return max(self._costs) - 1

    def length(self, match: int) -> int:
        """How many draft tokens to verify after a match of ``match`` tokens; 0: none."""
        if not match:
            return 0
        tokens_a_step = max(1.0, self._tokens / self._spent)
        best, gain = 0, 1.0 - tokens_a_step
        expected = chance = 1.0
        evaluated = 1
        for size, cost in self._costs.items():
            for place in range(evaluated - 1, size - 1):
                chance *= self._chance(match + place)
                expected += chance
            evaluated = size
            if expected - tokens_a_step * cost > gain:
                best, gain = size - 1, expected - tokens_a_step * cost
        return best

    def learn(
        self, match: int, proposed: Sequence[int], written: Sequence[int], evaluated: int
    ) -> None:
        """A batch of ``evaluated`` tokens gave the tokens ``written``, where a look-up had
        ``proposed`` others after a match of ``match`` tokens."""
        for place, (ours, theirs) in enumerate(zip(proposed, written, strict=False)):
            known = min(match + place, LONGEST_MATCH)
            self._seen[known] = self._seen[known] * _MEMORY + 1
            self._right[known] = self._right[known] * _MEMORY + (ours == theirs)
            if ours != theirs:
                break
        self._tokens = self._tokens * _MEMORY + len(written)
        self._spent = self._spent * _MEMORY + cost_of(evaluated, self._costs)

    def _chance(self, match: int) -> float:
        known = min(match, LONGEST_MATCH)
        return self._right[known] / self._seen[known]


def cost_of(size: int, costs: Mapping[int, float]) -> float:
    """The cost of a batch of ``size`` tokens, on a line between the sizes measured."""
    below = max(known for known in costs if known <= size)
    above = min((known for known in costs if known >= size), default=below)
    if above == below:
        return costs[below]
    share = (size - below) / (above - below)
    return costs[below] + share * (costs[above] - costs[below])
