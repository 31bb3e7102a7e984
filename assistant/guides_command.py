"""``aparte guides``: list, add, check, remove and measure, in a terminal."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from assistant.confinement.seal import seal
from assistant.errors import AparteError, ExitCode
from assistant.guides_desk import GuidesDesk
from assistant.guides_measure import measure_command
from assistant.retrieval.days import french_day
from assistant.retrieval.library import Library, LibraryGuide, open_library
from assistant.retrieval.packs import open_pack
from assistant.retrieval.signatures import trusted_keys
from assistant.waiting import Waiting


def add_guides_command(parser: argparse.ArgumentParser) -> None:
    """What ``aparte guides`` takes."""
    actions = parser.add_subparsers(
        title="actions", metavar="ACTION", required=True, parser_class=type(parser)
    )
    listing = actions.add_parser("lister", help="les guides de ce poste")
    listing.set_defaults(command=_list_command)
    adding = actions.add_parser(
        "importer",
        help="ajoute un paquet de guides (.zip), un PDF, un .docx, du Markdown ou du texte",
    )
    adding.add_argument("path", metavar="FICHIER", type=Path)
    adding.set_defaults(command=_add_command)
    checking = actions.add_parser(
        "verifier", help="contrôle les signatures et les dates, de ce poste ou d’un paquet"
    )
    checking.add_argument("path", metavar="FICHIER", type=Path, nargs="?")
    checking.set_defaults(command=_check_command)
    removing = actions.add_parser("retirer", help="retire un guide que vous avez ajouté")
    removing.add_argument("guide", metavar="GUIDE", help="son nom, que « lister » donne")
    removing.set_defaults(command=_remove_command)
    measuring = actions.add_parser("evaluer", help="mesure la recherche sur un jeu de questions")
    measure_command(measuring)
    for action in (listing, adding, checking, removing, measuring):
        action.add_argument("--json", action="store_true", help="pour un programme")


def _list_command(asked: argparse.Namespace) -> int:
    library = open_library()
    if asked.json:
        _print_json({"guides": [guide_as_json(one) for one in library.guides],
                     "set_aside": _set_aside_as_json(library)})  # fmt: skip
    else:
        for one in library.guides:
            print(_line(one))
        _tell_set_aside(library)
    return ExitCode.DONE


def _add_command(asked: argparse.Namespace) -> int:
    seal()
    desk = GuidesDesk()
    ear = _Ear()
    adding = desk.add(asked.path, ear)
    try:
        added = ear.waiting.result(adding.cancel)
    finally:
        adding.close()
        desk.close()
    if asked.json:
        _print_json({"guides": [guide_as_json(one) for one in added]})
    else:
        for one in added:
            print(f"Ajouté : {_line(one)}")
    return ExitCode.DONE


def _check_command(asked: argparse.Namespace) -> int:
    """Exit code 1 where a signature is missing, a review date is past, or a pack was altered."""
    if asked.path is not None:
        pack = open_pack(asked.path, trusted_keys())
        signed = pack.signer is not None
        if asked.json:
            ids = [guide.id for guide in pack.guides]
            _print_json({"name": pack.name, "signer": pack.signer, "guides": ids})
        else:
            print(f"{pack.name} : {_signed(pack.signer)}, {len(pack.guides)} guides, intact.")
        return ExitCode.DONE if signed else ExitCode.NO
    library = open_library()
    wrong = [one for one in library.guides if one.signer is None or one.overdue(date.today())]
    if asked.json:
        _print_json({"guides": [guide_as_json(one) for one in library.guides],
                     "set_aside": _set_aside_as_json(library)})  # fmt: skip
    else:
        for one in wrong:
            print(_line(one))
        _tell_set_aside(library)
        sound = len(library.guides) - len(wrong)
        print(f"{sound} guides sur {len(library.guides)} : signés, intacts et à jour.")
    return ExitCode.NO if wrong or library.set_aside else ExitCode.DONE


def _remove_command(asked: argparse.Namespace) -> int:
    desk = GuidesDesk()
    try:
        title = desk.library.find(asked.guide).guide.title
        desk.remove(asked.guide)
    finally:
        desk.close()
    if asked.json:
        _print_json({"removed": asked.guide})
    else:
        print(f"Retiré : {title}")
    return ExitCode.DONE


def guide_as_json(one: LibraryGuide) -> dict[str, Any]:
    """A guide for a program: scripts rely on these names."""
    guide = one.guide
    return {
        "id": guide.id,
        "title": guide.title,
        "version": guide.version,
        "date": guide.dated.isoformat(),
        "review": guide.review.isoformat() if guide.review else None,
        "overdue": one.overdue(date.today()),
        "origin": one.origin.value,
        "signer": one.signer,
        "pdf": one.has_pdf,
    }


def _set_aside_as_json(library: Library) -> list[dict[str, str]]:
    return [{"file": pack.name, "reason": pack.error.sentence} for pack in library.set_aside]


def _line(one: LibraryGuide) -> str:
    guide = one.guide
    review = ""
    if guide.review is not None:
        verb = "à revoir depuis le" if one.overdue(date.today()) else "à revoir avant le"
        review = f", {verb} {french_day(guide.review)}"
    dated = f"version {guide.version}, {french_day(guide.dated)}"
    return f"{guide.id} : {guide.title} ({dated}{review} ; {_signed(one.signer)})"


def _signed(signer: str | None) -> str:
    return f"signé par {signer}" if signer else "non signé"


def _tell_set_aside(library: Library) -> None:
    for pack in library.set_aside:
        print(f"{pack.name} : {pack.error.sentence}", file=sys.stderr)


def _print_json(words: dict[str, Any]) -> None:
    print(json.dumps(words, ensure_ascii=False, indent=1))


class _Ear:
    """Hears of an addition on the engine's thread."""

    def __init__(self) -> None:
        self.waiting: Waiting[tuple[LibraryGuide, ...]] = Waiting()

    def progressed(self, done: int, total: int) -> None:
        self.waiting.advance(f"Lecture : page {done} sur {total}")

    def added(self, guides: tuple[LibraryGuide, ...]) -> None:
        self.waiting.bring(guides)

    def failed(self, error: AparteError) -> None:
        self.waiting.bring(error)
