"""The top bar: which document, which way, the one main action, and what holds on this PC."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from assistant.gui import phrases
from assistant.gui.controls import Button, Chooser, KeyCap, label
from assistant.gui.desk_facts import DeskFacts
from assistant.gui.drafting_flow import DraftingFlow
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.tasks import Desk


class TopBar(QFrame):
    """Follows ``flow``; asks to start or to stop."""

    start_asked = Signal()
    stop_asked = Signal()

    def __init__(self, desk: Desk, flow: DraftingFlow) -> None:
        super().__init__()
        self.setObjectName("top")
        self._desk, self._flow = desk, flow
        self.form = Chooser("Type de document", 200)
        self.form.setObjectName("form")
        for form in desk.forms.values():
            self.form.addItem(form.title, form.id)
        self._offer_forms()
        self.mode = self._mode_control()
        self.main = Button("Rédiger", "filled", "pen-line")
        self.key = KeyCap("Échap")
        self.reason = label("", "second")
        self.facts = DeskFacts(desk)
        self._lay_out()
        self.form.activated.connect(self._choose_form)
        self.main.clicked.connect(self._main_clicked)
        flow.state_changed.connect(self.refresh)
        self.refresh()

    def follow_model(self) -> None:
        """Offer the forms and the modes of another model."""
        self._offer_forms()
        self.form.setCurrentIndex(self.form.findData(self._flow.form.id))
        row, old = self.layout(), self.mode
        assert row is not None
        self.mode = self._mode_control()
        row.replaceWidget(old, self.mode)
        old.hide()
        old.deleteLater()
        QWidget.setTabOrder(self.form, self.mode)
        QWidget.setTabOrder(self.mode, self.main)
        self.refresh()

    def _offer_forms(self) -> None:
        for index, form in enumerate(self._desk.forms.values()):
            served = bool(form.served_by(self._desk.modes))
            self.form.offer(index, "" if served else phrases.NOT_COPIED, on=served)

    def _mode_control(self) -> QWidget:
        if len(self._desk.modes) == 1:
            quiet = label(phrases.MODES[self._desk.modes[0]], "secondControl")
            quiet.setToolTip(phrases.MODE_HELP[self._desk.modes[0]])
            quiet.setCursor(Qt.CursorShape.WhatsThisCursor)
            quiet.setContentsMargins(Space.S, 0, Space.S, 0)
            return quiet
        chooser = Chooser("Façon de rédiger", 186)
        for mode in self._desk.modes:
            chooser.addItem(phrases.MODES[mode], mode)
        chooser.activated.connect(lambda index: self._flow.set_mode(self._desk.modes[index]))
        return chooser

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 1, Space.L, 0)
        row.setSpacing(10)
        for widget in (self.form, self.mode, self.main, self.key, self.reason):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.facts)
        self.rescale()

    def rescale(self) -> None:
        """Take the height from the text scale."""
        self.setFixedHeight(max(Space.TOP, theme().px(26) + 38))

    def refresh(self) -> None:
        """Show the flow's state."""
        flow = self._flow
        running = flow.state.running
        again = flow.version is not None and flow.version.written
        if running:
            self.main.become("Arrêter", "outlined", "stop")
        elif again:
            filled = flow.source_changed and flow.can_start
            self.main.become("Rédiger de nouveau", "filled" if filled else "outlined", "pen-line")
        else:
            self.main.become("Rédiger", "filled", "pen-line")
        self.main.setEnabled(flow.can_start or (running and not flow.stopping))
        self.main.setToolTip("" if running else "Ctrl+Entrée")
        self.key.setVisible(running)
        self.reason.setText("" if flow.can_start or running else phrases.SOURCE_MISSING)
        self.reason.setVisible(bool(self.reason.text()))
        self.main.setAccessibleDescription(self.reason.text())
        self.form.setEnabled(not running)
        self.mode.setEnabled(not running)
        if isinstance(self.mode, Chooser):
            self._show_modes(self.mode)
        self.facts.refresh()

    def _show_modes(self, chooser: Chooser) -> None:
        for index, mode in enumerate(self._desk.modes):
            served = mode in self._flow.form.modes
            tip = phrases.MODE_HELP[mode] if served else phrases.NOT_COPIED
            chooser.offer(index, tip, on=served)
        chooser.setCurrentIndex(self._desk.modes.index(self._flow.mode))

    def _choose_form(self, index: int) -> None:
        self._flow.set_form(self._desk.forms[self.form.itemData(index)])

    def _main_clicked(self) -> None:
        asked = self.stop_asked if self._flow.state.running else self.start_asked
        asked.emit()
