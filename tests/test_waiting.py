"""A terminal that waits for another thread."""

from __future__ import annotations

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.waiting import Waiting


def test_what_came_is_given_or_raised() -> None:
    waiting: Waiting[int] = Waiting()
    waiting.bring(3)
    assert waiting.result(lambda: None) == 3
    waiting.bring(AparteError(ErrorCode.QUESTION_EMPTY))
    with pytest.raises(AparteError):
        waiting.result(lambda: None)


class Interrupted:
    """A queue in front of which the user presses Ctrl-C, once."""

    def __init__(self) -> None:
        self.asked = 0

    def put(self, _news: object) -> None:
        """Nothing comes by itself."""

    def get(self) -> int:
        self.asked += 1
        if self.asked == 1:
            raise KeyboardInterrupt
        return 3


def test_an_interruption_cancels_then_waits_for_the_end() -> None:
    front = Interrupted()
    waiting: Waiting[int] = Waiting(front)
    cancelled: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        waiting.result(lambda: cancelled.append(front.asked))
    assert (cancelled, front.asked) == ([1], 2)
