"""Guides to try things on, and whoever signs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.guides import Guide
from assistant.retrieval.embedder import Embedder
from assistant.retrieval.embedder_files import shipped_embedder
from assistant.retrieval.guide_text import read_guide
from assistant.retrieval.packs import Content, write_pack
from assistant.retrieval.signatures import TrustedKey, fingerprint

WRITTEN = """\
+++
id = "essai"
titre = "Un guide d’essai"
version = "1.0"
date = 2026-01-02
revision = 2027-01-02
public = ["médecins"]
avec = ["V"]
resume = "Ce qu’il faut savoir."
+++

# Un guide d’essai

*Ce guide est fictif.*

## L’essentiel

- Relisez **chaque** dose.
- Cherchez les oublis.

## Recommandations

1. Gardez la source ouverte pendant toute la relecture, et supprimez ce qui n’y est pas écrit. [loi]

2. Prévenez la personne qu’un outil d’écriture a servi, avec des mots simples. [étude] (source 1)

## À ne pas faire

Deux fautes à éviter :

- envoyer sans relire ;
- faire confiance au style.

## Exemple et contre-exemple

### Contre-exemple

L’interne envoie la lettre sans l’ouvrir.

## Sources

1. Un livre.
"""


@pytest.fixture
def guide() -> Guide:
    return read_guide(WRITTEN)


@pytest.fixture(scope="session")
def private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture(scope="session")
def keys(private: Ed25519PrivateKey) -> dict[str, TrustedKey]:
    public = private.public_key()
    return {fingerprint(public): TrustedKey("CHU d’essai", public)}


@pytest.fixture
def members(guide: Guide, private: Ed25519PrivateKey) -> dict[str, bytes]:
    content = Content(guide, "guides/essai.md", WRITTEN.encode(), b"%PDF-1.4 essai")
    return write_pack("Essai", "CC0", guide.dated, [content], private)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The embedder that ships, loaded once."""
    return Embedder(Path(shipped_embedder()))
