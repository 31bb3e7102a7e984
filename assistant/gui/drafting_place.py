"""Rédiger: the top bar, the panes side by side, the foot, and what ties them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from assistant.checking import Checker
from assistant.documents import Mode, Source
from assistant.errors import ErrorCode
from assistant.gui.draft_pane import DraftPane
from assistant.gui.drafting_flow import DraftingFlow
from assistant.gui.foot import Foot
from assistant.gui.notice import Notice
from assistant.gui.pane import Pane
from assistant.gui.panes import Panes
from assistant.gui.phrases import clock
from assistant.gui.review import Review
from assistant.gui.source_pane import SourcePane
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.gui.top_bar import TopBar
from assistant.tasks import Desk

COPIED, SAVED = "copie", "fichier"


class DraftingPlace(QWidget):
    """Where one drafts, and reviews what was drafted. ``delivered`` says how a draft left."""

    delivered = Signal(str)

    def __init__(self, desk: Desk, checker: Checker) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._desk = desk
        self.flow = DraftingFlow(desk, self)
        self.top = TopBar(desk, self.flow)
        self.source = SourcePane()
        self.draft = DraftPane(self.flow)
        self.review = Review(checker, self.flow, self.draft.view, self.source.editor)
        self.panes = Panes(self.review, self.source, self.draft)
        self.points = self.panes.points
        self.foot = Foot(self.flow, self.review)
        self.notice = Notice()
        self.notice.setContentsMargins(0, Space.M, 0, 0)
        self.vault_notice = Notice()
        self.vault_notice.setContentsMargins(0, Space.M, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.notice)
        column.addWidget(self.vault_notice)
        column.addWidget(self.panes, 1)
        column.addWidget(self.foot)
        self._connect()
        self.set_narrow(False)

    def _connect(self) -> None:
        flow = self.flow
        self.source.changed.connect(self._source_changed)
        self.source.opened.connect(self.top.main.setFocus)
        self.top.start_asked.connect(self.start)
        self.top.stop_asked.connect(flow.stop)
        self.draft.diagnosis_asked.connect(self.copy_diagnosis)
        self.foot.copy_asked.connect(self.copy)
        self.foot.save_asked.connect(self.save)
        flow.state_changed.connect(self._follow)
        flow.progressed.connect(self._show_read)
        self.review.points_changed.connect(self._share_filled)
        flow.state_changed.connect(self._share_filled)

    def open_source(self, source: Source) -> None:
        """Show ``source``, ready to be drafted from."""
        self.source.open_source(source)

    def start(self) -> None:
        """Draft the source on screen."""
        self.flow.start()

    def choose_form(self, form_id: str, mode: Mode) -> None:
        """Draft a ``form_id`` in ``mode`` from now on, as far as the model can."""
        index = self.top.form.findData(form_id)
        if index >= 0:
            self.top.form.setCurrentIndex(index)
            self.flow.set_form(self._desk.forms[form_id])
        if mode in self.flow.form.served_by(self._desk.modes):
            self.flow.set_mode(mode)

    def copy(self) -> None:
        """Put the whole draft on the clipboard, once every grave point is decided."""
        self._leave(self._copy)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.draft.text)
        self.foot.said.setText("Brouillon copié")
        self.delivered.emit(COPIED)

    def save(self) -> None:
        """Ask where, and write the draft as a text file, once every grave point is decided."""
        self._leave(self._save)

    def _leave(self, how: Callable[[], None]) -> None:
        """Let the draft out by ``how``; a check that is due is waited for, and a grave point that
        nobody decided is shown instead."""
        if not self.draft.text or self.flow.state.running:
            return
        if not self.review.checking.settled:
            self.foot.said.setText("Contrôle en cours")
        self.review.checking.once_settled(lambda: self._leave_checked(how))

    def _leave_checked(self, how: Callable[[], None]) -> None:
        self.foot.said.setText("")
        if self.review.graves_left:
            self.review.go_to_first_grave()
        else:
            how()

    def _save(self) -> None:
        if self.flow.version is None:
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
            self.delivered.emit(SAVED)
            return
        self.draft.notice.tell(
            ErrorCode.OUTPUT_UNWRITABLE.sentence, "", [("Enregistrer ailleurs", self.save)]
        )

    def copy_diagnosis(self) -> None:
        """Put what IT asks for on the clipboard; it holds no patient text."""
        QGuiApplication.clipboard().setText(self._desk.diagnosis())
        self.foot.said.setText("Diagnostic copié")

    def set_narrow(self, narrow: bool) -> None:
        """Give the panes their widths."""
        self.panes.set_narrow(narrow)
        self.foot.set_source_width(self.panes.source_room)

    def rescale(self) -> None:
        """Take every fixed height from the text scale."""
        self.top.rescale()
        self.source.rescale()
        self.draft.rescale()
        self.points.rescale()

    def focus_pane(self, step: int) -> None:
        """Give the focus to the next pane, or to the one before."""
        panes: list[Pane] = [self.source, self.draft]
        if self.review.points:
            panes.append(self.points)
        focus = QApplication.focusWidget()
        here = next((i for i, pane in enumerate(panes) if focus and pane.isAncestorOf(focus)), None)
        wanted = panes[0] if here is None else panes[(here + step) % len(panes)]
        self.panes.take_focus(wanted)

    def step_point(self, by: int) -> None:
        """Look at the next point, or the one before; never from another place."""
        if self.isVisible():
            self.review.step(by)

    def correct_point(self) -> None:
        """Do what the chosen point proposes, if it is on screen."""
        if self.isVisible():
            self.review.correct()

    def keep_point(self) -> None:
        """Leave the draft as it is at the chosen point, if it is on screen."""
        if self.isVisible():
            self.review.keep()

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

    def follow_model(self) -> None:
        """Another model drafts from now on: its ways of drafting are those on offer."""
        self.flow.follow_model()
        self.top.follow_model()

    def close_flow(self) -> None:
        """Stop what runs; the window closes."""
        self.review.close()
        self.flow.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_narrow(self.window().width() < theme().px(Space.NARROW_UNDER))

    def _source_changed(self, text: str) -> None:
        if text != self.flow.source_text:
            self.flow.set_source(text, self.source.name)
            self.source.show_spans(())

    def _follow(self) -> None:
        flow = self.flow
        self.source.set_locked(flow.state.running)
        shown = flow.version is not None and flow.version.written and not flow.state.running
        self.source.set_changed_since(shown and flow.source_changed)
        if flow.state.running or not shown:
            self.source.show_spans(())
        self._show_read()

    def _share_filled(self) -> None:
        """One filled button a screen: a new draft where the source changed, else the point."""
        self.points.set_filled(not self.flow.source_changed)

    def _show_read(self) -> None:
        flow = self.flow
        if not flow.state.running:
            self.source.editor.show_read(None)
            return
        self.source.editor.show_read(flow.progress.read if flow.progress else 0)
