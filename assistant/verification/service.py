"""What the nlp worker answers about drafts: their check against the source."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.errors import AparteError, ErrorCode
from assistant.protocol import Check, Checked, Done, Event, Request

if TYPE_CHECKING:  # EDS-NLP takes seconds to load: with the first request
    from assistant.verification.check import Check as Checker


class Service:
    """Answers requests one at a time. A request without a draft only loads what a check needs."""

    def __init__(self) -> None:
        self._checker: Checker | None = None

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``; raises AparteError with the code to report."""
        if not isinstance(request, Check):
            raise AparteError(ErrorCode.WORKER_FAULT)
        began = time.monotonic()
        if self._checker is None:
            from assistant.verification.check import Check as Checker

            self._checker = Checker()
        if request.draft.strip():
            findings, origins = self._checker.check(request.source, request.draft)
            yield Checked(request.id, findings, origins)
        yield Done(request.id, 0, round(time.monotonic() - began, 4))
