"""A checker without engine: answers at once what the test says, or later, or fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from assistant.checking import Checker, Result
from assistant.documents import Span
from assistant.engine import Engine, Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.findings import Finding, Kind, Origin, Severity
from assistant.protocol import Check

Rule = Callable[[str, str], Sequence[Finding]]


class FakeChecker(Checker):
    """``rule`` gives the findings of a source and a draft; nothing is found without one."""

    def __init__(self, rule: Rule | None = None) -> None:
        self.rule = rule
        self.origins: Callable[[str, str], Sequence[Origin]] = lambda _source, _draft: ()
        self.asked: list[tuple[str, str]] = []
        self.faults: list[ErrorCode] = []
        self.waits = False
        self._late: list[Callable[[], None]] = []

    def prepare(self) -> Exchange:
        return _exchange("", "")

    def check(
        self,
        source: str,
        draft: str,
        found: Callable[[Result], None],
        failed: Callable[[AparteError], None],
    ) -> Exchange:
        self.asked.append((source, draft))

        def answer() -> None:
            if self.faults:
                failed(AparteError(self.faults.pop(0)))
                return
            findings = tuple(self.rule(source, draft)) if self.rule else ()
            found(Result(findings, tuple(self.origins(source, draft)), 0.01))

        if self.waits:
            self._late.append(answer)
        else:
            answer()
        return _exchange(source, draft)

    def answer(self) -> None:
        """What was asked while it waited."""
        for late in self._late:
            late()
        self._late = []


def _exchange(source: str, draft: str) -> Exchange:
    return Exchange(cast("Engine", None), Check(0, source, draft), lambda _event: None)


def dose(source: str, draft: str, theirs: str, mine: str, subject: str = "bisoprolol") -> Finding:
    """A grave finding: ``subject`` is given as ``mine`` where the source says ``theirs``."""
    return Finding(
        Kind.DOSE,
        Severity.GRAVE,
        span(draft, f"{subject} {mine}", len(subject) + 1),
        span(source, f"{subject} {theirs}", len(subject) + 1),
        "Posologie différente de la source",
        f"La source dit {theirs} pour {subject}.",
        subject,
        theirs,
        mine,
        theirs,
    )


def omission(source: str, words: str, title: str = "Résultat en attente non repris") -> Finding:
    """A grave finding: the draft leaves ``words`` out."""
    told = "La source le dit, le brouillon non."
    place = span(source, words)
    return Finding(Kind.OMISSION, Severity.GRAVE, None, place, title, told, "", words)


def unsupported(draft: str, words: str) -> Finding:
    """A minor finding: nothing in the source says ``words``."""
    told = f"Rien dans la source ne dit : « {words} »"
    title = "Phrase sans appui dans la source"
    place = span(draft, words)
    return Finding(Kind.STATEMENT, Severity.MINOR, place, None, title, told, draft_value=words)


def span(text: str, words: str, skipped: int = 0) -> Span:
    """Where ``words`` stand in ``text``, the first ``skipped`` characters left out."""
    start = text.index(words)
    return Span(start + skipped, start + len(words))
