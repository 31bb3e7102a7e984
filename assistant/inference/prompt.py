"""A prompt as tokens, and the one way it is cut into batches.

The same tokens evaluated in batches of other sizes give slightly other logits. So the cut depends
on the prompt alone: at each border (the end of what never changes, of the source, of the
request), every CHUNK tokens between two borders, and before the last token. A prompt resumed from
a kept prefix is then read exactly as one read from nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

CHUNK = 128


@dataclass(frozen=True, slots=True)
class Prompt:
    """``borders`` are positions where one stretch ends and the next begins, ascending, the last one
    being the prompt's length. The first ``fixed`` tokens hold nothing about a patient."""

    tokens: list[int]
    borders: tuple[int, ...]
    fixed: int = 0

    @classmethod
    def of(cls, stretches: list[list[int]], fixed_stretches: int = 0) -> Prompt:
        """The prompt made of ``stretches``, a border after each; the first ``fixed_stretches`` are
        about no patient, and nothing is gained by a border between two of those."""
        tokens: list[int] = []
        borders: list[int] = []
        fixed = 0
        for number, stretch in enumerate(stretches, 1):
            tokens += stretch
            if number <= fixed_stretches:
                fixed = len(tokens)
            if number >= fixed_stretches:
                borders.append(len(tokens))
        return cls(tokens, tuple(dict.fromkeys(borders)), fixed)

    def ends(self) -> list[int]:
        """Where each batch ends, ascending."""
        found: set[int] = set()
        start = 0
        for border in self.borders:
            found |= {*range(start + CHUNK, border, CHUNK), border}
            start = border
        return sorted(found - {0})


def common_length(left: list[int], right: list[int]) -> int:
    """How many leading tokens two lists share."""
    shortest = min(len(left), len(right))
    if left[:shortest] == right[:shortest]:
        return shortest
    low, high = 0, shortest  # left[:low] == right[:low], left[:high] != right[:high]
    while high - low > 1:
        middle = (low + high) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle
    return low
