"""The guides of this PC, and whoever searches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.documents import Span
from assistant.engine import NLP_COMMAND, Engine, Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.guides import Citation, Rectangle
from assistant.guides_desk.adding import Adding
from assistant.guides_desk.asking import Asking
from assistant.guides_desk.citing import citations, told
from assistant.guides_desk.listeners import AdditionListener, AnswerListener, SearchListener
from assistant.log import Happening, record
from assistant.paths import index_folder
from assistant.protocol import Done, Event, Failed, Found, Search, Shelf, Shelve
from assistant.retrieval.embedder_files import shipped_embedder, verify_embedder
from assistant.retrieval.library import Library, LibraryGuide, open_library, remove_guide
from assistant.retrieval.patient_text import patient_signs
from assistant.retrieval.refusals import about_a_patient
from assistant.tasks import Desk

_TO_BE_NUMBERED = 0


@dataclass(frozen=True, slots=True)
class OpenPassage:
    """A passage in its guide: the bytes of the PDF with the page and the lines to highlight, where
    there is a PDF; and always the guide with the span to highlight in its text."""

    shelved: LibraryGuide
    span: Span
    page: int | None
    pdf: bytes | None
    rectangles: tuple[Rectangle, ...]


class GuidesDesk:
    """The guides of this PC, and whoever searches them."""

    def __init__(
        self,
        engine: Engine | None = None,
        *,
        writer: Desk | None = None,
        embedder: Path | None = None,
        index: Path | None = None,
    ) -> None:
        """``engine`` owns an nlp worker (one of its own if it is None); ``writer`` is the desk
        whose model writes the answers, where it can. Raises AparteError (GUIDES_MISSING,
        EMBEDDER_MISSING, EMBEDDER_ALTERED)."""
        self.engine = engine or Engine(NLP_COMMAND)
        self.writer = writer
        self._embedder = embedder or shipped_embedder()
        self._index = index or index_folder()
        self._embedder_sha256 = verify_embedder(self._embedder)
        self.library: Library = open_library()

    def reload(self) -> None:
        """Look again at what is on the shelf. Raises AparteError (GUIDES_MISSING)."""
        self.library = open_library()

    def prepare(self) -> Exchange:
        """Start the worker and make the index, in the background; a failure is told by the first
        question."""
        return self.engine.ask(Shelve(_TO_BE_NUMBERED, self.shelf), _not_listening)

    def ask(self, question: str, listener: AnswerListener, guides: Sequence[str] = ()) -> Asking:
        """Answer ``question`` from ``guides``, all of them by default; it goes on by itself.

        A question that looks like text about a patient is refused here: it goes nowhere.
        Raises AparteError (QUESTION_EMPTY).
        """
        asked = " ".join(question.split())
        if not any(c.isalnum() for c in asked):
            raise AparteError(ErrorCode.QUESTION_EMPTY)
        asking = Asking(self.engine, self.shelf, self.library, self.writer, asked, listener)
        if signs := patient_signs(question):
            record(Happening.QUESTION_ABOUT_A_PATIENT)
            listener.answered(about_a_patient(signs))
            return asking
        asking.begin(guides)
        return asking

    def search(
        self, words: str, listener: SearchListener, limit: int = 8, guides: Sequence[str] = ()
    ) -> Exchange | None:
        """Find passages, as one types. None for words that are no search, or that look like text
        about a patient: nothing is then sent, and nothing is told."""
        typed = " ".join(words.split())
        if not any(c.isalnum() for c in typed) or patient_signs(words):
            return None
        found: list[Found] = []

        def hear(event: Event) -> None:
            match event:
                case Found():
                    found.append(event)
                case Done():
                    listener.found(citations(self.library, found[0].hits))
                case Failed():
                    listener.failed(told(event))
                case _:
                    pass

        request = Search(_TO_BE_NUMBERED, self.shelf, typed, limit, guides=list(guides))
        return self.engine.ask(request, hear)

    def open(self, citation: Citation) -> OpenPassage:
        """The passage of ``citation`` in its guide. Raises AparteError (GUIDE_UNKNOWN,
        PACK_ALTERED)."""
        passage = citation.passage
        return OpenPassage(
            shelved=self.library.find(passage.guide),
            span=passage.span,
            page=passage.page,
            pdf=self.library.pdf(passage.guide),
            rectangles=self.library.rectangles(passage),
        )

    def add(self, path: Path, listener: AdditionListener) -> Adding:
        """Put a pack, or a document of the hospital's own, on the shelf; a document is read in a
        sealed process of its own, which is limited in time and memory."""
        adding = Adding(path, listener, self._shelved)
        adding.begin()
        return adding

    def remove(self, guide_id: str) -> None:
        """Take a guide off the shelf. Raises AparteError (GUIDE_UNKNOWN, GUIDE_KEPT,
        GUIDE_UNWRITABLE)."""
        remove_guide(self.library, guide_id)
        self.reload()

    def close(self) -> None:
        """End the worker."""
        self.engine.close()

    @property
    def shelf(self) -> Shelf:
        """All that the worker needs to search the guides."""
        return Shelf(
            self.library.files, str(self._embedder), self._embedder_sha256, str(self._index)
        )

    def _shelved(self, ids: list[str]) -> tuple[LibraryGuide, ...]:
        self.reload()
        return tuple(self.library.find(guide_id) for guide_id in ids)


def _not_listening(_event: Event) -> None:
    """Nobody waits for this exchange's events."""
