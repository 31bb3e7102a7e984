"""A check of a draft from end to end, for the window and the terminal alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.engine import Engine, Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.findings import Finding, Origin
from assistant.protocol import Check, Checked, Done, Event, Failed

_TO_BE_NUMBERED = 0
# The endings of a worker in words about a check; one that died is worth asking again.
_ENDINGS = {
    ErrorCode.WORKER_DIED: ErrorCode.CHECK_STOPPED,
    ErrorCode.WORKER_HUNG: ErrorCode.CHECK_FAILED,
    ErrorCode.WORKER_FAULT: ErrorCode.CHECK_FAILED,
    ErrorCode.WORKER_UNSTARTED: ErrorCode.CHECK_FAILED,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What the check of one draft found, and how long it took."""

    findings: tuple[Finding, ...]
    origins: tuple[Origin, ...]
    seconds: float


class Checker:
    """Has drafts checked by the nlp worker that ``engine`` owns."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def prepare(self) -> Exchange:
        """Load what a check needs, in the background."""
        return self.engine.ask(Check(_TO_BE_NUMBERED, "", ""), _not_listening)

    def check(
        self,
        source: str,
        draft: str,
        found: Callable[[Result], None],
        failed: Callable[[AparteError], None],
    ) -> Exchange:
        """Check ``draft`` against ``source``. One of ``found`` and ``failed`` is called once, on
        the engine's thread; cancelling the exchange fails it."""
        results: list[Checked] = []

        def hear(event: Event) -> None:
            match event:
                case Checked():
                    results.append(event)
                case Done():
                    findings = [f for r in results for f in r.findings]
                    origins = [o for r in results for o in r.origins]
                    found(Result(tuple(findings), tuple(origins), event.seconds))
                case Failed():
                    code = ErrorCode.from_name(event.code)
                    failed(AparteError(_ENDINGS.get(code, code), **event.facts))
                case _:
                    pass

        return self.engine.ask(Check(_TO_BE_NUMBERED, source, draft), hear)


def _not_listening(event: Event) -> None:
    """The first check tells whether loading worked."""
