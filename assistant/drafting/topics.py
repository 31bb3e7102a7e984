"""What a clause of a clinical note is about.

The starter model tags clauses with topics, not with the headings of one form, so that one
model serves every form: a form only says which topics stand under each of its headings.
"""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """One subject a clause can have. The values are the model's tags: never rename one."""

    IDENTITY = "identite"
    REASON = "motif"
    HISTORY = "antecedents"
    FAMILY = "familiaux"
    ALLERGIES = "allergies"
    LIFESTYLE = "mode_de_vie"
    USUAL_TREATMENT = "traitement_habituel"
    PRESENT_ILLNESS = "histoire"
    EXAMINATION = "examen"
    LABORATORY = "biologie"
    INVESTIGATIONS = "explorations"
    PROCEDURES = "actes"
    TREATMENT_GIVEN = "traitement_recu"
    COURSE = "evolution"
    CONCLUSION = "conclusion"
    DISCHARGE_STATE = "etat_sortie"
    DISCHARGE_TREATMENT = "traitement_sortie"
    STOPPED_TREATMENT = "traitement_arrete"
    PENDING = "en_attente"
    FOLLOW_UP = "suites"
    PERSON = "personne"
    OTHER = "hors_sujet"
