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
    FORM_NOT_COPIED = (
        ExitCode.BAD_INPUT,
        "Le document « {form} » ne se fait pas en copie stricte : "
        "choisissez un modèle qui rédige, et le mode « verifie ».",
    )
    OUTPUT_UNWRITABLE = (
        ExitCode.BAD_INPUT,
        "Le brouillon ne peut pas être enregistré à cet endroit : choisissez un autre dossier.",
    )
    TEMPLATE_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Ce modèle de document n’est pas un fichier Word (.docx) lisible : choisissez-en un autre.",
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
    MODEL_UNREADABLE = (
        ExitCode.CANNOT,
        "Le fichier du modèle « {model} » ne peut pas être lu : vérifiez vos droits d’accès.",
    )
    MODEL_CUT = (
        ExitCode.CANNOT,
        "Le fichier du modèle « {model} » est incomplet : copiez-le ou téléchargez-le de nouveau.",
    )
    MODEL_WITHOUT_WEIGHTS = (
        ExitCode.CANNOT,
        "Le fichier « {model} » ne contient que le vocabulaire d’un modèle : "
        "choisissez le fichier du modèle complet.",
    )
    MODEL_WITHOUT_DIALOGUE = (
        ExitCode.CANNOT,
        "Le modèle « {model} » n’est pas prévu pour suivre une consigne, donc ni pour rédiger ni "
        "pour classer : choisissez sa version « instruct » ou « chat ».",
    )
    MODEL_UNSUPPORTED = (
        ExitCode.CANNOT,
        "Cette version d’Aparté ne sait pas lire le modèle « {model} » (famille « {family} ») : "
        "choisissez-en un autre.",
    )
    MODEL_STOPS_ENGINE = (
        ExitCode.CANNOT,
        "Le modèle « {model} » arrête le moteur de calcul (fichier abîmé, ou mémoire "
        "insuffisante) : choisissez-en un autre.",
    )
    MODEL_TOO_LARGE = (
        ExitCode.CANNOT,
        "Le modèle « {model} » demande environ {needed} de mémoire et ce poste en a {free} de "
        "libres : fermez d’autres programmes, ou choisissez un fichier de {largest} au plus.",
    )
    MODEL_GONE = (
        ExitCode.CANNOT,
        "Le fichier du modèle « {model} » n’est plus à sa place : le modèle livré avec Aparté le "
        "remplace, et vous pouvez en choisir un autre dans Réglages.",
    )
    MODEL_CHANGED = (
        ExitCode.CANNOT,
        "Le fichier du modèle « {model} » a changé depuis votre choix : le modèle livré avec "
        "Aparté le remplace, et vous pouvez le choisir de nouveau dans Réglages.",
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
    PACK_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Le fichier « {pack} » n’est pas un paquet de guides complet ({part}) : "
        "redemandez-le à qui l’a publié.",
    )
    PACK_ALTERED = (
        ExitCode.NO,
        "Le paquet de guides « {pack} » a été modifié après sa signature ({part}). "
        "Il n’a pas été ouvert : redemandez-le à qui l’a publié.",
    )
    PACK_KEY_UNKNOWN = (
        ExitCode.NO,
        "Le paquet de guides « {pack} » est signé par une clé que ce poste ne connaît pas "
        "({key}) : demandez à votre service informatique de l’installer.",
    )
    GUIDES_MISSING = (
        ExitCode.CANNOT,
        "Les guides livrés avec Aparté sont absents ou modifiés : réinstallez Aparté.",
    )
    GUIDE_UNKNOWN = (
        ExitCode.BAD_INPUT,
        "Aucun guide ne s’appelle « {guide} » : « aparte guides lister » donne les noms.",
    )
    GUIDE_KEPT = (
        ExitCode.BAD_INPUT,
        "Le guide « {guide} » est livré avec Aparté : il ne se retire pas.",
    )
    GUIDE_UNWRITABLE = (
        ExitCode.CANNOT,
        "Le guide ne peut pas être enregistré dans votre dossier : "
        "vérifiez la place libre et vos droits d’accès.",
    )
    DOCUMENT_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Le document ne peut pas être lu : vérifiez son nom et vos droits d’accès.",
    )
    DOCUMENT_UNKNOWN = (
        ExitCode.BAD_INPUT,
        "Aparté ne lit pas ce genre de document : "
        "choisissez un PDF, un document Word (.docx), du Markdown ou du texte.",
    )
    DOCUMENT_DAMAGED = (
        ExitCode.BAD_INPUT,
        "Le document est abîmé ou n’est pas ce que son nom annonce : "
        "ouvrez-le dans son logiciel et enregistrez-le à nouveau.",
    )
    DOCUMENT_ENCRYPTED = (
        ExitCode.BAD_INPUT,
        "Le document est protégé par un mot de passe : "
        "enregistrez-en une copie sans mot de passe, et choisissez cette copie.",
    )
    DOCUMENT_SCANNED = (
        ExitCode.BAD_INPUT,
        "Ce PDF ne contient que des images, sans texte : demandez le document d’origine, "
        "ou passez-le par une reconnaissance de caractères.",
    )
    DOCUMENT_EMPTY = (
        ExitCode.BAD_INPUT,
        "Le document ne contient pas de texte : choisissez-en un autre.",
    )
    DOCUMENT_ABOUT_A_PATIENT = (
        ExitCode.BAD_INPUT,
        "Ce document semble parler d’un patient (numéro, nom et date de naissance) : "
        "il n’a pas été ajouté. Seuls des guides et des protocoles peuvent l’être.",
    )
    DOCUMENT_TOO_LONG = (
        ExitCode.BAD_INPUT,
        "Le document est trop long ({size}, et Aparté en lit {limit} au plus) : "
        "coupez-le en plusieurs documents.",
    )
    DOCUMENT_TOO_SLOW = (
        ExitCode.BAD_INPUT,
        "Le document demande trop de temps ou de mémoire et a été refusé : "
        "enregistrez-le en PDF simple, ou coupez-le en plusieurs documents.",
    )
    EMBEDDER_MISSING = (
        ExitCode.CANNOT,
        "Le modèle de recherche dans les guides est absent : réinstallez Aparté.",
    )
    EMBEDDER_ALTERED = (
        ExitCode.CANNOT,
        "Le modèle de recherche dans les guides est incomplet ou a été modifié ; "
        "il n’a pas été chargé : réinstallez Aparté.",
    )
    QUESTION_EMPTY = (ExitCode.BAD_INPUT, "La question est vide : écrivez-la en une phrase.")
    QUESTIONS_INVALID = (
        ExitCode.BAD_INPUT,
        "Le fichier de questions est mal formé à la ligne {line} : corrigez-la, et recommencez.",
    )
    SEARCH_STOPPED = (
        ExitCode.CANNOT,
        "La recherche dans les guides s’est arrêtée : vous pouvez recommencer. "
        "Si cela se reproduit, transmettez le résultat de « aparte diagnostic » "
        "à votre service informatique.",
    )
    CHECK_STOPPED = (
        ExitCode.CANNOT,
        "Le contrôle du brouillon s’est arrêté. Votre brouillon est gardé : "
        "vous pouvez relancer le contrôle.",
    )
    CHECK_FAILED = (
        ExitCode.CANNOT,
        "Le contrôle du brouillon n’a pas abouti. Votre brouillon est gardé : relisez-le en "
        "entier. Si cela se reproduit, transmettez le résultat de « aparte diagnostic » "
        "à votre service informatique.",
    )
    CONTEXT_INVALID = (
        ExitCode.BAD_INPUT,
        "Un contexte de {context} jetons n’est pas possible : indiquez-en {least} au moins.",
    )
    LIMIT_INVALID = (
        ExitCode.BAD_INPUT,
        "La longueur demandée ({limit}) n’est pas possible : indiquez un nombre entier de jetons, "
        "1 ou plus (0 pour lire la source sans rédiger).",
    )
    TEMPERATURE_INVALID = (
        ExitCode.BAD_INPUT,
        "La température demandée ({temperature}) n’est pas possible : "
        "indiquez un nombre de 0 à {highest}.",
    )
    SEED_INVALID = (
        ExitCode.BAD_INPUT,
        "La graine demandée ({seed}) n’est pas possible : indiquez un nombre entier, 0 ou plus.",
    )
    STOP_EMPTY = (
        ExitCode.BAD_INPUT,
        "Un des textes qui doivent arrêter la rédaction est vide : écrivez-le, ou retirez-le.",
    )
    GRAMMAR_INVALID = (
        ExitCode.BAD_INPUT,
        "La grammaire imposée au modèle n’est pas utilisable (ligne {line}) : corrigez-la.",
    )
    GRAMMAR_TWICE = (
        ExitCode.BAD_INPUT,
        "Une grammaire et un schéma JSON sont imposés à la fois : n’en gardez qu’un.",
    )
    SCHEMA_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Le schéma imposé au modèle n’est pas un schéma JSON : corrigez-le.",
    )
    SCHEMA_UNSUPPORTED = (
        ExitCode.BAD_INPUT,
        "Le schéma JSON imposé au modèle emploie « {keyword} » d’une façon qu’Aparté "
        "ne sait pas garantir : retirez-le du schéma.",
    )
    NOTHING_LAWFUL = (
        ExitCode.CANNOT,
        "La forme demandée ne peut pas être remplie avec les seuls nombres de la source : "
        "complétez la source, ou choisissez une autre forme.",
    )
    CANCELLED = (ExitCode.CANCELLED, "Arrêté à votre demande. Votre source est gardée.")
    SETTINGS_UNREADABLE = (
        ExitCode.CANNOT,
        "Vos réglages ne peuvent pas être lus : le fichier a été mis de côté, "
        "les réglages d’origine s’appliquent.",
    )
    VAULT_NO_KEYRING = (
        ExitCode.CANNOT,
        "Ce poste n’a pas de trousseau de clés sûr : rien n’est enregistré. "
        "Créez une phrase de passe pour ouvrir un coffre.",
    )
    VAULT_KEYRING_SILENT = (
        ExitCode.CANNOT,
        "Le trousseau de clés de la session ne s’est pas ouvert : rien n’est enregistré. "
        "Déverrouillez-le, puis réessayez.",
    )
    VAULT_KEY_LOST = (
        ExitCode.CANNOT,
        "La clé du coffre n’est plus dans le trousseau de ce poste : "
        "saisissez votre code de récupération. Rien n’est effacé.",
    )
    VAULT_KEYS_DAMAGED = (
        ExitCode.CANNOT,
        "Les clés du coffre sont illisibles, et leur copie aussi : "
        "commencez un nouveau coffre, puis importez votre sauvegarde. Rien n’est effacé.",
    )
    VAULT_NONE = (
        ExitCode.CANNOT,
        "Il n’y a pas encore de coffre sur ce poste : il se crée en ouvrant la fenêtre d’Aparté.",
    )
    VAULT_LOCKED = (ExitCode.CANNOT, "Le coffre est verrouillé : saisissez votre phrase de passe.")
    VAULT_PASSPHRASE_REQUIRED = (
        ExitCode.CANNOT,
        "Votre établissement demande une phrase de passe : rien n’est enregistré. "
        "Créez-la pour ouvrir le coffre.",
    )
    VAULT_PASSPHRASE_WRONG = (
        ExitCode.NO,
        "Cette phrase de passe n’ouvre pas le coffre : vérifiez la touche Majuscule, "
        "puis recommencez.",
    )
    VAULT_WAIT = (
        ExitCode.NO,
        "Trop d’essais : attendez {wait}, puis recommencez.",
    )
    VAULT_PASSPHRASE_WEAK = (
        ExitCode.BAD_INPUT,
        "Cette phrase de passe est trop facile à deviner : "
        "prenez au moins quatre mots sans lien entre eux.",
    )
    VAULT_CODE_MISTYPED = (
        ExitCode.BAD_INPUT,
        "Le groupe {group} du code de récupération est mal recopié : vérifiez-le.",
    )
    VAULT_CODE_WRONG = (
        ExitCode.NO,
        "Ce code de récupération est bien formé, mais il n’ouvre pas ce coffre.",
    )
    VAULT_NO_CODE = (
        ExitCode.CANNOT,
        "Créez d’abord un code de récupération : lui seul ouvre une sauvegarde sur un autre poste.",
    )
    VAULT_EPHEMERAL = (
        ExitCode.CANNOT,
        "En mode éphémère, rien n’est gardé après la fermeture : "
        "il n’y a ni phrase de passe ni sauvegarde à faire.",
    )
    VAULT_TORN = (
        ExitCode.CANNOT,
        "Le dernier arrêt a coupé un enregistrement : relisez la fin de votre dernier texte.",
    )
    VAULT_REPAIRED = (
        ExitCode.CANNOT,
        "Le coffre était abîmé : il a été reconstruit depuis sa copie du jour, "
        "et le fichier abîmé mis de côté. Vérifiez vos derniers textes.",
    )
    VAULT_GONE = (
        ExitCode.CANNOT,
        "Le fichier du coffre a disparu, et sa copie aussi : un coffre vide l’a remplacé. "
        "Importez votre dernière sauvegarde si vous en avez une.",
    )
    VAULT_DAMAGED = (
        ExitCode.CANNOT,
        "Le coffre est abîmé et n’a pas pu être reconstruit. Rien n’est effacé : "
        "importez votre dernière sauvegarde dans un nouveau coffre.",
    )
    VAULT_IN_USE = (
        ExitCode.CANNOT,
        "Une autre fenêtre d’Aparté utilise le coffre : fermez-la, puis recommencez.",
    )
    VAULT_NEWER = (
        ExitCode.CANNOT,
        "Ce coffre vient d’une version plus récente d’Aparté : mettez Aparté à jour. "
        "Rien n’a été modifié.",
    )
    VAULT_DISK_FULL = (
        ExitCode.CANNOT,
        "Le disque est plein : votre texte reste en mémoire et n’est plus enregistré. "
        "Enregistrez-le ailleurs, ou libérez de la place.",
    )
    VAULT_READ_ONLY = (
        ExitCode.CANNOT,
        "Le fichier du coffre ne peut pas être écrit : votre texte reste en mémoire. "
        "Enregistrez-le ailleurs, et vérifiez vos droits d’accès.",
    )
    VAULT_UNWRITABLE = (
        ExitCode.CANNOT,
        "Le disque refuse d’enregistrer le coffre : votre texte reste en mémoire. "
        "Enregistrez-le ailleurs.",
    )
    VAULT_BUSY = (
        ExitCode.CANNOT,
        "Une autre fenêtre d’Aparté écrit dans le coffre : réessayez dans un instant.",
    )
    VAULT_BACKUP_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Ce fichier n’est pas une sauvegarde d’Aparté, ou il est incomplet : "
        "choisissez-en un autre.",
    )
    VAULT_EXPORT_UNWRITABLE = (
        ExitCode.BAD_INPUT,
        "L’export ne peut pas être écrit à cet endroit : choisissez un autre dossier.",
    )
    VAULT_JOURNAL_UNREADABLE = (
        ExitCode.BAD_INPUT,
        "Ce fichier n’est pas un journal exporté par Aparté : choisissez-en un autre.",
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
