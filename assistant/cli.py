"""``aparte`` in a terminal: commands in French, stable, for people and for IT's scripts."""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from assistant import __version__
from assistant.ask_command import add_ask_command
from assistant.bench.command import Wish
from assistant.bench.command import run as run_bench
from assistant.check_command import add_check_command, checked, findings_as_json, listed
from assistant.checking import Checker, Result
from assistant.confinement.seal import seal
from assistant.documents import Coverage, Draft, Mode, Source
from assistant.drafting.document_type import document_type, document_types
from assistant.drafting.sources import decode_source, example_sources, read_source
from assistant.engine import NLP_COMMAND, Engine
from assistant.errors import AparteError, ErrorCode, ExitCode
from assistant.export.letter import ENDINGS, Letter
from assistant.guides_command import add_guides_command
from assistant.log import close_log, open_log, record_fault
from assistant.model_store.catalogue import find_model
from assistant.model_store.remembered import starting_model
from assistant.outgoing import letter_of
from assistant.screen import screen_answers
from assistant.settings import load_settings
from assistant.tasks import Desk, Drafting, Outcome, Progress, Stage
from assistant.vault_command import add_vault_command

_BAR = 24
_STOPPING_SECONDS = 5.0
_STARTING_SECONDS = 60.0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked; bad usage ends the process with one French sentence and exit code 2."""
    return _parser().parse_args(arguments)


def run(asked: argparse.Namespace) -> int:
    """Carry out a command and return its exit code."""
    return guarded(lambda: int(asked.command(asked)))


def guarded(work: Callable[[], int]) -> int:
    """Do ``work`` and return its exit code. No traceback ever reaches the user."""
    open_log()
    try:
        return work()
    except AparteError as error:
        _say(error.sentence)
        return int(error.code.exit_code)
    except KeyboardInterrupt:
        _say(ErrorCode.CANCELLED.sentence)
        return int(ExitCode.CANCELLED)
    except BrokenPipeError:  # the reader of our output went away, as « | head » does
        sys.stdout = None
        return int(ExitCode.DONE)
    except Exception as fault:
        record_fault(fault)
        _say(ErrorCode.UNKNOWN.sentence)
        return int(ErrorCode.UNKNOWN.exit_code)
    finally:
        close_log()


def why_no_window() -> str | None:
    """Why no window can be opened here, in French, or None if one can."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return None
    if screen_answers(os.environ):
        return None
    return "Aucun écran n’est accessible depuis cette session : la fenêtre ne peut pas s’ouvrir."


def run_without_window(asked: argparse.Namespace, reason: str) -> int:
    """Say ``reason``; then draft the example here, or tell which command to use."""
    _say(reason)
    if not asked.example:
        _say("Dans un terminal, utilisez « aparte rediger », ou tapez « aparte --help ».")
        return int(ExitCode.CANNOT)
    _say("Voici l’exemple rédigé dans le terminal.")
    form = next(iter(document_types()))
    words = ["rediger", "--exemple", "--type", form]
    return run(parse([*words, *(["--modele", asked.model] if asked.model else [])]))


# --- commands ---------------------------------------------------------------------------


def _draft_command(asked: argparse.Namespace) -> int:
    if asked.list_types:
        sys.stdout.writelines(f"{form_id}\n" for form_id in document_types())
        return ExitCode.DONE
    if asked.form is None:
        raise AparteError(ErrorCode.UNKNOWN_FORM, form="", forms=", ".join(document_types()))
    form = document_type(asked.form)
    model = find_model(asked.model)
    mode = (
        Mode(asked.mode) if asked.mode else next(iter(form.served_by(model.modes)), model.modes[0])
    )
    source = _source(asked)
    _refuse_bad_output(asked)
    sealed = seal()
    desk, checker = Desk(model), Checker(Engine(command=NLP_COMMAND))
    ear = _Ear()
    try:
        if not asked.unchecked:
            checker.prepare()  # it loads while the model reads
        outcome = ear.listen(desk.start_draft(source, form, mode, ear))
        result = None if asked.unchecked else _checked(checker, source, outcome.draft)
    finally:
        desk.close()
        checker.engine.close()
    if not asked.json and asked.output and Path(asked.output).suffix.casefold() in ENDINGS:
        _save_letter(Path(asked.output), letter_of(outcome.draft, form, model))
        _report(outcome.draft, outcome.coverage, outcome.seconds, result, sealed=sealed)
        return ExitCode.DONE
    _deliver(asked, source, model.id, outcome, result, sealed=sealed)
    return ExitCode.DONE


