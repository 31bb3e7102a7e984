"""The foot: what was read of the source, what stands in the draft, and where the draft goes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from assistant.documents import Coverage, Draft, Span
from assistant.gui import phrases, point_words
from assistant.gui.controls import Button, ElidedLabel
from assistant.gui.drafting_flow import DraftingFlow, State, Version
from assistant.gui.export_gate import ExportGate
from assistant.gui.measures import covered, joined, words
from assistant.gui.progress import Cells, Strip
from assistant.gui.review import Review
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.tasks import Stage

CELLS_WIDTH = 437
COPY, SAVE = "Copier tout le brouillon", "Enregistrer en fichier texte (Ctrl+E)"
TAKEN_UP = 0.5  # of a sentence's content: less is no sign that the source's words are there


class Foot(QFrame):
    """Follows ``flow`` and ``review``; asks for the draft to be copied or saved, which waits until
    every grave point is decided: the click then goes to the first."""

    copy_asked = Signal()
    save_asked = Signal()

    def __init__(self, flow: DraftingFlow, review: Review) -> None:
        super().__init__()
        self.setObjectName("foot")
        self._flow, self._review = flow, review
        self.source = Gauge(Strip())
        self.sections = Gauge(Cells())
        self.copy = Button("Copier", "outlined", "copy")
        self.save = Button("Enregistrer", "outlined", "save")
        self.said = ElidedLabel()
        self.gate = ExportGate()
        self.copy.clicked.connect(self.copy_asked)
        self.save.clicked.connect(self.save_asked)
        self.gate.clicked.connect(review.go_to_first_grave)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(Space.L, 0, Space.L, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.source)
        self._row.addSpacing(Space.L + Space.L)
        self._row.addWidget(self.sections, 1)
        self._row.addSpacing(Space.L)
        self._row.addWidget(self.said)
        self._row.addWidget(self.gate)
        self._row.addSpacing(Space.M)
        self._row.addWidget(self.copy)
        self._row.addSpacing(Space.S)
        self._row.addWidget(self.save)
        for signal in (flow.state_changed, flow.progressed, flow.drafted):
            signal.connect(self.refresh)
        review.points_changed.connect(self.refresh)
        flow.state_changed.connect(lambda: self.said.setText(""))
        self.set_source_width(Space.SOURCE)
        self.refresh()

    def set_source_width(self, width: int) -> None:
        """Stand under a source pane ``width`` wide."""
        self.source.setFixedWidth(width - 2 * Space.L)
        self.setFixedHeight(max(Space.FOOT, theme().px(Space.L) + 56))

    def refresh(self) -> None:
        """Show what the flow knows."""
        self._refresh_source()
        self._refresh_sections()
        ready = self._flow.version is not None and self._flow.version.written
        ready = ready and not self._flow.state.running
        graves = self._review.graves_left if ready else 0
        for button in (self.copy, self.save):
            button.setEnabled(ready)
        self._set_kinds(ready=ready, held=graves > 0)
        self.gate.say(graves)
        why = phrases.once_written(self._flow.form) if not ready else ""
        if graves:
            why = point_words.graves_to_decide(graves)
        for button, what in ((self.copy, COPY), (self.save, SAVE)):
            button.setToolTip(why or what)
            button.setAccessibleDescription(why)

    def _set_kinds(self, *, ready: bool, held: bool) -> None:
        """Off while a grave point holds the draft; filled where it is what there is to do next."""
        flow, chosen = self._flow, self._review.chosen
        deciding = chosen is not None and chosen.decision is None
        next_is_copy = ready and not deciding and not flow.source_changed
        next_is_copy = next_is_copy and bool(flow.source_text.strip())
        for button, plain in ((self.copy, "filled" if next_is_copy else "outlined"),
                              (self.save, "outlined")):  # fmt: skip
            wanted = "off" if held else plain
            if button.property("class") != wanted:
                button.set_kind(wanted)

    def _refresh_source(self) -> None:
        flow, strip = self._flow, self.source.drawing
        assert isinstance(strip, Strip)
        version = flow.version
        if flow.state.running and version is not None:
            self._show_reading(version, strip)
        elif version is not None and version.written and version.draft is not None:
            self._show_version(version, version.draft, strip)
        elif flow.source_text.strip():
            self.source.say("Source", phrases.count(words(flow.source_text), "mot"))
            strip.show_source(1, (), (Span(0, 1),))
        else:
            self.source.say("Source", "vide")
            strip.show_blank()

    def _show_reading(self, version: Version, strip: Strip) -> None:
        text, progress = version.source_text, self._flow.progress
        total = len(text)
        read = progress.read if progress and progress.stage is not Stage.LOADING else 0
        if self._flow.state is State.WRITING:
            read = max(read, progress.read if progress else total)
        whole = words(text)
        used = joined(version.draft.used, text) if version.draft else ()
        strip.show_source(total, used, (Span(read, total),) if read < total else ())
        if read >= total:
            self.source.say("Source lue en entier", phrases.count(whole, "mot"))
        else:
            share = phrases.percent(read, total)
            part = phrases.count(words(text, read), "mot")
            title = f"{share}{phrases.NBSP}% de la source lue"
            self.source.say(title, f"{part} sur{phrases.NBSP}{phrases.number(whole)}")

    def _show_version(self, version: Version, draft: Draft, strip: Strip) -> None:
        if version.pasted:
            self._show_compared(strip)
            return
        total = len(version.source_text)
        coverage = version.coverage or self._so_far(total)
        told = () if self._flow.source_changed else self._taken_up()
        used = joined(draft.used or told, version.source_text)
        strip.show_source(total, used, coverage.unread)
        title = phrases.coverage_title(coverage)
        if version.coverage is None:
            title = "Brouillon incomplet"
        fact = phrases.count(words(version.source_text), "mot")
        if draft.used:
            unsorted = [p.source_span for s in draft.sections if s.unsorted for p in s.passages]
            doubtful = covered([span for span in unsorted if span is not None])
            fact = phrases.used_fact(covered(used), doubtful, total, version.form)
        elif used:
            fact = phrases.about_used(covered(used), total)
        self.source.say(title, fact)

    def _show_compared(self, strip: Strip) -> None:
        """Under a pasted draft: what it takes up of the source as it stands."""
        text = self._flow.source_text
        if not text.strip():
            self.source.say("Source", "vide")
            strip.show_blank()
            return
        used = joined(self._taken_up(), text)
        strip.show_source(len(text), used, ())
        self.source.say("Source", phrases.about_used(covered(used), len(text)) if used else "")

    def _taken_up(self) -> tuple[Span, ...]:
        """The places of the source that the sentences of the draft come from."""
        origins = self._review.origins
        return tuple(place for o in origins if o.share >= TAKEN_UP for place in o.places)

    def _so_far(self, total: int) -> Coverage:
        """What a draft that did not end had read."""
        read = self._flow.progress.read if self._flow.progress else total
        return Coverage(read, total, (Span(read, total),) if read < total else ())

    def _refresh_sections(self) -> None:
        flow, cells = self._flow, self.sections.drawing
        assert isinstance(cells, Cells)
        version = flow.version
        shown = version if version and (version.written or flow.state.running) else None
        if shown is None or shown.draft is None:
            form = shown.form if shown else flow.form
            cells.show_sections([False] * len(form.headings))
            fact = "la lecture vient d’abord" if flow.state.running else ""
            self.sections.say(phrases.sections_done(0, len(form.headings)), fact)
            return
        sections = [s for s in shown.draft.sections if s.title and not s.unsorted]
        current = self._current(shown.draft)
        if shown.pasted:
            cells.show_sections([True] * len(sections))
            self.sections.say(phrases.count(len(sections), "rubrique"), "brouillon collé")
            return
        filled = [s.filled for s in sections]
        done = sum(filled) - (1 if current is not None else 0)
        cells.show_sections(filled, current)
        lacking = [s.title for s in sections if not s.filled]
        fact = "une en cours" if current is not None else ""
        if not flow.state.running:
            fact = phrases.missing(lacking)
        self.sections.say(phrases.sections_done(done, len(sections)), fact)

    def _current(self, draft: Draft) -> int | None:
        index = self._flow.current_section
        if index is None or self._flow.state is not State.WRITING:
            return None
        section = draft.sections[index]
        if section.unsorted or not section.title:
            return None
        return [s for s in draft.sections if s.title].index(section)


class Gauge(QWidget):
    """A bold fact, a quiet one, and a drawing of both."""

    def __init__(self, drawing: Strip | Cells) -> None:
        super().__init__()
        self.drawing = drawing
        self.title = ElidedLabel("", "factStrong")
        self.fact = ElidedLabel()
        facts = QHBoxLayout()
        facts.setSpacing(Space.S)
        facts.addWidget(self.title)
        facts.addWidget(self.fact, 1)
        facts.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch()
        column.addLayout(facts)
        column.addWidget(drawing)
        column.addStretch()
        if isinstance(drawing, Cells):
            drawing.setMaximumWidth(CELLS_WIDTH)

    def say(self, title: str, fact: str) -> None:
        """Show both facts, to the ear as well."""
        self.title.setText(title)
        self.fact.setText(fact)
        self.drawing.setAccessibleName(f"{title}, {fact}" if fact else title)
