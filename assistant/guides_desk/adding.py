"""One pack or document, from the file to the shelf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from assistant.engine import EXTRACTOR_COMMAND, Engine, Exchange
from assistant.errors import AparteError, ErrorCode
from assistant.guides_desk.citing import ENDINGS
from assistant.guides_desk.listeners import AdditionListener
from assistant.log import Happening, record
from assistant.protocol import Done, Event, Extract, Extracted, Failed, Read
from assistant.retrieval.documents import document_archive, document_guide
from assistant.retrieval.library import LibraryGuide, keep_document, keep_pack
from assistant.retrieval.packs import open_pack
from assistant.retrieval.signatures import trusted_keys

_TO_BE_NUMBERED = 0
_PATIENCE = 70.0  # seconds: more than the extractor's own limit


class Adding:
    """One file on its way to the shelf. ``shelve`` is told the guides that were added, once they
    are kept, and gives them back as they stand on it."""

    def __init__(
        self,
        path: Path,
        listener: AdditionListener,
        shelve: Callable[[list[str]], tuple[LibraryGuide, ...]],
    ) -> None:
        self._path = path
        self._shelve = shelve
        self._listener = listener
        self._engine: Engine | None = None
        self._exchange: Exchange | None = None
        self._parts: list[Extracted] = []

    def begin(self) -> None:
        """Read the file."""
        if self._path.is_dir() or self._path.suffix.casefold() == ".zip":
            self._add_pack()
            return
        self._engine = Engine(EXTRACTOR_COMMAND, patience=_PATIENCE)
        request = Extract(_TO_BE_NUMBERED, str(self._path.absolute()))
        self._exchange = self._engine.ask(request, self._hear)

    def cancel(self) -> None:
        """Stop; returns at once, and the listener hears of it."""
        if self._exchange is not None:
            self._exchange.cancel()

    def close(self) -> None:
        """End the process that read the document; call it once the listener has heard."""
        if self._engine is not None:
            self._engine.close()

    def _add_pack(self) -> None:
        try:
            pack = open_pack(self._path, trusted_keys())
            keep_pack(pack.archive)
        except AparteError as fault:
            self._listener.failed(fault)
            return
        self._end([guide.id for guide in pack.guides])

    def _hear(self, event: Event) -> None:
        match event:
            case Read():
                self._listener.progressed(event.done, event.total)
            case Extracted():
                self._parts.append(event)
            case Failed():
                self._listener.failed(_extraction_error(event))
            case Done():
                self._keep_document()
            case _:
                pass

    def _keep_document(self) -> None:
        try:
            guide, raw = document_guide(self._path, self._parts, date.today())
            keep_document(document_archive(guide, raw, self._path), guide)
        except AparteError as fault:
            self._listener.failed(fault)
            return
        self._end([guide.id])

    def _end(self, ids: list[str]) -> None:
        try:
            added = self._shelve(ids)
        except AparteError as fault:
            self._listener.failed(fault)
            return
        record(Happening.GUIDES_ADDED, guides=len(added))
        self._listener.added(added)


def _extraction_error(failed: Failed) -> AparteError:
    """A reader that the system ended met one of its limits."""
    code = ErrorCode.from_name(failed.code)
    if code in ENDINGS:
        return AparteError(ErrorCode.DOCUMENT_TOO_SLOW)
    return AparteError(code, **failed.facts)