def _checked(checker: Checker, source: Source, draft: Draft) -> Result | None:
    """The check of ``draft``, or None with a word where it can't be made: the draft stands."""
    try:
        return checked(checker, source.text, draft.text)
    except AparteError as error:
        _say(error.sentence)
        return None


def _diagnosis_command(asked: argparse.Namespace) -> int:
    seal()
    # As the window would: a model that was chosen there is the one in question.
    model, refusal = starting_model(load_settings(), asked.model)
    desk = Desk(model)
    try:
        preparing = desk.prepare()
        if preparing is not None:
            preparing.wait(_STARTING_SECONDS)
        facts = desk.facts()
        text = desk.diagnosis()
    finally:
        desk.close()
    if refusal is not None:
        facts["Modèle écarté"] = refusal.sentence
        text += f"\nModèle écarté : {refusal.sentence}"
    print(json.dumps(facts, ensure_ascii=False, indent=1) if asked.json else text)
    return ExitCode.DONE


def _bench_command(asked: argparse.Namespace) -> int:
    return run_bench(
        Wish(asked.model, asked.json, asked.short, asked.reference, asked.despite_load)
    )


# --- input and output -------------------------------------------------------------------


def _source(asked: argparse.Namespace) -> Source:
    if asked.example:
        return example_sources()[0]
    if asked.source is None:
        raise AparteError(ErrorCode.SOURCE_EMPTY)
    if asked.source == "-":
        return decode_source(sys.stdin.buffer.read())
    return read_source(Path(asked.source))


def _refuse_bad_output(asked: argparse.Namespace) -> None:
    """Before any work: the place asked for must be writable, and must not be the source."""
    if asked.output is None:
        return
    output = Path(asked.output)
    from_file = asked.source not in (None, "-")
    if from_file and output.exists() and output.samefile(asked.source):
        raise AparteError(ErrorCode.OUTPUT_IS_SOURCE)
    folder = output.parent
    if output.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise AparteError(ErrorCode.OUTPUT_UNWRITABLE)


def _save_letter(path: Path, letter: Letter) -> None:
    from assistant.export.formats import file_bytes  # its libraries take a second to import

    try:
        path.write_bytes(file_bytes(letter, path))
    except OSError as fault:
        raise AparteError(ErrorCode.OUTPUT_UNWRITABLE) from fault


def _deliver(
    asked: argparse.Namespace,
    source: Source,
    model_id: str,
    outcome: Outcome,
    result: Result | None,
    *,
    sealed: bool,
) -> None:
    draft = outcome.draft
    if asked.json:
        told = as_json(source, model_id, outcome, result)
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    else:
        text = draft.text + "\n"
    if asked.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        try:
            Path(asked.output).write_text(text, "utf-8")
        except OSError as fault:
            raise AparteError(ErrorCode.OUTPUT_UNWRITABLE) from fault
    _report(draft, outcome.coverage, outcome.seconds, result, sealed=sealed)


def as_json(
    source: Source, model_id: str, outcome: Outcome, result: Result | None
) -> dict[str, Any]:
    """The outcome of ``rediger --json``: scripts rely on these names. Without a check there are no
    findings, and « checked » is false."""
    coverage = outcome.coverage
    return {
        "type": outcome.draft.document_type,
        "mode": outcome.draft.mode.value,
        "model": model_id,
        "draft": outcome.draft.text,
        "sections": [
            {
                "title": section.title,
                "unsorted": section.unsorted,
                "passages": [
                    {
                        "text": passage.text,
                        "source_span": (
                            None
                            if passage.source_span is None
                            else [passage.source_span.start, passage.source_span.end]
                        ),
                    }
                    for passage in section.passages
                ],
            }
            for section in outcome.draft.sections
        ],
        "left_out": [[span.start, span.end] for span in outcome.draft.left_out],
        "coverage": {
            "read": coverage.read,
            "total": coverage.total,
            "unread": [[span.start, span.end] for span in coverage.unread],
        },
        "checked": result is not None,
        "findings": findings_as_json(result.findings) if result is not None else [],
        "source_text": source.text,
    }


