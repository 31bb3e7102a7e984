"""The words the app and its workers exchange: one JSON object a line, over pipes.

A request holds everything it needs, the model's file included, so a worker that was just
restarted answers it like any other. Only codes and numbers describe a failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from assistant.documents import Span
from assistant.findings import Finding, Kind, Origin, Severity


class GarbledError(ValueError):
    """A line that is none of our messages."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A verified GGUF file and the context, in tokens, it is to be loaded with. ``fingerprint``
    names the file's content; states of prompts that are about no patient are kept in the folder
    ``states``, nowhere if it is empty. ``exact``: a text is the same to the token with drafts from
    its source as without; reading is slower."""

    path: str
    context: int
    fingerprint: str = ""
    states: str = ""
    exact: bool = False


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

    Unless ``locked`` is False, the text can hold no number that the source does not hold, but those
    of ``allowed``. It is a text of ``grammar`` (GBNF) or a JSON value valid against ``schema``
    where one of them is given, and ends before the first of ``stops``."""

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
    locked: bool = True
    grammar: str = ""
    schema: str = ""
    stops: list[str] = field(default_factory=list)


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
class PackFile:
    """A guide pack that was checked, and the guides wanted of it: it is read only if it still has
    this hash."""

    path: str
    sha256: str
    guides: list[str]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All that a search needs: the packs, the folder of the embedder and the hash of what is in
    it, and the folder where the index is kept (nowhere if it is empty). ``questions`` says whether
    the questions that come with the guides are searched with their passages."""

    packs: list[PackFile]
    embedder: str
    embedder_sha256: str
    index: str
    questions: bool = True


@dataclass(frozen=True, slots=True)
class Shelve:
    """Make the index of a shelf, or read it back, ahead of the first search."""

    kind: ClassVar[str] = "shelve"
    id: int
    shelf: Shelf


@dataclass(frozen=True, slots=True)
class Search:
    """Find the ``limit`` passages nearest to ``question``, by « fusion », « bm25 » or « vecteurs ».
    ``guides`` names those to look in; all of them if it is empty."""

    kind: ClassVar[str] = "search"
    id: int
    shelf: Shelf
    question: str
    limit: int
    ranking: str = "fusion"
    guides: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Quote:
    """Answer ``question`` with sentences of the guides, or say that they do not."""

    kind: ClassVar[str] = "quote"
    id: int
    shelf: Shelf
    question: str
    guides: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Support:
    """Say how well ``passages[i]`` supports ``sentences[i]``."""

    kind: ClassVar[str] = "support"
    id: int
    shelf: Shelf
    sentences: list[str]
    passages: list[str]


@dataclass(frozen=True, slots=True)
class Extract:
    """Take the text out of a PDF, DOCX, Markdown or text file."""

    kind: ClassVar[str] = "extract"
    id: int
    path: str


@dataclass(frozen=True, slots=True)
class Check:
    """Check ``draft`` against ``source``; an empty draft only loads what a check needs."""

    kind: ClassVar[str] = "check"
    id: int
    source: str
    draft: str


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
class Indexing:
    """``done`` of ``total`` passages are in the index."""

    kind: ClassVar[str] = "indexing"
    id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """The index is ready: ``passages`` in all, ``embedded`` of them new."""

    kind: ClassVar[str] = "indexed"
    id: int
    passages: int
    embedded: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: the characters from ``start`` to ``end`` of a guide's text.
    ``score`` ranks it, ``cosine`` compares its meaning with the question's, ``coverage`` is the
    share of the question's telling words that it holds."""

    guide: str
    version: str
    section: list[str]
    page: int | None
    start: int
    end: int
    text: str
    score: float
    cosine: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest passages, best first. ``confidence`` is the probability that they answer, and
    ``answers`` whether that is enough; ``questions`` are neighbouring ones that the guides
    answer. ``elsewhere`` is the theme of the nearest questions that they do not answer, or -1."""

    kind: ClassVar[str] = "found"
    id: int
    hits: list[Hit]
    confidence: float
    answers: bool
    questions: list[str] = field(default_factory=list)
    elsewhere: int = -1


@dataclass(frozen=True, slots=True)
class Quoted:
    """The sentences that answer best: characters ``starts[i]`` to ``ends[i]`` of the guide of
    passage ``found[i]`` among those found, in the order they are to be read."""

    kind: ClassVar[str] = "quoted"
    id: int
    found: list[int]
    starts: list[int]
    ends: list[int]


@dataclass(frozen=True, slots=True)
class Supported:
    """For each sentence, the cosine with its passage, and the share of its words found there."""

    kind: ClassVar[str] = "supported"
    id: int
    similarities: list[float]
    overlaps: list[float]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The next blocks of a document: the kind of each, the level of a heading or the number of an
    item (0 for the rest), the page (0 where the document has none), and the text."""

    kind: ClassVar[str] = "extracted"
    id: int
    kinds: list[str]
    levels: list[int]
    pages: list[int]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found, grave findings first, and where each sentence comes from."""

    kind: ClassVar[str] = "checked"
    id: int
    findings: list[Finding]
    origins: list[Origin]


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


ModelRequest = Load | Place | Write | Measure
GuideRequest = Shelve | Search | Quote | Support
Request = ModelRequest | GuideRequest | Extract | Check
Event = (
    Ready | Loaded | Read | Fitted | Placed | Written | Measuring | Measured
    | Indexing | Indexed | Found | Quoted | Supported | Extracted | Checked | Done | Failed
)  # fmt: skip

_REQUESTS: dict[str, type[Request | Cancel]] = {
    c.kind: c
    for c in (Load, Place, Write, Measure, Shelve, Search, Quote, Support, Extract, Check, Cancel)
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
        Indexing,
        Indexed,
        Found,
        Quoted,
        Supported,
        Extracted,
        Checked,
        Done,
        Failed,
    )
}
# How a word that is an object, or a list of them, is read back.
_NESTED: dict[str, Callable[[Any], Any]] = {
    "model": lambda words: ModelFile(**words),
    "shelf": lambda words: _shelf(**words),
    "hits": lambda words: [Hit(**hit) for hit in words],
    "findings": lambda words: [_finding(**finding) for finding in words],
    "origins": lambda words: [_origin(**origin) for origin in words],
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
        for name, read in _NESTED.items():
            if name in words:
                words[name] = read(words[name])
        return message(**words)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise GarbledError(len(line)) from fault


def _shelf(packs: list[dict[str, Any]], **words: Any) -> Shelf:
    return Shelf(packs=[PackFile(**pack) for pack in packs], **words)


def _finding(kind: str, severity: str, draft_span: Any, source_span: Any, **words: Any) -> Finding:
    return Finding(Kind(kind), Severity(severity), _span(draft_span), _span(source_span), **words)


def _origin(sentence: dict[str, int], places: list[dict[str, int]], share: float) -> Origin:
    return Origin(Span(**sentence), tuple(Span(**place) for place in places), share)


def _span(words: dict[str, int] | None) -> Span | None:
    return None if words is None else Span(**words)
