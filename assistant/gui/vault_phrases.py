"""What the window says of the vault, in French."""

from __future__ import annotations

import re
from datetime import date, datetime

from assistant.gui.phrases import NBSP, clock

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip

_BREAK = re.compile(rf"\. |{NBSP}: ")


def day(of: date) -> str:
    """« 21 novembre », « 1er décembre »."""
    number = "1er" if of.day == 1 else str(of.day)
    return f"{number}{NBSP}{MONTHS[of.month - 1]}"


def day_and_clock(moment: datetime) -> str:
    """« 21 novembre à 14 h 05 », in the user's own time."""
    local = moment.astimezone()
    return f"{day(local)} à {clock(local)}"


def title_and_detail(sentence: str) -> tuple[str, str]:
    """A sentence of ours as a notice shows it: what happened in bold, then what to do."""
    found = _BREAK.search(sentence)
    if found is None:
        return sentence, ""
    rest = sentence[found.end() :]
    return f"{sentence[: found.start()]}.", rest[:1].upper() + rest[1:]
