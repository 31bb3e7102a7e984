"""One question, from the search to the answer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.documents import Mode, Span
from assistant.engine import Engine, Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.guides import Answer, AnswerSentence, Citation
from assistant.guides_desk.citing import citation, citations, heading_of, told
from assistant.guides_desk.listeners import AnswerListener, Stage
from assistant.protocol import (
    Done,
    Event,
    Failed,
    Found,
    Indexing,
    Quote,
    Quoted,
    Read,
    Shelf,
    Support,
    Supported,
    Write,
    Written,
)
from assistant.retrieval.calibration import load_calibration
from assistant.retrieval.library import Library
from assistant.retrieval.refusals import not_covered
from assistant.retrieval.written_answer import SYSTEM, kept, prompt_for, read_sentences
from assistant.tasks import Desk

_TO_BE_NUMBERED = 0
_NEAREST = 3
_LONGEST_ANSWER = 400  # tokens


class Asking:
    """One question under way. ``writer`` is whoever writes the answer, if anybody does."""

    def __init__(
        self,
        engine: Engine,
        shelf: Shelf,
        library: Library,
        writer: Desk | None,
        question: str,
        listener: AnswerListener,
    ) -> None:
        self._engine = engine
        self._shelf = shelf
        self._library = library
        self._writer = writer
        self._question = question
        self._listener = listener
        self._exchange: Exchange | None = None
        self._cancelled = False
        self._found: Found | None = None
        self._quoted: Quoted | None = None
        self._written: list[str] = []
        self._told: list[AnswerSentence] = []
        self._supported: Supported | None = None

    def begin(self, guides: Sequence[str]) -> None:
        """Search, and quote."""
        self._listener.progressed(Stage.SEARCHING, 0, 0)
        request = Quote(_TO_BE_NUMBERED, self._shelf, self._question, list(guides))
        self._exchange = self._engine.ask(request, self._hear_search)

    def cancel(self) -> None:
        """Stop; returns at once, and the listener hears of it."""
        self._cancelled = True
        if self._exchange is not None:
            self._exchange.cancel()

    def _hear_search(self, event: Event) -> None:
        match event:
            case Indexing():
                self._listener.progressed(Stage.PREPARING, event.done, event.total)
            case Found():
                self._found = event
            case Quoted():
                self._quoted = event
            case Failed():
                self._listener.failed(told(event))
            case Done():
                self._after_search()
            case _:
                pass

    def _after_search(self) -> None:
        assert self._found is not None
        if self._quoted is None or not self._quoted.found:
            nearest = citations(self._library, self._found.hits[:_NEAREST])
            questions = tuple(self._found.questions)
            self._listener.answered(not_covered(self._found.elsewhere, nearest, questions))
        elif self._writer is not None and Mode.VERIFIED in self._writer.modes:
            self._ask_writer(self._writer)
        else:
            self._listener.answered(self._extracts())

    def _ask_writer(self, writer: Desk) -> None:
        assert self._found is not None
        self._listener.progressed(Stage.WRITING, 0, 0)
        prompt = prompt_for(self._question, self._found.hits)
        try:
            model = writer.model_file()
        except AparteError:
            self._listener.answered(self._extracts())
            return
        request = Write(
            _TO_BE_NUMBERED, model, SYSTEM, prompt.before, prompt.passages, prompt.after,
            _LONGEST_ANSWER, allowed=list(prompt.allowed), grammar=prompt.grammar,
        )  # fmt: skip
        self._exchange = writer.engine.ask(request, self._hear_writer)
        if self._cancelled:
            self._exchange.cancel()

    def _hear_writer(self, event: Event) -> None:
        match event:
            case Read():
                self._listener.progressed(Stage.WRITING, event.done, event.total)
            case Written():
                self._written.append(event.text)
            case Failed(code=ErrorCode.CANCELLED.name):
                self._listener.failed(told(event))
            case Failed():
                self._listener.answered(self._extracts())
            case Done():
                self._check_written()
            case _:
                pass

    def _check_written(self) -> None:
        assert self._found is not None
        hits = self._found.hits
        self._told = read_sentences("".join(self._written), len(hits))
        self._listener.progressed(Stage.CHECKING, 0, 0)
        request = Support(
            _TO_BE_NUMBERED,
            self._shelf,
            [sentence.text for sentence in self._told],
            [hits[sentence.citation - 1].text for sentence in self._told],
        )
        self._exchange = self._engine.ask(request, self._hear_check)
        if self._cancelled:
            self._exchange.cancel()

    def _hear_check(self, event: Event) -> None:
        match event:
            case Supported():
                self._supported = event
            case Failed(code=ErrorCode.CANCELLED.name):
                self._listener.failed(told(event))
            case Failed():
                self._listener.answered(self._extracts())
            case Done():
                self._listener.answered(self._checked())
            case _:
                pass

    def _checked(self) -> Answer:
        """What the model wrote and its passages support; the guides' own words where none is."""
        assert self._found is not None
        assert self._supported is not None
        sentences = kept(
            self._told, self._supported.overlaps, self._supported.similarities, load_calibration()
        )
        if not sentences:
            return self._extracts()
        order = list(dict.fromkeys(sentence.citation for sentence in sentences))
        return Answer(
            sentences=tuple(AnswerSentence(s.text, order.index(s.citation) + 1) for s in sentences),
            citations=tuple(
                citation(self._library, number, self._found.hits[cited - 1])
                for number, cited in enumerate(order, 1)
            ),
            nearest=self._others(set(order)),
            questions=tuple(self._found.questions),
            written=True,
        )

    def _extracts(self) -> Answer:
        """The answer in the guides' own words."""
        assert self._found is not None
        assert self._quoted is not None
        spans: dict[int, list[Span]] = {}
        for found, start, end in zip(
            self._quoted.found, self._quoted.starts, self._quoted.ends, strict=True
        ):
            spans.setdefault(found, []).append(Span(start, end))
        sentences: list[AnswerSentence] = []
        citations: list[Citation] = []
        for number, (found, quoted) in enumerate(spans.items(), 1):
            hit = self._found.hits[found]
            citations.append(citation(self._library, number, hit, tuple(quoted)))
            sentences += [
                AnswerSentence(
                    hit.text[s.start - hit.start : s.end - hit.start], number, heading_of(hit)
                )
                for s in quoted
            ]
        cited = {found + 1 for found in spans}
        questions = tuple(self._found.questions)
        return Answer(tuple(sentences), tuple(citations), self._others(cited), questions)

    def _others(self, cited: set[int]) -> tuple[Citation, ...]:
        """The nearest passages that the answer does not cite."""
        assert self._found is not None
        hits = [hit for n, hit in enumerate(self._found.hits, 1) if n not in cited]
        return citations(self._library, hits[:_NEAREST])
