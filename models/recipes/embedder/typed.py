"""Questions as people type them: accents left out, slips, shorthand, another word for the same."""

from __future__ import annotations

import random

from models.recipes.embedder.synonyms import Synonyms
from models.recipes.noise import slips

_FRAMES = (
    "Comment {} ?",
    "Que faire pour {} ?",
    "{} : que faut-il savoir ?",
    "Quelles sont les règles sur {} ?",
    "Que dit le guide sur {} ?",
    "c'est quoi {}",
    "Je cherche des informations sur {}",
    "Est-ce que je peux {} ?",
    "Ai-je le droit de {} ?",
    "qui est concerné par {}",
    "Dans quels cas {} ?",
    "Pourquoi {} ?",
    "{} ?",
    "Bonjour, une question sur {}, merci",
    "que risque-t-on : {}",
    "Faut-il {} ?",
    "quand {}",
    "Où trouver {} ?",
)


def typed(query: str, synonyms: Synonyms, draw: random.Random) -> str:
    """``query`` as another hand might have typed it."""
    if draw.random() < 0.4:
        query = synonyms.exchanged(query, draw)
    if draw.random() < 0.3:
        query = draw.choice(_FRAMES).format(query)
    if draw.random() < 0.25:
        query = slips(query, draw, 0.03)
    if draw.random() < 0.15:
        words = query.split()
        query = " ".join(w for w in words if draw.random() < 0.8) or query
    return query
