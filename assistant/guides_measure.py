"""``aparte guides evaluer``: how well the guides are searched, on questions with known answers."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.confinement.seal import seal
from assistant.engine import NLP_COMMAND, Engine
from assistant.errors import AparteError, ErrorCode, ExitCode
from assistant.guides_desk.citing import told
from assistant.protocol import (
    Done,
    Event,
    Failed,
    Found,
    GuideRequest,
    Quote,
    Quoted,
    Search,
    Shelf,
)
from assistant.retrieval.embedder_files import shipped_embedder, verify_embedder
from assistant.retrieval.library import open_library
from assistant.retrieval.measures import (
    Place,
    answerable,
    difference,
    mean,
    ndcg,
    recall_at,
)
from assistant.retrieval.patient_text import patient_signs
from assistant.retrieval.quality import measured_on
from assistant.retrieval.questions import Question, read_questions, shipped_questions
from assistant.waiting import Waiting

_OURS = "Aparté"
_DEPTH = 10
_SPLITS = {"regler": "tune", "rapporter": "report"}


@dataclass(frozen=True, slots=True)
class System:
    """A way of ranking: its name, the embedder's folder, the ranking that is asked for, and whether
    the questions that come with the guides are searched too."""

    name: str
    embedder: Path
    ranking: str
    questions: bool = True


@dataclass(frozen=True, slots=True)
class Ranks:
    """What one system scored, question by question, on those that the guides answer."""

    ndcg: list[float]
    recall_1: list[float]
    recall_5: list[float]


def measure_command(parser: argparse.ArgumentParser) -> None:
    """What ``aparte guides evaluer`` takes."""
    parser.add_argument("questions", metavar="FICHIER", type=Path, nargs="?",
                        help="une question par ligne (JSON) ; sinon celles d’Aparté")  # fmt: skip
    parser.add_argument("--lot", choices=[*_SPLITS, "tout"], default="rapporter", metavar="LOT",
                        help="« rapporter » (par défaut), « regler » ou « tout »")  # fmt: skip
    parser.add_argument("--contre", metavar="DOSSIER", type=Path, action="append", default=[],
                        help="compare à un autre modèle de recherche")  # fmt: skip
    parser.set_defaults(command=_measure)


def _measure(asked: argparse.Namespace) -> int:
    questions = read_questions(asked.questions) if asked.questions else shipped_questions()
    if asked.lot != "tout":
        questions = [q for q in questions if q.split == _SPLITS[asked.lot]]
    if not questions:
        raise AparteError(ErrorCode.QUESTIONS_INVALID, line=1)
    seal()
    engine = Engine(NLP_COMMAND)
    try:
        report = measure(engine, questions, asked.contre)
    finally:
        engine.close()
    print(json.dumps(report, ensure_ascii=False, indent=1) if asked.json else _told(report))
    return ExitCode.DONE


def measure(
    engine: Engine, questions: Sequence[Question], others: Sequence[Path] = ()
) -> dict[str, Any]:
    """The figures of the search, beside those of BM25 alone and of ``others``, folders of
    embedders. Raises AparteError."""
    ours = shipped_embedder()
    systems = [
        System(_OURS, ours, "fusion"),
        System("BM25 seul", ours, "bm25", questions=False),
        System("BM25, avec les questions des guides", ours, "bm25"),
        System("vecteurs seuls", ours, "vecteurs", questions=False),
        System("vecteurs, avec les questions des guides", ours, "vecteurs"),
        System("Aparté, sans les questions des guides", ours, "fusion", questions=False),
        *_others(others),
    ]
    ranks = {system.name: _ranks(engine, system, questions) for system in systems}
    return _report(questions, ranks, _answers(engine, _shelf(ours), questions))


def _others(folders: Sequence[Path]) -> Iterator[System]:
    """An embedder by itself, as it ships elsewhere; and in the place of ours."""
    for folder in folders:
        yield System(f"{folder.name}, vecteurs seuls", folder, "vecteurs", questions=False)
        yield System(f"{folder.name}, à la place du nôtre", folder, "fusion")


def _shelf(embedder: Path) -> Shelf:
    return Shelf(open_library().files, str(embedder), verify_embedder(embedder), index="")


def _ranks(engine: Engine, system: System, questions: Sequence[Question]) -> Ranks:
    shelf = replace(_shelf(system.embedder), questions=system.questions)
    ranks = Ranks([], [], [])
    for question in answerable(questions):
        found, _ = _asked(engine, Search(0, shelf, question.text, _DEPTH, system.ranking))
        places = _places(found)
        ranks.ndcg.append(ndcg(places, question.answers))
        ranks.recall_1.append(recall_at(1, places, question.answers))
        ranks.recall_5.append(recall_at(5, places, question.answers))
    return ranks


@dataclass(frozen=True, slots=True)
class Answers:
    """For each question: whether it was refused, those with text about a patient apart; for each
    citation of an answerable one: whether it is an expected passage."""

    patients: list[float]
    refused_rightly: list[float]
    refused_wrongly: list[float]
    citations: list[float]
    first_citations: list[float]


def _answers(engine: Engine, shelf: Shelf, questions: Sequence[Question]) -> Answers:
    made = Answers([], [], [], [], [])
    for question in questions:
        about_a_patient = bool(patient_signs(question.text))
        if question.patient_text:
            made.patients.append(float(about_a_patient))
            continue
        found, quoted = _asked(engine, Quote(0, shelf, question.text))
        refused = about_a_patient or quoted is None or not quoted.found
        group = made.refused_wrongly if question.answers else made.refused_rightly
        group.append(float(refused))
        if question.answers and not refused:
            assert quoted is not None
            places = _places(found)
            cited = [places[number] for number in dict.fromkeys(quoted.found)]
            right = [recall_at(1, [place], question.answers) for place in cited]
            made.citations.extend(right)
            made.first_citations.append(right[0])
    return made


def _places(found: Found) -> list[Place]:
    return [(hit.guide, tuple(hit.section)) for hit in found.hits]


def _asked(engine: Engine, request: GuideRequest) -> tuple[Found, Quoted | None]:
    """What the worker found, waited for, and what it quoted. Raises AparteError."""
    waiting: Waiting[tuple[Found, Quoted | None]] = Waiting()
    heard: list[Event] = []

    def hear(event: Event) -> None:
        heard.append(event)
        if isinstance(event, Failed):
            waiting.bring(told(event))
        elif isinstance(event, Done):
            found = next(e for e in heard if isinstance(e, Found))
            waiting.bring((found, next((e for e in heard if isinstance(e, Quoted)), None)))

    exchange = engine.ask(request, hear)
    return waiting.result(exchange.cancel)


def _report(
    questions: Sequence[Question], ranks: dict[str, Ranks], answers: Answers
) -> dict[str, Any]:
    ours = ranks[_OURS]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "measured_on": measured_on(),
        "questions": len(questions),
        "answerable": len(answerable(questions)),
        "ranking": {
            name: {
                "ndcg_10": asdict(mean(one.ndcg)),
                "recall_1": asdict(mean(one.recall_1)),
                "recall_5": asdict(mean(one.recall_5)),
                "aparte_above": asdict(difference(ours.ndcg, one.ndcg)),
            }
            for name, one in ranks.items()
        },
        "patient_text_stopped": asdict(mean(answers.patients)),
        "refused_off_topic": asdict(mean(answers.refused_rightly)),
        "refused_answerable": asdict(mean(answers.refused_wrongly)),
        "citation_precision": asdict(mean(answers.citations)),
        "first_citation_precision": asdict(mean(answers.first_citations)),
    }


def _told(report: dict[str, Any]) -> str:
    lines = [
        f"{report['questions']} questions, dont {report['answerable']} auxquelles les guides "
        "répondent. Entre crochets, l’intervalle à 95 %.",
        "",
    ]
    for name, figures in report["ranking"].items():
        lines.append(f"{name} : nDCG@10 {_share(figures['ndcg_10'])}, "
                     f"Recall@1 {_share(figures['recall_1'])}, "
                     f"Recall@5 {_share(figures['recall_5'])}")  # fmt: skip
        if name != _OURS:
            lines.append(f"   Aparté au-dessus de {_share(figures['aparte_above'])} (nDCG@10)")
    names = {
        "patient_text_stopped": "Textes de patients, arrêtés avant la recherche",
        "refused_off_topic": "Questions hors des guides, refusées",
        "refused_answerable": "Questions couvertes, refusées à tort",
        "citation_precision": "Citations qui sont un passage attendu",
        "first_citation_precision": "Premières citations qui sont un passage attendu",
    }
    lines += ["", *(f"{told} : {_share(report[name])}" for name, told in names.items())]
    return "\n".join(lines)


def _share(figure: dict[str, float]) -> str:
    value, low, high = (
        f"{100 * figure[name]:.1f}".replace(".", ",") for name in ("value", "low", "high")
    )
    return f"{value} [{low} ; {high}]"
