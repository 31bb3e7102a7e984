"""This PC's card: what a measure found, with what it was made, and what a clinician asks of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from assistant import __version__
from assistant.model_store.catalogue import ModelEntry
from assistant.paths import config_folder
from assistant.vault.safe_file import replace_file

Figures = dict[str, float | str]

NOTE_WORDS = 300
DRAFT_WORDS = 200
"""A note, and about the draft that a model writes from it."""

STRICT_COPY_SECONDS = f"strict_copy_{NOTE_WORDS}_words_s"
_SECONDS_A_MINUTE = 60


def about(model: ModelEntry) -> Figures:
    """What figures are of. Raises OSError for a model file that is gone."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "aparte": __version__,
        "llama_cpp_python": metadata.version("llama_cpp_python"),
        "model": model.name,
        "model_bytes": model.path.stat().st_size,
        "model_fingerprint": model.fingerprint,
        "context_tokens": model.context,
    }


@dataclass(frozen=True, slots=True)
class Card:
    """``figures`` by stable name, those of ``about`` included. A property is None where the figures
    it is made of are not there."""

    figures: Mapping[str, float | str]

    @property
    def made_at(self) -> datetime | None:
        """When the measure was made, in this PC's time."""
        try:
            return datetime.fromisoformat(str(self.figures["date"])).astimezone()
        except (KeyError, ValueError):
            return None

    @property
    def model_name(self) -> str:
        """The model it was made with."""
        return str(self.figures.get("model", ""))

    def is_of(self, model: ModelEntry) -> bool:
        """True if it was made with this very model."""
        try:
            return self.figures.get("model_fingerprint") == model.fingerprint
        except OSError:
            return False

    @property
    def reading_words_per_minute(self) -> float | None:
        """Words of a source read in a minute."""
        return self._by_word(self._number("prefill_512_tokens_per_s"))

    @property
    def writing_words_per_minute(self) -> float | None:
        """Words of a draft written in a minute, after a source of NOTE_WORDS."""
        seconds = self._number("task_300_words_writing_s")
        tokens = self._number("task_300_words_written_tokens")
        return self._by_word(tokens / seconds if seconds and tokens else None)

    @property
    def note_seconds(self) -> float | None:
        """A draft of DRAFT_WORDS written from a note of NOTE_WORDS."""
        reading, share = self._number("task_300_words_reading_s"), self._read_share
        writing = self.writing_words_per_minute
        if reading is None or not share or not writing:
            return None
        return reading / share + DRAFT_WORDS / writing * _SECONDS_A_MINUTE

    @property
    def strict_copy_seconds(self) -> float | None:
        """A note of NOTE_WORDS put in order."""
        return self._number(STRICT_COPY_SECONDS)

    @property
    def stop_seconds(self) -> float | None:
        """What a stop takes at most, 95 times out of 100."""
        found = (self._number(f"stop_{stage}_p95_s") for stage in ("prefill", "decode"))
        return max((seconds for seconds in found if seconds is not None), default=None)

    @property
    def memory_bytes(self) -> float | None:
        """The memory that the worker held once it had worked."""
        return self._number("worker_memory_bytes")

    @property
    def others_share(self) -> float:
        """The largest part of one core that other programs took during a step."""
        return self._number("other_programs_share") or 0.0

    @property
    def _read_share(self) -> float | None:
        return self._number("task_300_words_read_share")

    def _by_word(self, tokens_per_second: float | None) -> float | None:
        tokens, share = self._number("task_300_words_tokens"), self._read_share
        if tokens_per_second is None or not tokens or not share:
            return None
        return tokens_per_second * NOTE_WORDS * share / tokens * _SECONDS_A_MINUTE

    def _number(self, name: str) -> float | None:
        value = self.figures.get(name)
        return None if value is None or isinstance(value, str) else float(value)

    def as_json(self) -> str:
        """The figures, for a program."""
        return json.dumps(dict(self.figures), ensure_ascii=False, indent=1)


def last_card() -> Card | None:
    """The card of the last measure; None where none was kept or it can't be read."""
    try:
        figures = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return None
    sound = isinstance(figures, dict) and all(
        isinstance(value, int | float | str) for value in figures.values()
    )
    return Card(figures) if sound else None


def keep(card: Card) -> None:
    """Write ``card`` over the last one, whole. Raises OSError."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, card.as_json().encode())


def _file() -> Path:
    return config_folder() / "mesure.json"
