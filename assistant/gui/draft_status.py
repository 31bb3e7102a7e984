"""What stands above the draft while there is none yet: the plan's title, or how long to wait."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from assistant.documents import Draft, Mode, Span
from assistant.drafting.document_type import DocumentType
from assistant.gui import phrases
from assistant.gui.controls import label, restyle
from assistant.gui.drafting_flow import DraftingFlow, State, Version
from assistant.gui.measures import words
from assistant.gui.progress import TimeBar
from assistant.gui.theme import theme
from assistant.gui.tokens import Space
from assistant.tasks import Stage

_EARLY = 0.05  # of a writing: no estimate before


class DraftStatus(QWidget):
    """A title, a sentence, and a bar while something runs."""

    def __init__(self) -> None:
        super().__init__()
        self.title = label("", "screen", wrap=True)
        self.sentence = label("", "secondControl", wrap=True)
        self.bar = TimeBar()
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(self.title)
        self._column.addWidget(self.sentence)
        self._column.addSpacing(10)
        self._column.addWidget(self.bar)

    def show_plan(self, form: DocumentType, mode: Mode) -> None:
        """Say what the draft will be made of."""
        how = "Vos phrases y sont recopiées telles quelles." if mode is Mode.STRICT_COPY else ""
        self._show(phrases.plan_title(form), f"{form.plan}\n{how}".strip(), running=False)

    def show_run(self, flow: DraftingFlow) -> None:
        """Say where the running draft stands, and how long it will take."""
        if flow.stopping:
            self._show("Arrêt en cours", "Votre source et le texte affiché sont gardés.")
        elif flow.state is State.WRITING:
            self._show_writing(flow)
        else:
            self._show_reading(flow)

    def _show_reading(self, flow: DraftingFlow) -> None:
        progress = flow.progress
        if progress is None or progress.stage is Stage.LOADING:
            self._show("Préparation", "Le modèle se charge. La lecture suit aussitôt.")
            self.bar.show_share(0)
            return
        wait = phrases.reading_wait(progress.seconds_left)
        if flow.version and progress.fitting is not None and progress.fitting < progress.total:
            source_text = flow.version.source_text
            fitting = words(source_text, progress.fitting)
            wait = f"{wait}\n{phrases.too_long(fitting, words(source_text))}"
        self._show("Lecture de la source", wait)
        self.bar.show_share(progress.read / max(progress.total, 1))

    def _show_writing(self, flow: DraftingFlow) -> None:
        version, progress = flow.version, flow.progress
        if version is None or version.draft is None:
            return
        share = written_share(version.draft, len(version.source_text))
        if progress and progress.read < progress.total:  # strict copy reads and places at once
            left = progress.seconds_left
        else:
            spent = flow.writing_seconds
            left = spent * (1 - share) / share if share > _EARLY and spent > 1 else None
        reading = progress.reading_seconds if progress else None
        title = _writing_title(version, version.draft, flow.current_section)
        self._show(title, phrases.writing_wait(left, reading), below=18)
        self.bar.show_share(share)

    def _show(self, title: str, sentence: str, *, running: bool = True, below: int = 24) -> None:
        self.title.setText(title)
        self.sentence.setText(sentence)
        restyle(self.title, kind="screen" if running else "strong")
        self.bar.setVisible(running)
        top, gap, bottom = (Space.S, 6, below) if running else (6, 4, 16)
        self.sentence.setContentsMargins(0, gap, 0, 0)
        self._column.setContentsMargins(Space.GUTTER, top, Space.XL, bottom)
        self.setMaximumWidth(Space.GUTTER + theme().px(Space.MEASURE) + Space.XL)
        self.setAccessibleName(f"{title}. {sentence}")


def placed_end(draft: Draft) -> int:
    """How far into the source the draft has gone, in characters."""
    placed: list[Span] = [*draft.used, *draft.left_out]
    return max((span.end for span in placed), default=0)


def written_share(draft: Draft, total: int) -> float:
    """How much of the writing is done, from 0 to 1.

    In strict copy, how far into the source clauses are placed; else how many sections are begun.
    """
    if draft.mode is Mode.STRICT_COPY:
        return placed_end(draft) / max(total, 1)
    begun = max((i for i, s in enumerate(draft.sections) if s.filled), default=0)
    return begun / max(len(draft.sections), 1)


def _writing_title(version: Version, draft: Draft, current: int | None) -> str:
    """« Rédaction, 87 mots placés sur 163 », or « Rédaction, rubrique 4 sur 11 »."""
    if draft.mode is Mode.STRICT_COPY:
        whole = words(version.source_text)
        placed = words(version.source_text, placed_end(draft))
        return (
            f"Rédaction, {phrases.count(placed, 'mot')} placé{'s' if placed > 1 else ''} "
            f"sur{phrases.NBSP}{phrases.number(whole)}"
        )
    total = len(version.form.headings)
    section = min((current or 0) + 1, total)
    return f"Rédaction, rubrique{phrases.NBSP}{section} sur{phrases.NBSP}{total}"
