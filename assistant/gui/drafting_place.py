"""Rédiger: the top bar, the panes side by side, the foot, and what ties them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from assistant.documents import Source, Span
from assistant.errors import ErrorCode
from assistant.gui.draft_pane import DraftPane
from assistant.gui.drafting_flow import DraftingFlow
from assistant.gui.foot import Foot
from assistant.gui.phrases import clock
from assistant.gui.source_pane import SourcePane
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.gui.top_bar import TopBar
from assistant.tasks import Desk


class DraftingPlace(QWidget):
    """Where one drafts. A points pane will stand at the right of ``panes``, 320 px or more."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._desk = desk
        self.flow = DraftingFlow(desk, self)
        self.top = TopBar(desk, self.flow)
        self.source = SourcePane()
        self.draft = DraftPane(self.flow)
        self.foot = Foot(self.flow)
        self.panes = QHBoxLayout()
        self.panes.setSpacing(0)
        self.panes.addWidget(self.source)
        self.panes.addWidget(self.draft, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(self.panes, 1)
        column.addWidget(self.foot)
        self._connect()
        self.set_narrow(False)

    def _connect(self) -> None:
        flow = self.flow
        self.source.changed.connect(self._source_changed)
        self.source.opened.connect(self.top.main.setFocus)
        self.top.start_asked.connect(self.start)
        self.top.stop_asked.connect(flow.stop)
        self.draft.view.passage_chosen.connect(self._show_passage)
        self.draft.diagnosis_asked.connect(self.copy_diagnosis)
        self.foot.copy_asked.connect(self.copy)
        self.foot.save_asked.connect(self.save)
        flow.state_changed.connect(self._follow)
        flow.progressed.connect(self._show_read)

    def open_source(self, source: Source) -> None:
        """Show ``source``, ready to be drafted from."""
        self.source.open_source(source)

    def start(self) -> None:
        """Draft the source on screen."""
        self.flow.start()

    def copy(self) -> None:
        """Put the whole draft on the clipboard."""
        if self.draft.text and not self.flow.state.running:
            QGuiApplication.clipboard().setText(self.draft.text)
            self.foot.said.setText("Brouillon copié")

    def save(self) -> None:
        """Ask where, and write the draft as a text file."""
        if not self.draft.text or self.flow.state.running or self.flow.version is None:
            return
        name = f"{self.flow.version.form.title} {datetime.now():%Y-%m-%d %Hh%M}.txt"
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        proposed = str(Path(QStandardPaths.writableLocation(folder)) / name)
        kinds = "Fichier texte (*.txt)"
        path, _ = QFileDialog.getSaveFileName(self, "Enregistrer le brouillon", proposed, kinds)
        if path:
            self.save_to(path)

    def save_to(self, path: str) -> None:
        """Write the draft to ``path``: whole, or not at all."""
        file = QSaveFile(path)
        flags = QIODevice.OpenModeFlag.WriteOnly | QIODevice.OpenModeFlag.Text
        data = (self.draft.text + "\n").encode()
        if file.open(flags) and file.write(data) == len(data) and file.commit():
            self.foot.said.setText(f"Enregistré à {clock(datetime.now())}")
            return
        self.draft.notice.tell(
            ErrorCode.OUTPUT_UNWRITABLE.sentence, "", [("Enregistrer ailleurs", self.save)]
        )

    def copy_diagnosis(self) -> None:
        """Put what IT asks for on the clipboard; it holds no patient text."""
        QGuiApplication.clipboard().setText(self._desk.diagnosis())
        self.foot.said.setText("Diagnostic copié")

    def set_narrow(self, narrow: bool) -> None:
        """Give the source pane its width."""
        width = Space.SOURCE_NARROW if narrow else Space.SOURCE
        room = round(width * min(max(theme().text_scale, 1.0), 1.3))
        self.source.setFixedWidth(room + theme().tokens.line)
        self.foot.set_source_width(room)

    def rescale(self) -> None:
        """Take every fixed height from the text scale."""
        self.top.rescale()
        self.source.rescale()
        self.draft.rescale()

    def focus_pane(self, step: int) -> None:
        """Give the focus to the next pane, or to the one before."""
        panes = [self.source, self.draft]
        focus = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(panes) if focus and pane.isAncestorOf(focus)), None)
        wanted = panes[0] if here is None else panes[(here + step) % len(panes)]
        if wanted is self.draft:
            self.draft.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.source.take_focus()

    def undo(self) -> None:
        """Undo where the last correction can have been: the draft, else the source."""
        self._corrected(self.draft.undo.isEnabled()).undo()

    def redo(self) -> None:
        """The contrary of ``undo``."""
        self._corrected(self.draft.redo.isEnabled()).redo()

    def _corrected(self, draft_first: bool) -> QTextEdit:
        for text in (self.source.editor, self.draft.view):
            if text.hasFocus():
                return text
        return self.draft.view if draft_first else self.source.editor

    def close_flow(self) -> None:
        """Stop what runs; the window closes."""
        self.flow.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_narrow(self.window().width() < theme().px(Space.NARROW_UNDER))

    def _source_changed(self, text: str) -> None:
        if text != self.flow.source_text:
            self.flow.set_source(text, self.source.name)
            self.source.show_span(None)

    def _show_passage(self, span: Span | None) -> None:
        if not self.flow.source_changed:
            self.source.show_span(span)

    def _follow(self) -> None:
        flow = self.flow
        self.source.set_locked(flow.state.running)
        shown = flow.version is not None and flow.version.written and not flow.state.running
        self.source.set_changed_since(shown and flow.source_changed)
        if flow.state.running or not shown:
            self.source.show_span(None)
        self._show_read()

    def _show_read(self) -> None:
        flow = self.flow
        if not flow.state.running:
            self.source.editor.show_read(None)
            return
        self.source.editor.show_read(flow.progress.read if flow.progress else 0)
