"""Historique: what the vault keeps, by date or by words, to take up again or to delete."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from assistant.documents import Mode
from assistant.errors import AparteError
from assistant.gui.controls import Button, label
from assistant.gui.history_row import HistoryEntry, HistoryRow
from assistant.gui.lock_page import text_field
from assistant.gui.notice import Notice
from assistant.gui.page import Page
from assistant.gui.phrases import NBSP, THIN, count
from assistant.gui.safekeeping import Safekeeping
from assistant.gui.vault_phrases import title_and_detail
from assistant.gui.version_changes import VersionChanges
from assistant.tasks import Desk
from assistant.vault.records import Records
from assistant.vault.search import MARK_END, MARK_START
from assistant.vault.versions import Version
from assistant.vault.works import Work

SHOWN = 40
TYPING_PAUSE_MS = 250
EMPTY = "Rien n’est gardé pour l’instant."
NOT_FOUND = "Aucun texte du coffre ne contient tous ces mots."


class HistoryPage(Page):
    """Asks ``keeping``'s vault; ``resume_asked`` carries a Work."""

    resume_asked = Signal(object)

    def __init__(self, desk: Desk, keeping: Safekeeping) -> None:
        super().__init__("Historique", desk)
        self._keeping = keeping
        self._limit = SHOWN
        self.rows: list[HistoryRow] = []
        self._opened = ""
        self.notice = Notice(flush=True)
        self.asked = text_field("Chercher dans le coffre")
        self.said = label("", "secondControl", wrap=True)
        self.more = Button("Plus anciens", "outlined")
        self.changes = VersionChanges()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self.asked.textChanged.connect(self._pause.start)
        self.more.clicked.connect(self._show_more)
        self.changes.restore_asked.connect(self._restore)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        for part in (self.notice, self.asked, self.said):
            self.column.addWidget(part)
        self.column.addLayout(self._list)
        self.column.addWidget(self.more)
        self.column.addStretch(1)
        self.row.addWidget(self.changes)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def look(self) -> None:
        """Ask the vault again for what is to be shown."""
        asked, limit = self.asked.text(), self._limit
        found = self._keeping.vault.ask(lambda records: entries(records, asked, limit))
        self._keeping.then(found, self._show)

    def forget(self) -> None:
        """Show nothing: the vault is locked."""
        self._clear()
        self.asked.clear()
        self.changes.hide()
        self.notice.dismiss()

    def _show(self, found: list[HistoryEntry] | AparteError) -> None:
        self._clear()
        self.more.setVisible(False)
        if isinstance(found, AparteError):
            self.said.setText(found.sentence)
            return
        asked = bool(self.asked.text().strip())
        self.said.setText("" if found else (NOT_FOUND if asked else EMPTY))
        self.said.setVisible(not found)
        self.more.setVisible(len(found) >= self._limit and not asked)
        for entry in found:
            row = HistoryRow(entry)
            row.chosen.connect(partial(self._choose, row))
            row.resume_asked.connect(partial(self._resume, entry))
            row.delete_asked.connect(partial(self._ask_deletion, entry))
            row.version_asked.connect(partial(self._show_version, entry))
            row.set_open(entry.source.id == self._opened)
            self.rows.append(row)
            self._list.addWidget(row)

    def _clear(self) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []

    def _show_more(self) -> None:
        self._limit += SHOWN
        self.look()

    def _choose(self, chosen: HistoryRow) -> None:
        source_id = chosen.entry.source.id
        self._opened = "" if source_id == self._opened else source_id
        for row in self.rows:
            row.set_open(row.entry.source.id == self._opened)

    def _show_version(self, entry: HistoryEntry, version: Version) -> None:
        earlier = [known for known in entry.versions if known.number < version.number]
        self.changes.show_version(version, earlier[-1] if earlier else None)

    def _resume(self, entry: HistoryEntry) -> None:
        last = entry.versions[-1] if entry.versions else None
        self.resume_asked.emit(work_of(entry, last))

    def _restore(self, version: Version) -> None:
        for row in self.rows:
            if row.entry.source.id == version.source_id:
                now = self._keeping.vault.ask(partial(_restored, version))
                self._keeping.then(now, partial(self._restored, row.entry))

    def _restored(self, entry: HistoryEntry, version: Version | AparteError) -> None:
        if isinstance(version, AparteError):
            self.notice.tell(*title_and_detail(version.sentence))
            return
        self.changes.hide()
        self.resume_asked.emit(work_of(entry, version))

    def _ask_deletion(self, entry: HistoryEntry) -> None:
        many = len(entry.versions)
        drafts = f" et {'ses' if many > 1 else 'son'} {count(many, 'brouillon')}" if many else ""
        self.notice.tell(
            f"Effacer ce texte{drafts}{THIN}?",
            f"C’est définitif{NBSP}: il quitte le coffre et sa copie.",
            [("Effacer définitivement", partial(self._delete, entry)), ("Garder", self._keep)],
        )

    def _delete(self, entry: HistoryEntry) -> None:
        self.notice.dismiss()
        self.changes.hide()
        ids = [entry.source.id]
        gone = self._keeping.vault.ask_room(lambda room: room.delete_sources(ids))
        self._keeping.then(gone, lambda _: self.look())

    def _keep(self) -> None:
        self.notice.dismiss()


def entries(records: Records, asked: str, limit: int) -> list[HistoryEntry]:
    """The last works, or those that hold every word of ``asked``, with their versions."""
    if not asked.strip():
        sources = {source.id: (source, "") for source in records.sources.recent(limit)}
    else:
        sources = {}
        for found in records.search.find(asked, limit):
            source = records.sources.get(found.source_id)
            if source is not None and source.id not in sources:
                plain = found.excerpt.replace(MARK_START, "").replace(MARK_END, "")
                sources[source.id] = (source, " ".join(plain.split()))
    return [
        HistoryEntry(source, records.versions.of_source(source.id), excerpt)
        for source, excerpt in sources.values()
    ]


def work_of(entry: HistoryEntry, version: Version | None) -> Work:
    """The work that ``entry`` is, with ``version`` on screen."""
    source = entry.source
    form = version.draft.document_type if version else ""
    mode = version.draft.mode if version else Mode.STRICT_COPY
    shown = None if version is None else replace(version, number=0)
    return Work(source.id, source.opened_at, source.text, source.name, form, mode, shown)


def _restored(version: Version, records: Records) -> Version:
    return records.versions.restored(version, records.now())
