"""Questions to the guides and documents added to them, from end to end, for the window and the
terminal alike."""

from assistant.guides_desk.adding import Adding
from assistant.guides_desk.asking import Asking
from assistant.guides_desk.desk import GuidesDesk, OpenPassage
from assistant.guides_desk.listeners import (
    AdditionListener,
    AnswerListener,
    SearchListener,
    Stage,
)

__all__ = [
    "Adding",
    "AdditionListener",
    "AnswerListener",
    "Asking",
    "GuidesDesk",
    "OpenPassage",
    "SearchListener",
    "Stage",
]
