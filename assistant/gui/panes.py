"""The three panes side by side, and what ties a point, the draft and the source together."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from assistant.documents import Span
from assistant.gui import point_words
from assistant.gui.controls import ToolButton
from assistant.gui.draft_pane import DraftPane
from assistant.gui.pane import Pane
from assistant.gui.phrases import NBSP
from assistant.gui.points_pane import PointsPane
from assistant.gui.review import Review
from assistant.gui.source_pane import SourcePane
from assistant.gui.theme import theme
from assistant.gui.thread import Thread
from assistant.gui.tokens import Space

WIDEST_SCALE = 1.3  # panes grow with the text up to there


class Panes(QWidget):
    """Shares its width between ``source``, ``draft`` and ``points``. Where three do not fit, the
    source and the points take turns beside the draft."""

    def __init__(self, review: Review, source: SourcePane, draft: DraftPane) -> None:
        super().__init__()
        self._review, self.source, self.draft = review, source, draft
        self.points = PointsPane(review)
        self._narrow = self._folded = False
        self._beside: Pane = source
        self.to_points = ToolButton("list-checks", "Voir les points à vérifier (F8)")
        self.to_source = ToolButton("file-text", "Voir la source")
        source.tools.insertWidget(0, self.to_points)
        self.points.tools.insertWidget(0, self.to_source)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(source)
        row.addWidget(draft, 1)
        row.addWidget(self.points)
        self.tie = Thread(self, review, source.editor, draft.view, self.points)
        self._connect()
        self.share_room()

    def _connect(self) -> None:
        review, source, draft = self._review, self.source, self.draft
        self.to_points.clicked.connect(lambda: self.show_beside(self.points))
        self.to_source.clicked.connect(lambda: self.show_beside(source))
        review.points_changed.connect(self._show_signs)
        review.point_chosen.connect(self._show_chosen)
        source.editor.sign_chosen.connect(review.choose)
        draft.view.sign_chosen.connect(review.choose)
        draft.view.passage_chosen.connect(source.show_spans)
        draft.view.passage_passed.connect(self._pass_over)
        source.editor.edited.connect(lambda: draft.view.set_origins(()))

    @property
    def source_room(self) -> int:
        """How wide the source is, shown or not."""
        return self._source_room

    def set_narrow(self, narrow: bool) -> None:
        """Whether the window is one of the narrow ones."""
        self._narrow = narrow
        self.share_room()

    def show_beside(self, pane: Pane) -> None:
        """Where three panes do not fit, show this one beside the draft."""
        self._beside = pane
        self.share_room()

    def share_room(self) -> None:
        """Give each pane its width: the source and the points give way before the draft does."""
        scale = min(max(theme().text_scale, 1.0), WIDEST_SCALE)
        source = round((Space.SOURCE_NARROW if self._narrow else Space.SOURCE) * scale)
        points, least = round(Space.POINTS * scale), round(Space.POINTS_LEAST * scale)
        spare = source + points - 2 * least
        short = source + points + round(Space.DRAFT * scale) - self.width()
        self._folded = self.width() < 2 * least + round(Space.DRAFT_LEAST * scale)
        if not self._folded and short > 0:
            part = min(short / spare, 1.0)
            source -= round((source - least) * part)
            points -= round((points - least) * part)
        self._source_room = source
        self.source.setFixedWidth(source + theme().tokens.line)
        self.points.setFixedWidth(points)
        for pane in (self.source, self.points):
            pane.setVisible(not self._folded or pane is self._beside)
        self.to_points.setVisible(self._folded)
        self.to_source.setVisible(self._folded)
        self.tie.follow()

    def take_focus(self, pane: Pane) -> None:
        """Give the keyboard to ``pane``, shown if it was not."""
        if pane is not self.draft:
            self.show_beside(pane)
        if pane is self.points:
            self.points.take_focus()
        elif pane is self.source:
            self.source.take_focus()
        else:
            self.draft.view.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_room()
        self.tie.setGeometry(self.rect())
        self.tie.raise_()

    def _show_signs(self) -> None:
        review = self._review
        in_draft, in_source = [], []
        for point in review.points:
            chosen = point is review.chosen
            if point.decision is not None and not chosen:
                continue
            name = f"{point.finding.title}{NBSP}: {point_words.evidence(point.finding)}"
            draft, source = point.signs(chosen=chosen, name=name)
            in_draft += [draft] if draft is not None else []
            in_source += [source] if source is not None else []
        self.draft.view.set_signs(in_draft)
        self.source.editor.set_signs(in_source)
        self.tie.follow()

    def _show_chosen(self, go: bool) -> None:
        chosen = self._review.chosen
        if not go or chosen is None:
            return
        if self._folded:
            self.show_beside(self.points)
        for text in (self.draft.view, self.source.editor):
            text.set_marks(())
            for sign in text.signs:
                if sign.chosen:
                    text.bring_into_view(sign.mark)
        self.tie.follow()

    def _pass_over(self, places: tuple[Span, ...]) -> None:
        editor = self.source.editor
        editor.pass_over([editor.mark(place) for place in places])
