"""Guides: a question and its answer at the left, the guide open at the passage at the right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from assistant.errors import AparteError
from assistant.gui.controls import Button, Chooser, label
from assistant.gui.desk_facts import DeskFacts
from assistant.gui.guide_answer import GuideAnswer, place_of
from assistant.gui.guide_library import GuideLibrary
from assistant.gui.guide_reader import GuideReader
from assistant.gui.guides_flow import GuidesFlow, State
from assistant.gui.notice import Notice
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.guides import Citation
from assistant.guides_desk import GuidesDesk
from assistant.tasks import Desk

LEFT = 560
FILES = "Guides et documents (*.pdf *.docx *.md *.txt *.zip);;Tous les fichiers (*)"
HELP = (
    "Posez une question sur le bon usage de l’IA : ce que l’on peut coller, comment relire un "
    "brouillon, qui signe, que dire à la personne. Sans donnée de patient."
)


class GuidesPlace(QWidget):
    """Where one reads and questions the guides."""

    def __init__(self, guides: GuidesDesk, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAccessibleName("Guides")
        self.flow = GuidesFlow(guides, self)
        self.which = Chooser("Guides où chercher", 170)
        self.which.setMaximumWidth(300)
        self.add = Button("Ajouter un guide", "outlined", "file-plus")
        self.question = QLineEdit()
        self.question.setObjectName("question")
        self.question.setAccessibleName("Question aux guides")
        self.question.setPlaceholderText("Votre question sur le bon usage de l’IA")
        self.question.setMaxLength(2000)
        self.ask = Button("Demander", "filled")
        self.notice = Notice(flush=True)
        self.answer = GuideAnswer()
        self.note = label("", "second", wrap=True)
        self.copy = Button("Copier avec les sources", "bare")
        self.library = GuideLibrary()
        self.reader = GuideReader()
        self._top = self._top_bar(desk)
        self._right = QStackedWidget()
        self._right.addWidget(self.library)
        self._right.addWidget(self.reader)
        panes = QHBoxLayout()
        panes.setSpacing(0)
        panes.addWidget(self._left_pane())
        panes.addWidget(self._right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addLayout(panes, 1)
        self._connect()
        self._show_library()
        self._follow()
        self.rescale()

    def take_focus(self) -> None:
        """Give the keyboard to the question."""
        self.question.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def ask_question(self, text: str) -> None:
        """Ask ``text``, as if it was typed."""
        self.question.setText(text)
        self.flow.type(text)
        self.flow.ask()

    def ask_file(self) -> None:
        """Let the user choose what to add."""
        chosen, _ = QFileDialog.getOpenFileName(self, "Ajouter un guide", "", FILES)
        if chosen:
            self.add_file(Path(chosen))

    def add_file(self, path: Path) -> None:
        """Put the file at ``path`` on the shelf."""
        self.notice.dismiss()
        self.flow.add(path)

    def close_flow(self) -> None:
        """Stop what runs."""
        self.flow.close()

    def set_narrow(self, narrow: bool) -> None:
        """Give the left pane its width."""
        self._left.setFixedWidth(min(theme().px(LEFT), 460 if narrow else 700))

    def rescale(self) -> None:
        """Take the heights from the text scale."""
        self._top.setFixedHeight(max(Space.TOP, theme().px(26) + 38))
        self.question.setFixedHeight(max(44, theme().px(24) + 20))
        self.library.rescale()
        self.reader.rescale()

    def _top_bar(self, desk: Desk) -> QFrame:
        top = QFrame()
        top.setObjectName("top")
        row = QHBoxLayout(top)
        row.setContentsMargins(Space.L, 1, Space.L, 0)
        row.setSpacing(10)
        row.addWidget(label("Guides", "screen"))
        row.addSpacing(Space.M)
        row.addWidget(self.which)
        row.addWidget(self.add)
        row.addStretch(1)
        row.addWidget(DeskFacts(desk))
        return top

    def _left_pane(self) -> QFrame:
        self._left = QFrame()
        self._left.setObjectName("asking")
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, Space.L, 0, 0)
        column.setSpacing(Space.M)
        asking = QHBoxLayout()
        asking.setContentsMargins(Space.L, 0, Space.L, 0)
        asking.setSpacing(Space.S)
        asking.addWidget(self.question, 1)
        asking.addWidget(self.ask)
        column.addLayout(asking)
        told = QHBoxLayout()
        told.setContentsMargins(Space.L, 0, Space.L, 0)
        told.addWidget(self.notice)
        column.addLayout(told)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.answer)
        self.answer.setAutoFillBackground(False)
        column.addWidget(area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, 0, Space.L, Space.M)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.copy)
        column.addLayout(foot)
        return self._left

    def _connect(self) -> None:
        flow = self.flow
        self.question.textEdited.connect(flow.type)
        self.question.returnPressed.connect(flow.ask)
        self.ask.clicked.connect(self._ask_or_stop)
        self.which.activated.connect(lambda i: flow.choose_guide(self.which.itemData(i)))
        self.add.clicked.connect(self.ask_file)
        self.copy.clicked.connect(self._copy)
        self.answer.chosen.connect(self._open)
        self.answer.rephrase_asked.connect(self._rephrase)
        self.library.opened.connect(self._open_guide)
        self.reader.back_asked.connect(lambda: self._right.setCurrentWidget(self.library))
        flow.changed.connect(self._follow)
        flow.progressed.connect(self._progressed)
        flow.library_changed.connect(self._show_library)
        flow.added.connect(lambda guides: self._open_guide(guides[0]))
        flow.addition_failed.connect(lambda error: self.notice.tell(error.sentence))

    def _ask_or_stop(self) -> None:
        if self.flow.state is State.ASKING:
            self.flow.stop()
        else:
            self.flow.ask()

    def _follow(self) -> None:
        flow = self.flow
        asking = flow.state is State.ASKING
        self.ask.become("Arrêter" if asking else "Demander", "outlined" if asking else "filled", "")
        self.note.setText("")
        self.copy.setVisible(False)
        self.notice.dismiss()
        if flow.state is State.IDLE:
            self.answer.show_words(HELP)
        elif asking:
            self.answer.show_words("Recherche dans les guides…")
        elif flow.state is State.FOUND:
            self.answer.show_passages(flow.passages)
        elif flow.state is State.FAILED and flow.error is not None:
            self.answer.clear()
            self.notice.tell(flow.error.sentence)
        elif flow.answer is not None:
            self._show_answer()

    def _show_answer(self) -> None:
        answer = self.flow.answer
        assert answer is not None
        if answer.refused:
            self._right.setCurrentWidget(self.library)
            self.answer.show_refusal(answer)
            return
        self.answer.show_answer(answer)
        self.copy.setVisible(True)
        count = len(answer.citations)
        passages = "de ce passage seulement" if count == 1 else f"de ces {count} passages seulement"
        how = "rédigée à partir" if answer.written else "recopiée"
        self.note.setText(f"Réponse {how} {passages}. Lisez-les avant d’agir.")

    def _progressed(self, words: str) -> None:
        if self.flow.state is State.ASKING:
            self.answer.show_words(f"{words}…")
        elif self.flow.adding is not None:
            self.notice.tell(words, grave=False)

    def _open(self, citation: Citation) -> None:
        try:
            self.reader.open_passage(self.flow.desk.open(citation))
        except AparteError as fault:
            self.notice.tell(fault.sentence)
            return
        self._right.setCurrentWidget(self.reader)

    def _open_guide(self, shelved: object) -> None:
        self.reader.open_guide(shelved)  # type: ignore[arg-type]
        self._right.setCurrentWidget(self.reader)

    def _show_library(self) -> None:
        guides = self.flow.desk.library.guides
        self.library.show_guides(guides, date.today())
        self.which.clear()
        self.which.addItem("Tous les guides", "")
        for shelved in guides:
            self.which.addItem(shelved.guide.title, shelved.guide.id)

    def _rephrase(self) -> None:
        self.question.setFocus()
        self.question.selectAll()

    def _copy(self) -> None:
        answer = self.flow.answer
        if answer is None or answer.refused:
            return
        sources = [
            f"[{c.number}] {c.guide_title}, version {c.passage.version}, {place_of(c)}"
            for c in answer.citations
        ]
        QGuiApplication.clipboard().setText("\n".join([answer.text, "", *sources]))
        self.note.setText("Réponse copiée avec ses sources.")
