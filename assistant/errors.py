"""Error codes, the French sentence that each one tells the user, and its exit code.

Only a code and plain facts (a size, a form's id) cross a process border; the sentence is
made here. No sentence ever quotes a source or a draft.
"""

from __future__ import annotations

from enum import Enum, IntEnum


class ExitCode(IntEnum):
    """What ``aparte`` answers to the shell; scripts rely on these."""

    DONE = 0
    NO = 1
    BAD_INPUT = 2
    CANNOT = 3
    CANCELLED = 130


class ErrorCode(Enum):
    """Everything that can go wrong for a user: code, exit code, sentence."""

    SOURCE_EMPTY = (ExitCode.BAD_INPUT, "La source est vide : collez ou ouvrez un texte.")
    SOURCE_TOO_LONG = (
        ExitCode.BAD_INPUT,
        "La source compte {characters} caractères et Aparté en lit {limit} au plus : "
        "coupez-la en plusieurs documents.",
    )
    SOURCE_BINARY = (
        ExitCode.BAD_INPUT,
        "Ce fichier n’est pas du texte : ouvrez un fichier texte (.txt), "
        "ou copiez le texte du document et collez-le.",
    )
    SOURCE_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Le fichier de la source ne peut pas être lu : vérifiez son nom et vos droits d’accès.",
    )
    UNKNOWN_FORM = (
        ExitCode.BAD_INPUT,
        "Le type de document « {form} » n’existe pas : choisissez parmi {forms}.",
    )
    FORM_INVALID = (
        ExitCode.CANNOT,
        "La description du document « {form} » est mal formée : réinstallez Aparté.",
    )
    OUTPUT_UNWRITABLE = (
        ExitCode.BAD_INPUT,
        "Le brouillon ne peut pas être enregistré à cet endroit : choisissez un autre dossier.",
    )
    OUTPUT_IS_SOURCE = (
        ExitCode.BAD_INPUT,
        "Le fichier demandé avec -o est la source elle-même : choisissez un autre nom.",
    )
    MODEL_MISSING = (
        ExitCode.CANNOT,
        "Le modèle « {model} » n’est pas installé : réinstallez Aparté, "
        "ou indiquez un fichier de modèle avec --modele.",
    )
    MODEL_ALTERED = (
        ExitCode.CANNOT,
        "Le fichier du modèle « {model} » est incomplet ou a été modifié ; "
        "il n’a pas été chargé : réinstallez-le.",
    )
    MODEL_UNUSABLE = (
        ExitCode.CANNOT,
        "Le fichier « {model} » n’est pas un modèle qu’Aparté sait lire : choisissez-en un autre.",
    )
    MODEL_CANNOT_WRITE = (
        ExitCode.BAD_INPUT,
        "Le modèle « {model} » classe vos phrases mais ne rédige pas : "
        "choisissez le mode « copie », ou un autre modèle.",
    )
    MODEL_CANNOT_FILE = (
        ExitCode.BAD_INPUT,
        "Le modèle « {model} » n’est pas prévu pour la copie stricte : "
        "choisissez le mode « verifie », ou le modèle livré avec Aparté.",
    )
    MEMORY_SHORT = (
        ExitCode.CANNOT,
        "La mémoire libre de ce poste ne suffit pas pour le modèle « {model} » : "
        "fermez d’autres programmes, ou choisissez un modèle plus petit.",
    )
    WORKER_DIED = (
        ExitCode.CANNOT,
        "La rédaction s’est arrêtée. Votre source et le texte déjà affiché sont gardés : "
        "vous pouvez recommencer.",
    )
    WORKER_HUNG = (
        ExitCode.CANNOT,
        "La rédaction ne répondait plus et a été arrêtée. Votre source et le texte déjà affiché "
        "sont gardés : vous pouvez recommencer.",
    )
    WORKER_UNSTARTED = (
        ExitCode.CANNOT,
        "La rédaction n’a pas pu démarrer : lancez « aparte diagnostic » "
        "et transmettez le résultat à votre service informatique.",
    )
    WORKER_FAULT = (
        ExitCode.CANNOT,
        "La rédaction a échoué. Votre source est gardée : recommencez, "
        "et lancez « aparte diagnostic » si cela se reproduit.",
    )
    CANCELLED = (ExitCode.CANCELLED, "Arrêté à votre demande. Votre source est gardée.")
    SETTINGS_UNREADABLE = (
        ExitCode.CANNOT,
        "Vos réglages ne peuvent pas être lus : le fichier a été mis de côté, "
        "les réglages d’origine s’appliquent.",
    )
    UNKNOWN = (
        ExitCode.CANNOT,
        "Aparté a rencontré un problème imprévu. Votre source n’a pas été modifiée : "
        "lancez « aparte diagnostic » et transmettez le résultat à votre service informatique.",
    )

    def __init__(self, exit_code: ExitCode, sentence: str) -> None:
        self.exit_code = exit_code
        self.sentence = sentence

    @classmethod
    def from_name(cls, name: str) -> ErrorCode:
        """The code called ``name``; a name nobody knows is ``UNKNOWN``, never an exception."""
        return cls.__members__.get(name, cls.UNKNOWN)


class AparteError(Exception):
    """What a user is told: a code and the facts its sentence needs."""

    def __init__(self, code: ErrorCode, **facts: object) -> None:
        super().__init__(code.name)
        self.code = code
        self.facts = facts

    @property
    def sentence(self) -> str:
        """One clear French sentence, with French typography, that says what to do."""
        known = {name: str(fact) for name, fact in self.facts.items()}
        return self.code.sentence.format_map(_Blanks(known))


class _Blanks(dict[str, str]):
    """Facts by name; one that is missing shows as an ellipsis rather than a traceback."""

    def __missing__(self, name: str) -> str:
        return "…"
