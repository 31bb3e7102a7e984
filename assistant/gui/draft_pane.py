"""The draft pane: the plan, the draft as it comes, then a draft to correct."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QWidget

from assistant.gui import phrases
from assistant.gui.controls import Button, ToolButton
from assistant.gui.draft_status import DraftStatus
from assistant.gui.draft_view import DraftView
from assistant.gui.drafting_flow import DraftingFlow, State, Version
from assistant.gui.notice import Action, Notice
from assistant.gui.pane import Pane
from assistant.gui.pasted_draft import pasted_draft
from assistant.gui.tokens import Space


class DraftPane(Pane):
    """Follows ``flow``; its notice offers to go on, or asks for the diagnosis."""

    diagnosis_asked = Signal()

    def __init__(self, flow: DraftingFlow) -> None:
        super().__init__("draftPane", "Brouillon")
        self._flow = flow
        self._documents: dict[int, QTextDocument] = {}
        self._shown: int | None = None
        self.view = DraftView()
        self.status = DraftStatus()
        self.notice = Notice()
        self.undo = ToolButton("undo-2", "Annuler la correction (Ctrl+Z)")
        self.redo = ToolButton("redo-2", "Rétablir la correction (Ctrl+Y)")
        self.versions = ToolButton("file-diff", "Voir l’autre version (Ctrl+D)")
        self.another = ToolButton("clipboard-paste", "Coller un autre brouillon à vérifier")
        for tool in (self.undo, self.redo, self.versions, self.another):
            self.tools.addWidget(tool)
        self.paste = Button("Coller un brouillon à vérifier", "outlined", "clipboard-paste")
        self.type = Button("En taper un", "bare")
        self.bring = QWidget()
        row = QHBoxLayout(self.bring)
        row.setContentsMargins(Space.GUTTER, 0, Space.L, Space.L)
        row.setSpacing(Space.S)
        row.addWidget(self.paste)
        row.addWidget(self.type)
        row.addStretch()
        self.column.addWidget(self.notice)
        self.column.addWidget(self.status)
        self.column.addWidget(self.bring)
        self.column.addWidget(self.view, 1)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        self.undo.clicked.connect(self.view.undo)
        self.redo.clicked.connect(self.view.redo)
        self.versions.clicked.connect(self._flow.swap_versions)
        self.another.clicked.connect(self.paste_draft)
        self.paste.clicked.connect(self.paste_draft)
        self.type.clicked.connect(self.type_draft)
        self.view.undoAvailable.connect(self.undo.setEnabled)
        self.view.redoAvailable.connect(self.redo.setEnabled)
        self._flow.state_changed.connect(self.refresh)
        self._flow.progressed.connect(self._follow)
        self._flow.drafted.connect(self._follow)

    @property
    def written(self) -> bool:
        """Whether there is draft text on screen."""
        return self._flow.version is not None and self._flow.version.written

    @property
    def text(self) -> str:
        """The draft as corrected, in plain text."""
        return self.view.text() if self.written else ""

    def paste_draft(self) -> None:
        """Take the clipboard's text as a draft to be checked; the present one is kept."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._flow.open_draft(pasted_draft(text, self._flow.form))
            self.view.setFocus()
        else:
            self.notice.tell(
                "Le presse-papiers ne contient pas de texte.", "Copiez d’abord le brouillon."
            )

    def type_draft(self) -> None:
        """Open a blank draft to type in."""
        self._flow.open_draft(pasted_draft("", self._flow.form))
        self.view.setFocus()

    def refresh(self) -> None:
        """Show what the flow's state asks for."""
        flow = self._flow
        if flow.state.running:
            self._show_run()
        elif flow.version is not None and flow.version.written:
            self._show_version(flow.version)
        else:
            self._show_plan()
        self._tell_end()
        self.bring.setVisible(not flow.state.running and not self.written)
        self._refresh_tools()
        self.set_fact(self._fact())

    def _follow(self) -> None:
        if self._flow.state.running:
            self._show_run()

    def _show_plan(self) -> None:
        self._shown = None
        self.status.show()
        self.status.show_plan(self._flow.form, self._flow.mode)
        if not self.view.shows_plan_of(self._flow.form):
            self.view.show_plan(self._flow.form)

    def _show_run(self) -> None:
        flow = self._flow
        version = flow.version
        if version is None:
            return
        self._shown = None
        self._documents.pop(version.number, None)
        self.status.show()
        self.status.show_run(flow)
        if flow.state is State.WRITING and version.draft is not None:
            self.view.show_writing(version.draft)
        elif not self.view.shows_plan_of(version.form):
            self.view.show_plan(version.form)

    def _show_version(self, version: Version) -> None:
        self.status.hide()
        self.view.linked = not self._flow.source_changed and not version.pasted
        if self.view.linked is False:
            self.view.set_marks(())
        if self._shown == version.number or version.draft is None:
            return
        self.view.show_draft(version.draft, self._documents.get(version.number))
        self._documents[version.number] = self.view.document()
        kept = {v.number for v in (self._flow.version, self._flow.previous) if v is not None}
        for number in set(self._documents) - kept:
            del self._documents[number]
        self._shown = version.number

    def _tell_end(self) -> None:
        flow = self._flow
        if flow.error is None or flow.state not in (State.STOPPED, State.FAILED):
            self.notice.dismiss()
            return
        again: Action = ("Reprendre", flow.start)
        title, detail = _split(flow.error.sentence)
        if flow.state is State.STOPPED:
            self.notice.tell(title, detail, [again], grave=False)
        else:
            copy: Action = ("Copier le diagnostic", self.diagnosis_asked.emit)
            self.notice.tell(title, detail, [again, copy])

    def _refresh_tools(self) -> None:
        editable = self.written and not self._flow.state.running
        for tool in (self.undo, self.redo):
            tool.setVisible(editable)
        self.versions.setVisible(editable and self._flow.previous is not None)
        self.another.setVisible(editable)
        document = self.view.document()
        self.undo.setEnabled(editable and document.isUndoAvailable())
        self.redo.setEnabled(editable and document.isRedoAvailable())

    def _fact(self) -> str:
        flow, version = self._flow, self._flow.version
        if flow.state.running:
            return "en cours"
        if version is None or not version.written:
            return "rien d’écrit"
        if flow.source_changed:
            return "la source a changé depuis"
        number = f"version{phrases.NBSP}{version.number}"
        parts = [number]
        if version.at:
            how = f"collée à{phrases.NBSP}" if version.pasted else ""
            parts.append(how + phrases.clock(version.at))
        if version.coverage is None and not version.pasted:
            parts.append("incomplet")
        return ", ".join(parts)


def _split(sentence: str) -> tuple[str, str]:
    """The first sentence, in bold, and the rest."""
    head, stop, rest = sentence.partition(". ")
    return (head + ".", rest) if stop else (sentence, "")
