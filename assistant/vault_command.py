"""``aparte coffre``: the vault's state, its exports, its backup, its purge, in a terminal."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.confinement.seal import seal
from assistant.errors import AparteError, ErrorCode, ExitCode
from assistant.paths import vault_folder
from assistant.vault import journal, measures
from assistant.vault.copies import Copies
from assistant.vault.door import Door
from assistant.vault.journal import Act, BrokenLink, first_broken_link, read_exported
from assistant.vault.opening import FILE, files_set_aside, remove_set_aside
from assistant.vault.places import door_of
from assistant.vault.room import Room
from assistant.vault.terms import Terms

_KINDS = {
    "sources": "sources",
    "versions": "versions de brouillons",
    "findings": "constats",
    "results": "résultats de formation",
    "pseudonyms": "tables de pseudonymes",
    "measures": "mesures du bilan",
    "journal": "lignes de journal",
}


def add_vault_command(parser: argparse.ArgumentParser) -> None:
    """What ``aparte coffre`` takes."""
    parser.add_argument("--phrase-entree", dest="phrase_from_input", action="store_true",
                        help="lit la phrase de passe sur l’entrée standard")  # fmt: skip
    commands = parser.add_subparsers(
        title="commandes", metavar="COMMANDE", required=True, parser_class=type(parser)
    )
    state = commands.add_parser("etat", help="ce que contient le coffre, et s’il est sain")
    state.add_argument("--json", action="store_true", help="pour un programme")
    state.set_defaults(command=_state_command)
    _add_export(commands.add_parser("exporter", help="le journal, le bilan, ou une sauvegarde"))
    bring_in = commands.add_parser("importer", help="ajoute ce que contient une sauvegarde")
    bring_in.add_argument("backup", metavar="FICHIER", type=Path, help="la sauvegarde")
    bring_in.set_defaults(command=_import_command)
    verify = commands.add_parser("verifier", help="vérifie la chaîne d’un journal exporté")
    verify.add_argument("journal", metavar="FICHIER", type=Path, help="le journal, CSV ou JSON")
    verify.set_defaults(command=_verify_command)
    _add_purge(commands.add_parser("purger", help="efface ce qui a dépassé sa durée"))


def _add_export(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--journal", metavar="DOSSIER", type=Path,
                      help="le journal, sans aucun contenu, en CSV et en JSON")  # fmt: skip
    what.add_argument("--bilan", metavar="FICHIER", dest="report", type=Path,
                      help="le bilan par semaine, sans aucun contenu, en CSV")  # fmt: skip
    what.add_argument("--sauvegarde", metavar="FICHIER", dest="backup", type=Path,
                      help="le coffre entier, chiffré, ouvert par le code")  # fmt: skip
    parser.set_defaults(command=_export_command)


def _add_purge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tout", dest="everything", action="store_true",
                        help="efface tous les textes, sans attendre")  # fmt: skip
    parser.add_argument("--mis-de-cote", dest="set_aside", action="store_true",
                        help="efface aussi les coffres abîmés mis de côté")  # fmt: skip
    parser.add_argument("--oui", dest="sure", action="store_true", help="ne demande rien")
    parser.set_defaults(command=_purge_command)


# --- commands ---------------------------------------------------------------------------


def _state_command(asked: argparse.Namespace) -> int:
    with _opened(asked) as (door, room):
        found = _state(door, room)
    if asked.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print("\n".join(_state_lines(found)))
    sound = found["sound"] and found["journal"]["first_broken_link"] is None
    return ExitCode.DONE if sound else ExitCode.NO


def _export_command(asked: argparse.Namespace) -> int:
    with _opened(asked) as (door, room):
        try:
            if asked.journal is not None:
                return _export_journal(room, asked.journal)
            if asked.report is not None:
                weeks = measures.by_week(room.transact(lambda records: records.measures.all()))
                asked.report.write_text(measures.as_csv(weeks), "utf-8-sig", newline="")
                print(f"Bilan de {_counted(len(weeks), 'semaine')} : {asked.report}")
                return ExitCode.DONE
        except OSError as fault:
            raise AparteError(ErrorCode.VAULT_EXPORT_UNWRITABLE) from fault
        return _back_up(door, asked.backup)


def _import_command(asked: argparse.Namespace) -> int:
    with _opened(asked) as (_, room):
        merged = room.bring_in(asked.backup, _typed("Code de récupération : "))
    print(f"{_counted(merged.texts, 'texte ajouté', 'textes ajoutés')}.")
    return ExitCode.DONE


def _verify_command(asked: argparse.Namespace) -> int:
    try:
        entries = read_exported(asked.journal.read_text("utf-8-sig"))
    except (OSError, ValueError) as fault:
        raise AparteError(ErrorCode.VAULT_JOURNAL_UNREADABLE) from fault
    return _tell_chain(len(entries), first_broken_link(entries))


def _purge_command(asked: argparse.Namespace) -> int:
    if asked.everything and not asked.sure and not _agreed():
        raise AparteError(ErrorCode.CANCELLED)
    with _opened(asked) as (_, room):
        deleted = room.delete_everything() if asked.everything else room.purge(Terms().retention)
    print(f"{_counted(sum(deleted.counts.values()), 'élément effacé', 'éléments effacés')}.")
    if asked.set_aside:
        removed = remove_set_aside(vault_folder())
        print(f"{_counted(removed, 'coffre mis de côté effacé', 'coffres mis de côté effacés')}.")
    return ExitCode.DONE


# --- parts ------------------------------------------------------------------------------


@contextmanager
def _opened(asked: argparse.Namespace) -> Iterator[tuple[Door, Room]]:
    """The vault of this PC, open; one that does not exist is not begun for so little."""
    seal()
    door = door_of(Terms())
    if not door.keys.exist:
        raise AparteError(ErrorCode.VAULT_NONE)
    try:
        if door.keys.ask_for_passphrase:
            door.unlock(_typed("Phrase de passe : ", hidden=True, piped=asked.phrase_from_input))
        else:
            door.unlock()
        if door.status.incident is not None:
            print(door.status.incident.sentence, file=sys.stderr)
        yield door, door.opened()
    finally:
        door.close()


def _typed(asked_for: str, *, hidden: bool = False, piped: bool = True) -> str:
    """One line from whoever is there: never an argument, which other programs can read."""
    if sys.stdin.isatty():
        return getpass.getpass(asked_for) if hidden else input(asked_for)
    if not piped:
        raise AparteError(ErrorCode.VAULT_LOCKED)
    return sys.stdin.readline().rstrip("\r\n")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    answer = input("Effacer définitivement tous les textes du coffre ? Tapez « oui » : ")
    return answer.strip().lower() == "oui"


def _state(door: Door, room: Room) -> dict[str, Any]:
    folder = vault_folder()
    try:
        room.check()
        sound = True
    except AparteError:
        sound = False
    entries = room.transact(lambda records: records.journal.entries())
    broken = first_broken_link(entries)
    made_at = Copies(folder).made_at()
    return {
        "protection": "passphrase" if door.status.asks_passphrase else "keyring",
        "recovery_code": door.status.has_code,
        "bytes": (folder / FILE).stat().st_size,
        "copy_at": None if made_at is None else made_at.isoformat(timespec="seconds"),
        "records": room.transact(lambda records: records.counts()),
        "retention_days": asdict(Terms().retention),
        "set_aside": len(files_set_aside(folder)),
        "sound": sound,
        "journal": {
            "entries": len(entries),
            "first_broken_link": None if broken is None else [broken.chain, broken.link],
        },
    }


def _state_lines(found: dict[str, Any]) -> Iterator[str]:
    by = "une phrase de passe" if found["protection"] == "passphrase" else "le trousseau de clés"
    yield f"Ouvert par : {by}"
    yield f"Code de récupération : {'créé' if found['recovery_code'] else 'pas encore créé'}"
    yield f"Taille : {found['bytes'] / 2**20:.1f} Mio".replace(".", ",")
    copy_at = found["copy_at"]
    yield "Copie du jour : " + (
        f"{datetime.fromisoformat(copy_at):%d/%m/%Y à %H h %M}" if copy_at else "pas encore faite"
    )
    yield "Contenu : " + ", ".join(
        f"{count} {_KINDS[kind]}" for kind, count in found["records"].items() if count
    )
    kept = found["retention_days"]
    yield f"Conservation : sources {kept['sources']} jours, brouillons {kept['drafts']} jours"
    if found["set_aside"]:
        yield f"Coffres abîmés mis de côté : {found['set_aside']}"
    yield f"Intégrité : {'vérifiée' if found['sound'] else 'ABÎMÉ'}"
    link = found["journal"]["first_broken_link"]
    yield "Journal : " + ("chaîne intacte" if link is None else f"rompu au maillon {link[1]}")


def _export_journal(room: Room, folder: Path) -> int:
    room.transact(lambda records: records.note(Act.JOURNAL_EXPORTED))
    entries = room.transact(lambda records: records.journal.entries())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "journal-aparte.csv").write_text(journal.as_csv(entries), "utf-8-sig", newline="")
    (folder / "journal-aparte.json").write_text(journal.as_json(entries), "utf-8")
    print(f"Journal exporté dans {folder}. Dernière empreinte : {entries[-1].digest}")
    return _tell_chain(len(entries), first_broken_link(entries))


def _back_up(door: Door, path: Path) -> int:
    code = door.back_up(path)
    print(f"Sauvegarde faite\u00a0: {path}")
    if code is None:
        print("Elle s’ouvre avec votre code de récupération.")
    else:
        print("Elle s’ouvre avec ce code de récupération, qui n’est écrit nulle part\u00a0:\n\n"
              f"  {code}\n\nImprimez-le et gardez-le loin de ce poste.")  # fmt: skip
    return ExitCode.DONE


def _tell_chain(length: int, broken: BrokenLink | None) -> int:
    if broken is None:
        print(f"Journal de {_counted(length, 'ligne')} : chaîne intacte.")
        return ExitCode.DONE
    print(
        f"Journal rompu : premier maillon qui ne suit pas, {broken.link} (chaîne {broken.chain})."
    )
    return ExitCode.NO


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number <= 1 else many or one + 's'}"
