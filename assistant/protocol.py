"""The words the app and its workers exchange: one JSON object a line, over pipes.

A request holds everything it needs, the model's file included, so a worker that was just
restarted answers it like any other. Only codes and numbers describe a failure.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, TypeVar


class GarbledError(ValueError):
    """A line that is none of our messages."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A verified GGUF file and the context, in tokens, it is to be loaded with. ``fingerprint``
    names the file's content; states of prompts that are about no patient are kept in the folder
    ``states``, nowhere if it is empty."""

    path: str
    context: int
    fingerprint: str = ""
    states: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """Load a model ahead of its first use."""

    kind: ClassVar[str] = "load"
    id: int
    model: ModelFile


@dataclass(frozen=True, slots=True)
class Place:
    """Give every clause its topics. ``breaks[i]`` is what stands before clause i in the
    source: 0 nothing, 1 a line break, 2 a blank line.

    A model that was not trained for it is asked: ``system`` and ``before`` tell it what each of
    ``tags`` (single letters) stands for, the clauses follow, numbered, then ``after``.
    """

    kind: ClassVar[str] = "place"
    id: int
    model: ModelFile
    clauses: list[str]
    breaks: list[int]
    system: str = ""
    before: str = ""
    after: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Write:
    """Write from a system message and a user message: ``before``, the source, ``after``; at
    most ``limit`` tokens; 0 only reads, ahead of the request to come. Where all that does not fit,
    the end of the source alone is cut, and ``Fitted`` says where.

    The text can hold no number that the source does not hold, but those of ``allowed``."""

    kind: ClassVar[str] = "write"
    id: int
    model: ModelFile
    system: str
    before: str
    source: str
    after: str
    limit: int
    allowed: list[str] = field(default_factory=list)
    temperature: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """Measure one ``part`` of the benchmark with the model, ``repeats`` times, on a fictional
    ``text``. Part « pc » measures this PC and loads nothing."""

    kind: ClassVar[str] = "measure"
    id: int
    model: ModelFile
    part: str
    repeats: int
    text: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop request ``id``, also in the middle of a prefill."""

    kind: ClassVar[str] = "cancel"
    id: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The first line of a worker: whether the system sealed it."""

    kind: ClassVar[str] = "ready"
    id: int
    sealed: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is in memory. ``files`` and ``writes`` say which modes it can do."""

    kind: ClassVar[str] = "loaded"
    id: int
    description: str
    files: bool
    writes: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Read:
    """``done`` tokens of ``total`` have been read (prefill)."""

    kind: ClassVar[str] = "read"
    id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """Of the source's ``total`` characters, the first ``read`` ones fit the model's context."""

    kind: ClassVar[str] = "fitted"
    id: int
    read: int
    total: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Log-probabilities of ``topics`` for the clauses from ``first`` on: ``scores[i][j]`` is
    clause first + i under topic j. Without topics, they are those of the request's tags. An empty
    row is a clause the model could not read."""

    kind: ClassVar[str] = "placed"
    id: int
    first: int
    topics: list[str]
    scores: list[list[float]]


@dataclass(frozen=True, slots=True)
class Written:
    """The next piece of text."""

    kind: ClassVar[str] = "written"
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Measuring:
    """``done`` of ``total`` steps of a part are done; a part may start over, once a repeat."""

    kind: ClassVar[str] = "measuring"
    id: int
    part: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a part, by stable name."""

    kind: ClassVar[str] = "measured"
    id: int
    part: str
    figures: dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Done:
    """The request is answered. ``complete`` is False where ``limit`` cut the text."""

    kind: ClassVar[str] = "done"
    id: int
    tokens: int
    seconds: float
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """The request failed: an ``ErrorCode`` name."""

    kind: ClassVar[str] = "failed"
    id: int
    code: str
    facts: dict[str, str] = field(default_factory=dict)


Request = Load | Place | Write | Measure
Event = Ready | Loaded | Read | Fitted | Placed | Written | Measuring | Measured | Done | Failed

_REQUESTS: dict[str, type[Request | Cancel]] = {
    c.kind: c for c in (Load, Place, Write, Measure, Cancel)
}
_EVENTS: dict[str, type[Event]] = {
    c.kind: c
    for c in (
        Ready,
        Loaded,
        Read,
        Fitted,
        Placed,
        Written,
        Measuring,
        Measured,
        Done,
        Failed,
    )
}
_Message = TypeVar("_Message")


def encode(message: Request | Cancel | Event) -> bytes:
    """``message`` as one line. ASCII only, so no separator in a text can end it early."""
    words = {"kind": message.kind, **asdict(message)}
    return json.dumps(words, separators=(",", ":")).encode("ascii") + b"\n"


def decode_request(line: bytes) -> Request | Cancel:
    """The request in ``line``; raises GarbledError."""
    return _decode(line, _REQUESTS)


def decode_event(line: bytes) -> Event:
    """The event in ``line``; raises GarbledError."""
    return _decode(line, _EVENTS)


def _decode(line: bytes, kinds: dict[str, type[_Message]]) -> _Message:
    try:
        words: dict[str, Any] = json.loads(line)
        message = kinds[words.pop("kind")]
        names = {f.name for f in fields(message)}  # type: ignore[arg-type]
        if not set(words) <= names or not isinstance(words.get("id"), int):
            raise GarbledError
        if "model" in words:
            words["model"] = ModelFile(**words["model"])
        return message(**words)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise GarbledError(len(line)) from fault
