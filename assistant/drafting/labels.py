"""Section labels as clinicians type them (« ATCD : », « TTT sortie : »), and their topics."""

from __future__ import annotations

import re
import unicodedata

from assistant.drafting.topics import Topic

_LABELS: dict[Topic, tuple[str, ...]] = {
    Topic.IDENTITY: ("patient", "patiente", "identite", "mt", "medecin traitant", "adresse par"),
    Topic.REASON: (
        "motif",
        "motif de consultation",
        "motif d'hospitalisation",
        "motif d'admission",
        "motif de passage",
        "motif d'entree",
        "mdc",
        "situation",
    ),
    Topic.HISTORY: (
        "atcd",
        "atcds",
        "antecedents",
        "antecedent",
        "atcd med",
        "atcd medicaux",
        "atcd chir",
        "atcd chirurgicaux",
        "atcd perso",
        "antecedents medicaux",
        "antecedents chirurgicaux",
        "antecedents personnels",
        "antecedents gynecologiques",
        "fdr",
        "fdrcv",
        "facteurs de risque",
        "terrain",
    ),
    Topic.FAMILY: ("atcd fam", "atcd familiaux", "antecedents familiaux", "atcdf"),
    Topic.ALLERGIES: ("allergie", "allergies", "all", "intolerance", "intolerances"),
    Topic.LIFESTYLE: (
        "mdv",
        "mode de vie",
        "contexte social",
        "contexte",
        "social",
        "profession",
        "habitus",
        "autonomie",
    ),
    Topic.USUAL_TREATMENT: (
        "ttt",
        "tt",
        "ttt habituel",
        "ttt hab",
        "ttt entree",
        "ttt a l'entree",
        "ttt en cours",
        "ttt de fond",
        "ttt actuel",
        "tttt",
        "traitement",
        "traitements",
        "traitement habituel",
        "traitement en cours",
        "traitement a l'entree",
        "traitement de fond",
        "traitement actuel",
    ),
    Topic.PRESENT_ILLNESS: (
        "hdm",
        "hdlm",
        "histoire",
        "histoire de la maladie",
        "anamnese",
        "interrogatoire",
    ),
    Topic.EXAMINATION: (
        "examen",
        "examen clinique",
        "ex",
        "ex clin",
        "ex clinique",
        "exam",
        "clinique",
        "constantes",
        "a l'examen",
        "clin",
        "examen a l'entree",
        "examen physique",
    ),
    Topic.LABORATORY: ("bio", "biologie", "bilan bio", "bilan biologique", "bilan", "bs"),
    Topic.INVESTIGATIONS: (
        "imagerie",
        "examens complementaires",
        "ex comp",
        "paraclinique",
        "examens",
    ),
    Topic.PROCEDURES: ("actes", "geste", "gestes", "intervention", "chirurgie"),
    Topic.TREATMENT_GIVEN: ("ttt recu", "traitement recu", "actions"),
    Topic.COURSE: ("evolution", "evol", "suites operatoires", "resultats", "dans le service"),
    Topic.CONCLUSION: (
        "conclusion",
        "ccl",
        "cl",
        "au total",
        "diagnostic",
        "dg",
        "synthese",
        "hypothese",
        "hypotheses",
        "avis",
        "evaluation",
    ),
    Topic.DISCHARGE_STATE: ("etat a la sortie", "etat sortie", "a la sortie"),
    Topic.DISCHARGE_TREATMENT: (
        "ttt sortie",
        "ttt de sortie",
        "traitement de sortie",
        "traitement a la sortie",
        "ordonnance",
        "ordo",
        "prescription",
        "prescriptions",
        "p",
        "rx sortie",
    ),
    Topic.STOPPED_TREATMENT: ("arrete", "arretes", "traitements arretes", "ttt arretes"),
    Topic.PENDING: ("en attente", "resultats en attente", "a recuperer"),
    Topic.FOLLOW_UP: (
        "cat",
        "conduite a tenir",
        "suite",
        "suites",
        "suivi",
        "plan",
        "rdv",
        "a prevoir",
        "demande",
        "a faire",
        "consignes",
        "devenir",
        "surveillance",
        "projet",
    ),
    Topic.PERSON: (
        "personne de confiance",
        "pdc",
        "personne a prevenir",
        "contact",
        "famille",
        "directives anticipees",
    ),
}

_TOPIC_OF: dict[str, Topic] = {
    label: topic for topic, labels in _LABELS.items() for label in labels
}

# Labels that only say what the heading of a form says. Any other one says more (« Hypothèse : »,
# « MT : », « RDV : ») and stays with its clause.
_TITLES = re.compile(
    r"motif( d.*| de .*)?|mdc|(atcds?|antecedents?)( med(icaux)?| chir(urgicaux)?| perso(nnels)?)?"
    r"|(atcd|antecedents) fam(iliaux)?|all(ergies?)?|mdv|mode de vie"
    r"|hdl?m|histoire( de la maladie)?|anamnese"
    r"|(t{2,4}|traitements?)( habituel| hab| (a l')?entree| en cours| de fond| actuel)?"
    r"|(ttt|traitement) (de )?sortie|traitement a la sortie|ordonnance|ordo"
    r"|ex(amen?)?( clin(ique)?| physique)?|a l'examen|clin(ique)?|(resultats )?en attente"
    r"|conclusion|ccl|cl|au total|synthese|cat|conduite a tenir|etat (a la )?sortie"
)

# A label opens a line or a sentence and is at most five words long.
_LABEL = re.compile(r"(?P<words>[^\W\d_][\w.'’/ -]{0,38}?)\s*(?::|=>|→|-(?=\s))\s*")


def fold(text: str) -> str:
    """``text`` in lower case, without accents, full stops or doubled spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", letters.replace(".", "")).strip()


def is_title(label: str) -> bool:
    """True if ``label`` (with its colon) says no more than the heading of a form."""
    words = fold(label).rstrip(" :=>→-")
    return _TITLES.fullmatch(words) is not None


def label_at(text: str, start: int, end: int) -> tuple[int, Topic] | None:
    """The section label that ``text[start:end]`` opens with.

    Returns the offset where its content begins and the topic it announces, or None.
    """
    match = _LABEL.match(text, start, end)
    if match is None:
        return None
    topic = _TOPIC_OF.get(fold(match["words"]))
    return None if topic is None else (match.end(), topic)
