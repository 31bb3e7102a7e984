"""Between the core's offsets (code points) and Qt's (UTF-16 units): the only place that converts.

A character outside the Basic Multilingual Plane, such as most emoji, is one code point and
two UTF-16 units.
"""

from __future__ import annotations

from bisect import bisect_left

_LAST_OF_PLANE = "\uffff"


class Offsets:
    """Converts offsets into one text, both ways, in logarithmic time."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [i for i, character in enumerate(text) if character > _LAST_OF_PLANE]
        self._wide_units = [index + rank for rank, index in enumerate(self._wide)]

    def to_qt(self, code_point: int) -> int:
        """The UTF-16 offset of the code point at ``code_point``, held inside the text."""
        held = min(max(code_point, 0), self._length)
        return held + bisect_left(self._wide, held)

    def to_core(self, unit: int) -> int:
        """The code point offset of UTF-16 ``unit``; inside a pair, that of its character."""
        held = min(max(unit, 0), self._length + len(self._wide))
        before = bisect_left(self._wide_units, held)
        if before and self._wide_units[before - 1] + 1 == held:
            return self._wide[before - 1]
        return held - before