def _report(
    draft: Draft, coverage: Coverage, seconds: float, result: Result | None, *, sealed: bool
) -> None:
    filled = sum(1 for s in draft.sections if s.filled and not s.unsorted)
    whole = sum(1 for s in draft.sections if not s.unsorted)
    duration = f"{seconds:.1f}".replace(".", ",")
    _say(f"{_counted(filled, 'rubrique remplie')} sur {whole}, en {duration}\u00a0s.")
    unsorted = sum(len(s.passages) for s in draft.sections if s.unsorted)
    if unsorted:
        _say(f"{_counted(unsorted, 'passage')} à classer vous-même, à la fin du brouillon.")
    if coverage.complete:
        _say("Source lue en entier.")
    else:
        _say(
            f"Attention : {coverage.read} caractères lus sur {coverage.total}. "
            "Le reste n’est pas dans le brouillon."
        )
    if result is not None:
        _say(listed(result.findings, draft.text))
    elif draft.mode is Mode.VERIFIED:
        _say("Chaque nombre vient de la source. Le reste n’y a pas été comparé : relisez-le.")
    if not sealed:
        _say("Sur ce poste, le système n’interdit pas encore le réseau à Aparté.")


def _counted(number: int, noun: str) -> str:
    plural = noun if number <= 1 else " ".join(f"{word}s" for word in noun.split())
    return f"{number} {plural}"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


class _Ear:
    """Hears of a draft on the engine's thread; ``listen`` waits for its end on this one."""

    def __init__(self) -> None:
        self._news: queue.SimpleQueue[Progress | Outcome | AparteError] = queue.SimpleQueue()

    def progressed(self, progress: Progress) -> None:
        self._news.put(progress)

    def changed(self, draft: Draft) -> None:
        pass

    def finished(self, outcome: Outcome) -> None:
        self._news.put(outcome)

    def failed(self, error: AparteError) -> None:
        self._news.put(error)

    def listen(self, drafting: Drafting) -> Outcome:
        """Wait for the outcome, showing progress where someone watches.

        Raises AparteError, and KeyboardInterrupt once the draft was stopped.
        """
        watched = sys.stderr.isatty()
        warned = False
        try:
            while True:
                news = self._news.get()
                if isinstance(news, Progress):
                    if not warned and news.fitting is not None and news.fitting < news.total:
                        warned = True
                        _warn_of_length(news.fitting, news.total)
                    if watched:
                        _show(news)
                    continue
                if watched:
                    sys.stderr.write("\r\x1b[K")
                if isinstance(news, AparteError):
                    raise news
                return news
        except KeyboardInterrupt:
            drafting.cancel()
            drafting.wait(_STOPPING_SECONDS)
            raise


def _warn_of_length(fitting: int, total: int) -> None:
    """Before the reading, which can be long: one may prefer to stop and cut the source."""
    _say(
        f"Attention : ce modèle ne lira que les {fitting} premiers caractères de la source, "
        f"sur {total}. Pour tout garder, coupez-la en plusieurs documents."
    )


def _show(progress: Progress) -> None:
    share = progress.read / progress.total if progress.total else 0.0
    name = "Chargement du modèle" if progress.stage is Stage.LOADING else "Lecture de la source"
    bar = "█" * round(share * _BAR)
    sys.stderr.write(f"\r\x1b[K{name} : {bar:░<{_BAR}} {share:.0%}".replace("%", "\u202f%"))
    sys.stderr.flush()


