"""The formats a letter goes out in, by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from assistant.export.fhir import fhir
from assistant.export.letter import Letter
from assistant.export.pdf import pdf
from assistant.export.word import word

FORMATS: Mapping[str, tuple[str, Callable[[Letter], bytes]]] = {
    ".docx": ("Document Word", word),
    ".pdf": ("Document PDF", pdf),
    ".txt": ("Fichier texte", lambda letter: letter.text.encode()),
    ".json": ("Document FHIR", lambda letter: fhir(letter).encode()),
}


def file_bytes(letter: Letter, path: Path) -> bytes:
    """What the file at ``path`` is to hold; text where the ending says nothing."""
    _, write = FORMATS.get(path.suffix.casefold(), FORMATS[".txt"])
    return write(letter)
