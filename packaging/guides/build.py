"""Build the signed pack of the guides that ship: ``guides/aparte-guides.zip``.

    .venv/bin/python packaging/guides/build.py [--cle FICHIER]

Each guide gets its PDF, with the page and the place of every line. The private key stays outside
the repository, in the user's folder unless ``--cle`` says otherwise; where there is none, one is
made, and the public key that ships is replaced: installed copies then need the new program before
they trust the new pack.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from typesetter import set_guide

from assistant.guides import GuideQuestion
from assistant.paths import config_folder, shipped_guides
from assistant.retrieval.chunking import passages
from assistant.retrieval.guide_text import read_guide
from assistant.retrieval.library import SHIPPED_PACK
from assistant.retrieval.packs import Content, archive_of, write_pack

NAME = "Guides d’Aparté"
LICENCE = "Apache-2.0"
MAKER = "Aparté"
ROOT = Path(__file__).resolve().parents[2]
PUBLIC_KEY = ROOT / "assistant" / "retrieval" / "keys" / "aparte.pem"


def build(folder: Path, private: Ed25519PrivateKey) -> bytes:
    """The pack of the guides in ``folder``, signed. The same guides make the same bytes."""
    asked = tomllib.loads((folder / "questions.toml").read_text("utf-8"))
    contents = [content_of(path, asked.pop(path.stem, {})) for path in sorted(folder.glob("*.md"))]
    if asked:
        raise ValueError(f"questions.toml: no guide is called {', '.join(asked)}")
    newest: date = max(content.guide.dated for content in contents)
    return archive_of(write_pack(NAME, LICENCE, newest, contents, private))


def content_of(path: Path, asked: dict[str, list[str]]) -> Content:
    """One guide: its text as it is written, the questions that are asked of it, and its PDF."""
    written = path.read_bytes()
    guide = read_guide(written.decode("utf-8"))
    if guide.id != path.stem:
        raise ValueError(f"{path.name}: the id of the guide is not the name of its file")
    pdf, lines = set_guide(guide, MAKER)
    sections = {passage.section for passage in passages(guide)}
    questions = []
    for section, texts in asked.items():
        place = tuple(section.split(" > "))
        if place not in sections:
            raise ValueError(f"questions.toml: « {section} » is no passage of {guide.id}")
        questions += [GuideQuestion(place, text) for text in texts]
    guide = replace(guide, lines=lines, questions=tuple(questions))
    return Content(guide, f"guides/{guide.id}.md", written, pdf)


def private_key(path: Path) -> Ed25519PrivateKey:
    """The key in ``path``, made if there is none; its public half then ships."""
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        print(f"Nouvelle clé : {path}. Gardez-la en lieu sûr.", file=sys.stderr)
    loaded = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise TypeError(f"{path}: not an Ed25519 key")
    return loaded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    usual = config_folder() / "cle-des-guides.pem"
    parser.add_argument("--cle", type=Path, default=usual, help="the private key")
    asked = parser.parse_args()
    private = private_key(asked.cle)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public = f"{MAKER}\n".encode() + pem
    if not PUBLIC_KEY.exists() or PUBLIC_KEY.read_bytes() != public:
        PUBLIC_KEY.parent.mkdir(parents=True, exist_ok=True)
        PUBLIC_KEY.write_bytes(public)
        print(f"La clé publique livrée a changé : {PUBLIC_KEY.name}.", file=sys.stderr)
    pack = shipped_guides() / SHIPPED_PACK
    pack.write_bytes(build(shipped_guides(), private))
    print(f"{pack.name} : {pack.stat().st_size} octets")


if __name__ == "__main__":
    main()
