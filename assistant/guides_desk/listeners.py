"""Who hears of questions, searches and additions."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from assistant.errors import AparteError
from assistant.guides import Answer, Citation
from assistant.retrieval.library import LibraryGuide


class Stage(StrEnum):
    """Where a question stands."""

    PREPARING = "preparing"
    SEARCHING = "searching"
    WRITING = "writing"
    CHECKING = "checking"


class AnswerListener(Protocol):
    """Hears of a question, on an engine's thread, or before ``ask`` returns. ``answered`` or
    ``failed`` comes last, once."""

    def progressed(self, stage: Stage, done: int, total: int) -> None:
        """``done`` of ``total`` steps of the stage are done; 0 of 0 where it has none."""

    def answered(self, answer: Answer) -> None:
        """The answer, or the refusal."""

    def failed(self, error: AparteError) -> None:
        """There will be no answer."""


class SearchListener(Protocol):
    """Hears of a search, on the engine's thread; one of the two, once."""

    def found(self, passages: tuple[Citation, ...]) -> None:
        """The nearest passages, best first."""

    def failed(self, error: AparteError) -> None:
        """The search could not be made."""


class AdditionListener(Protocol):
    """Hears of a document that is being added, on the engine's thread, or before ``add`` returns.
    ``added`` or ``failed`` comes last, once."""

    def progressed(self, done: int, total: int) -> None:
        """``done`` of ``total`` pages are read."""

    def added(self, guides: tuple[LibraryGuide, ...]) -> None:
        """The guides are on the shelf."""

    def failed(self, error: AparteError) -> None:
        """Nothing was added."""
