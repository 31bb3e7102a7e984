"""The source pane: paste, drop or open a text, then read and correct it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QToolButton

from assistant.documents import Source, Span
from assistant.drafting.sources import example_sources, read_source
from assistant.errors import AparteError
from assistant.gui.controls import ToolButton
from assistant.gui.empty_source import EmptySource
from assistant.gui.notice import Notice
from assistant.gui.pane import Pane
from assistant.gui.phrases import clock, sentence_case
from assistant.gui.source_editor import SourceEditor

NAME_SHOWN = 22
TEXT_FILES = "Fichiers texte (*.txt *.text *.md);;Tous les fichiers (*)"


class SourcePane(Pane):
    """Shows the source; says when it changes, and what could not be opened."""

    changed = Signal(str)
    opening = Signal()
    opened = Signal()

    def __init__(self) -> None:
        super().__init__("sourcePane", "Source")
        self.editor = SourceEditor()
        self.empty = EmptySource()
        self.notice = Notice()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.editor)
        self.column.addWidget(self.notice)
        self.column.addWidget(self.stack, 1)
        self.menu_button = ToolButton("ellipsis", "Autres actions sur la source")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.tools.addWidget(self.menu_button)
        self.setAcceptDrops(True)
        self._name = ""
        self._origin = ""
        self._changed_since = False
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        menu = self._menu = QMenu(self.menu_button)
        menu.addAction("Ouvrir un autre fichier", self.ask_file)
        menu.addAction("Coller à la place", self.paste)
        menu.addSeparator()
        menu.addAction("Vider la source", self.clear)
        self.menu_button.setMenu(menu)
        self.empty.paste_asked.connect(self.paste)
        self.empty.open_asked.connect(self.ask_file)
        self.empty.type_asked.connect(lambda: self.begin_typing())
        self.empty.example_asked.connect(self.offer_examples)
        self.editor.edited.connect(self._edited)

    @property
    def text(self) -> str:
        """The source as it stands."""
        return self.editor.source_text()

    @property
    def name(self) -> str:
        return self._name

    def open_source(self, source: Source, how: str = "ouverte") -> None:
        """Show ``source``; ``how`` it came is the fact beside the pane's name."""
        self.opening.emit()
        self._name = source.name
        moment = f"{how} à {clock(datetime.now())}"
        if source in example_sources():
            self._origin = f"cas fictif, ouvert à {clock(datetime.now())}"
        else:
            self._origin = f"{_short(source.name)}, {moment}" if source.name else moment
        self.notice.dismiss()
        self.editor.set_source_text(source.text)
        self._refresh()
        self.opened.emit()

    def open_file(self, path: Path) -> None:
        """Read ``path``; a fault is told in place and the present source stays."""
        try:
            source = read_source(path)
        except AparteError as fault:
            self.notice.tell(fault.sentence, "", [("Ouvrir un autre fichier", self.ask_file)])
            return
        self.open_source(Source(source.text, path.stem))

    def ask_file(self) -> None:
        """Let the user choose a text file."""
        chosen, _ = QFileDialog.getOpenFileName(self, "Ouvrir un fichier", "", TEXT_FILES)
        if chosen:
            self.open_file(Path(chosen))

    def paste(self) -> None:
        """Take the clipboard's text as the source."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.open_source(Source(text), "collée")
        else:
            self.notice.tell(
                "Le presse-papiers ne contient pas de texte.", "Copiez d’abord vos notes."
            )

    def paste_into_empty(self) -> None:
        """Paste when there is no source yet; a source is never replaced by a stray key."""
        if not self.text and not self.editor.isReadOnly():
            self.paste()

    def begin_typing(self, first: str = "") -> None:
        """Open a blank source to type in."""
        self._name, self._origin = "", f"saisie à {clock(datetime.now())}"
        self.stack.setCurrentWidget(self.editor)
        self.editor.setFocus()
        self.editor.insertPlainText(first)
        self._refresh(typing=True)

    def clear(self) -> None:
        """Empty the source; Ctrl+Z brings it back."""
        self.editor.selectAll()
        self.editor.textCursor().removeSelectedText()
        self._refresh()
        self.empty.paste.setFocus()

    def offer_examples(self) -> None:
        """Propose the fictional cases that ship."""
        self._menu_of(example_sources(), self.open_source)

    def _menu_of(self, sources: Sequence[Source], then: Callable[[Source], None]) -> None:
        menu = QMenu(self.empty.example)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for source in sources:
            menu.addAction(sentence_case(source.name) or "Cas fictif", partial(then, source))
        menu.popup(self.empty.example.mapToGlobal(self.empty.example.rect().bottomLeft()))
        self.examples_menu = menu

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Mark the places of the source that a piece of draft comes from."""
        self.editor.show_spans(spans)

    def set_changed_since(self, changed: bool) -> None:
        """Say in the head that the source is no longer the one the draft was made from."""
        self._changed_since = changed
        self._refresh(typing=self.stack.currentWidget() is self.editor)

    def set_locked(self, locked: bool) -> None:
        """While a draft runs the source can be read and scrolled, not changed."""
        self.editor.setReadOnly(locked)
        for action in self._menu.actions():
            action.setEnabled(not locked)
        self.setAcceptDrops(not locked)

    def take_focus(self) -> None:
        """Give the keyboard to the text, or to the first thing to do."""
        shown = self.editor if self.stack.currentWidget() is self.editor else self.empty.paste
        shown.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasText() or any(url.isLocalFile() for url in mime.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if files:
            self.open_file(Path(files[0]))
        elif mime.hasText():
            self.open_source(Source(mime.text()), "déposée")
        event.acceptProposedAction()

    def _edited(self) -> None:
        self.changed.emit(self.text)
        self._refresh(typing=self.editor.hasFocus())

    def _refresh(self, *, typing: bool = False) -> None:
        filled = not self.editor.document().isEmpty()
        self.stack.setCurrentWidget(self.editor if filled or typing else self.empty)
        self.menu_button.setVisible(filled)
        fact = "modifiée depuis le brouillon" if self._changed_since else self._origin
        self.set_fact(fact if filled else "")


def _short(name: str) -> str:
    """A name that leaves room for how and when it came."""
    return name if len(name) <= NAME_SHOWN else name[: NAME_SHOWN - 1].rstrip() + "…"
