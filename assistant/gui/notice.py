"""An error told in place: what happened, what is safe, what next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from assistant.gui.controls import Button, IconLabel, label
from assistant.gui.tokens import Space

Action = tuple[str, Callable[[], None]]


class Notice(QWidget):
    """Hidden until it has something to say; the first action is outlined, the others bare.

    Its words line up with a text behind a gutter, or, ``flush``, with the left edge."""

    def __init__(self, *, flush: bool = False) -> None:
        super().__init__()
        if not flush:  # between a head and a text that takes what is left
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.title = label("", "strong", wrap=True)
        self.detail = label("", "secondControl", wrap=True)
        self.buttons: list[Button] = []
        self._icon = IconLabel("octagon", 16, "grave")
        policy = self._icon.sizePolicy()
        policy.setRetainSizeWhenHidden(not flush)
        self._icon.setSizePolicy(policy)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(Space.M)
        self._actions.setContentsMargins(0, Space.S, 0, 0)
        words.addLayout(self._actions)
        row = QHBoxLayout(self)
        if flush:
            row.setContentsMargins(0, Space.XS, 0, 0)
        else:
            row.setContentsMargins(17, Space.XS, Space.L, Space.L)
        row.setSpacing(11)
        mark = QVBoxLayout()
        mark.setContentsMargins(0, 3, 0, 0)
        mark.addWidget(self._icon)
        mark.addStretch()
        row.addLayout(mark)
        row.addLayout(words, 1)
        self.hide()

    def tell(
        self, title: str, detail: str = "", actions: Sequence[Action] = (), *, grave: bool = True
    ) -> None:
        """Say ``title`` and ``detail``, with what the user can do about it."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self._icon.setVisible(grave)
        self._set_actions(actions)
        self.setAccessibleName(f"{title} {detail}".strip())
        self.show()

    def dismiss(self) -> None:
        """Say nothing any more."""
        self.hide()

    def _set_actions(self, actions: Sequence[Action]) -> None:
        while self._actions.count():
            item = self._actions.takeAt(0)
            widget = item.widget() if item else None
            if widget:
                widget.hide()
                widget.deleteLater()
        self.buttons = []
        for name, then in actions:
            button = Button(name, "bare" if self.buttons else "outlined")
            button.clicked.connect(partial(_press, then))
            self.buttons.append(button)
            self._actions.addWidget(button)
        self._actions.addStretch()


def _press(then: Callable[[], None], _checked: bool = False) -> None:
    then()
