"""``aparte demander``: a question to the guides, in a terminal."""

from __future__ import annotations

import argparse
import json
from typing import Any

from assistant.confinement.seal import seal
from assistant.errors import AparteError, ExitCode
from assistant.guides import Answer, Citation
from assistant.guides_desk import GuidesDesk, Stage
from assistant.model_store.catalogue import find_model
from assistant.tasks import Desk
from assistant.waiting import Waiting

_OVERDUE = "ce guide a passé sa date de révision"


def add_ask_command(parser: argparse.ArgumentParser) -> None:
    """What ``aparte demander`` takes."""
    parser.add_argument("question", metavar="QUESTION", help="votre question, entre guillemets")
    parser.add_argument("--json", action="store_true", help="pour un programme")
    parser.add_argument("--modele", dest="model", metavar="ID",
                        help="fait rédiger la réponse par ce modèle, à partir des guides "
                        "(sinon, Aparté cite les guides mot pour mot)")  # fmt: skip
    parser.set_defaults(command=_ask_command)


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """An answer for a program: scripts rely on these names. Spans count Unicode characters of the
    guide's text."""
    return {
        "refused": answer.refused,
        "reason": answer.refusal.value if answer.refusal else None,
        "advice": answer.advice,
        "answer": answer.text,
        "written": answer.written,
        "citations": [_citation_as_json(citation) for citation in answer.citations],
        "nearest": [_citation_as_json(citation) for citation in answer.nearest],
        "questions": list(answer.questions),
    }


def _citation_as_json(citation: Citation) -> dict[str, Any]:
    passage = citation.passage
    return {
        "number": citation.number,
        "guide": passage.guide,
        "title": citation.guide_title,
        "version": passage.version,
        "section": " > ".join(passage.section),
        "page": passage.page,
        "text": passage.text,
        "span": [passage.span.start, passage.span.end],
        "quoted": [[span.start, span.end] for span in citation.quoted],
        "overdue": citation.overdue,
    }


def _ask_command(asked: argparse.Namespace) -> int:
    seal()
    writer = Desk(find_model(asked.model)) if asked.model else None
    try:
        answer = _answered(asked.question, writer)
    finally:
        if writer is not None:
            writer.close()
    if asked.json:
        print(json.dumps(answer_as_json(answer), ensure_ascii=False, indent=1))
    else:
        print(_told(answer))
    return ExitCode.NO if answer.refused else ExitCode.DONE


def _answered(question: str, writer: Desk | None) -> Answer:
    """The answer, waited for; raises AparteError, and KeyboardInterrupt once it was stopped."""
    desk = GuidesDesk(writer=writer)
    ear = _Ear()
    try:
        asking = desk.ask(question, ear)
        return ear.waiting.result(asking.cancel)
    finally:
        desk.close()


class _Ear:
    """Hears of a question on the engine's thread."""

    def __init__(self) -> None:
        self.waiting: Waiting[Answer] = Waiting()

    def progressed(self, stage: Stage, done: int, total: int) -> None:
        if stage is Stage.PREPARING:
            self.waiting.advance(f"Préparation des guides : {done} passages sur {total}")

    def answered(self, answer: Answer) -> None:
        self.waiting.bring(answer)

    def failed(self, error: AparteError) -> None:
        self.waiting.bring(error)


def _told(answer: Answer) -> str:
    """The answer for a reader, then its sources; or the refusal, then the nearest passages."""
    if answer.refused:
        parts = [answer.advice]
        if answer.nearest:
            parts.append("Passages les plus proches :")
            parts += [f"{_place(c)}\n  {_shortened(c.passage.text)}" for c in answer.nearest]
        return "\n\n".join(parts)
    parts = [answer.text]
    parts += [f"[{citation.number}] {_place(citation)}" for citation in answer.citations]
    how = "Phrases écrites par un modèle à partir de ces passages." if answer.written else (
        "Phrases recopiées des guides."
    )  # fmt: skip
    return "\n\n".join([*parts, f"{how} Lisez les passages avant d’agir."])


def _place(citation: Citation) -> str:
    passage = citation.passage
    section = ", ".join(passage.section)
    page = f", page {passage.page}" if passage.page else ""
    overdue = f" ({_OVERDUE})" if citation.overdue else ""
    where = f" : {section}" if section else ""
    return f"{citation.guide_title}, version {passage.version}{where}{page}{overdue}"


def _shortened(text: str, length: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + "…"