# --- the words of the command line ------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse, in French."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(add_help=False, **settings)
        self._positionals.title = "arguments"
        self._optionals.title = "options"
        self.add_argument("-h", "--help", action="help", help="affiche cette aide")

    def error(self, message: str) -> NoReturn:  # noqa: ARG002 - argparse's own signature
        """One sentence in French, whatever argparse found; exit code 2."""
        _say(f"Commande incomprise : tapez « {self.prog} --help » pour voir ce qui est possible.")
        sys.exit(int(ExitCode.BAD_INPUT))

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "utilisation : ", 1)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="aparte",
        description="Aparté rédige à partir de vos notes, sur ce poste, sans réseau. "
        "Sans commande, la fenêtre s’ouvre.",
    )
    parser.set_defaults(command=None, model=None)
    parser.add_argument("--exemple", dest="example", action="store_true",
                        help="ouvre la fenêtre sur un cas fictif")  # fmt: skip
    parser.add_argument("--ephemere", dest="ephemeral", action="store_true",
                        help="ne garde rien une fois la fenêtre fermée")  # fmt: skip
    parser.add_argument("--version", action="version", version=f"Aparté {__version__}",
                        help="affiche la version")  # fmt: skip
    _add_model(parser)
    commands = parser.add_subparsers(title="commandes", metavar="COMMANDE", parser_class=_Parser)
    _add_draft_command(commands.add_parser(
        "rediger", help="rédige un document à partir d’un fichier texte ou de « - »",
        description="Rédige un document à partir d’un fichier texte (UTF-8, UTF-16 ou "
        "Windows-1252), ou de l’entrée standard avec « - »."))  # fmt: skip
    add_check_command(commands.add_parser(
        "verifier", help="compare un brouillon à sa source",
        description="Compare un brouillon, d’où qu’il vienne, à sa source, dans les deux sens : "
        "ce que la source ne dit pas, et ce qui manque."))  # fmt: skip
    add_ask_command(commands.add_parser(
        "demander", help="cherche la réponse dans les guides, et dit à quelle page elle est",
        description="Répond à une question sur le bon usage de l’IA avec des phrases des guides, "
        "chacune avec sa page ; ou dit qu’ils ne répondent pas."))  # fmt: skip
    add_guides_command(commands.add_parser(
        "guides", help="liste, ajoute, contrôle ou mesure les guides",
        description="Les guides de ce poste : ceux d’Aparté, les paquets signés de votre "
        "établissement, et vos documents."))  # fmt: skip
    add_vault_command(commands.add_parser(
        "coffre", help="l’état du coffre, ses exports, sa sauvegarde, son nettoyage",
        description="Le coffre chiffré de ce poste."))  # fmt: skip
    diagnosis = commands.add_parser(
        "diagnostic", help="ce que le service informatique demande en premier",
        description="Versions, processeur, mémoire, empreintes ; aucun texte.")  # fmt: skip
    diagnosis.add_argument("--json", action="store_true", help="pour un programme")
    _add_model(diagnosis)
    diagnosis.set_defaults(command=_diagnosis_command)
    _add_bench_command(commands.add_parser(
        "banc", help="mesure la vitesse d’Aparté sur ce poste",
        description="Mesure la vitesse d’Aparté sur ce poste, avec des textes fictifs. "
        "Fermez d’abord les autres programmes."))  # fmt: skip
    return parser


def _add_draft_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", nargs="?", help="fichier texte, ou « - »")
    parser.add_argument("--type", dest="form", metavar="TYPE", help="type de document à rédiger")
    parser.add_argument("--lister-types", dest="list_types", action="store_true",
                        help="liste les types de document, un par ligne")  # fmt: skip
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], metavar="MODE",
                        help="« copie » (copie stricte) ou « verifie »")  # fmt: skip
    parser.add_argument(
        "-o",
        dest="output",
        metavar="FICHIER",
        help="où enregistrer le brouillon ; .docx, .pdf ou .json (FHIR)",
    )
    parser.add_argument("--json", action="store_true", help="pour un programme")
    parser.add_argument("--exemple", dest="example", action="store_true",
                        help="prend pour source un cas fictif")  # fmt: skip
    parser.add_argument("--sans-controle", dest="unchecked", action="store_true",
                        help="ne compare pas le brouillon à la source")  # fmt: skip
    _add_model(parser)
    parser.set_defaults(command=_draft_command)


def _add_bench_command(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="pour un programme")
    parser.add_argument("--court", dest="short", action="store_true",
                        help="l’essentiel seulement, en quelques minutes")  # fmt: skip
    parser.add_argument("--reference", metavar="DOSSIER", type=Path,
                        help="compare aux outils de llama.cpp de ce dossier")  # fmt: skip
    parser.add_argument("--malgre-charge", dest="despite_load", action="store_true",
                        help="mesure même si un autre programme travaille")  # fmt: skip
    _add_model(parser)
    parser.set_defaults(command=_bench_command)


def _add_model(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS in a command: its default must not erase what stood before the command.
    parser.add_argument("--modele", dest="model", metavar="ID", default=argparse.SUPPRESS,
                        help="modèle installé, ou chemin d’un fichier de modèle")  # fmt: skip
