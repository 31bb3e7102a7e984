"""Documents of the hospital's own: what is taken out of them, and what is refused, with why."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.extraction import limits
from assistant.extraction.service import Service
from assistant.protocol import Done, Event, Extract, Extracted, Load, ModelFile, Read
from tests.extraction import documents


def events(path: Path, data: bytes) -> list[Event]:
    path.write_bytes(data)
    return list(Service(lambda: False).answer(Extract(1, str(path))))


def blocks(path: Path, data: bytes) -> list[tuple[str, int, int, str]]:
    """Kind, level, page and text."""
    found = [e for e in events(path, data) if isinstance(e, Extracted)]
    return [
        block
        for part in found
        for block in zip(part.kinds, part.levels, part.pages, part.texts, strict=True)
    ]


def refusal(path: Path, data: bytes) -> ErrorCode:
    with pytest.raises(AparteError) as caught:
        events(path, data)
    assert "…" not in caught.value.sentence
    return caught.value.code


def test_a_pdf_gives_its_headings_paragraphs_and_lists(tmp_path: Path) -> None:
    found = blocks(tmp_path / "a.pdf", documents.pdf_document())
    heading = found.index(("titre", 1, 1, documents.HEADING))
    kind, _, _, text = found[heading + 1]
    assert kind == "paragraphe"
    assert text.startswith("Relisez chaque ordonnance")
    assert text.endswith("une dose inventée.")
    assert found[heading + 2][3].startswith("Le second paragraphe")
    assert ("puce", 0, 1, "Vérifier le nom.") in found


def test_running_feet_are_left_out_and_pages_are_counted(tmp_path: Path) -> None:
    heard = events(tmp_path / "a.pdf", documents.pdf_document(pages=6))
    assert [(e.done, e.total) for e in heard if isinstance(e, Read)][-1] == (6, 6)
    (told,) = [e for e in heard if isinstance(e, Extracted)]
    assert set(told.pages) == set(range(1, 7))
    assert told.texts.count(documents.HEADING) == 6
    assert not any("fictif" in text or "diffuser" in text for text in told.texts)
    assert isinstance(heard[-1], Done)


def test_a_word_document_gives_its_styles_and_its_tables(tmp_path: Path) -> None:
    assert blocks(tmp_path / "a.docx", documents.word_document()) == [
        ("titre", 1, 0, "Protocole de relecture"),
        ("titre", 2, 0, "Avant de signer"),
        ("paragraphe", 0, 0, "Relisez la lettre avec la source."),
        ("puce", 0, 0, "les doses"),
        ("paragraphe", 0, 0, "Dose — Unité"),
    ]


def test_text_and_markdown_are_read_in_any_usual_encoding(tmp_path: Path) -> None:
    written = "# Été\n\nÀ relire."
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        found = blocks(tmp_path / "a.md", written.encode(encoding))
        assert [text for *_, text in found] == ["Été", "À relire."]
    assert len(blocks(tmp_path / "a.txt", b"un\ndeux\n\ntrois")) == 2


def test_a_pdf_that_anybody_may_read_is_read(tmp_path: Path) -> None:
    assert documents.HEADING in str(blocks(tmp_path / "a.pdf", documents.encrypted_pdf("")))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", documents.pdf_document(scanned=True), ErrorCode.DOCUMENT_SCANNED),
        ("a.pdf", documents.encrypted_pdf("secret"), ErrorCode.DOCUMENT_ENCRYPTED),
        ("a.pdf", b"%PDF-1.7 pas grand-chose", ErrorCode.DOCUMENT_DAMAGED),
        ("a.pdf", b"", ErrorCode.DOCUMENT_DAMAGED),
        ("a.docx", b"PK\x03\x04 non", ErrorCode.DOCUMENT_DAMAGED),
        ("a.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, ErrorCode.DOCUMENT_ENCRYPTED),
        ("a.docx", documents.word_bomb(), ErrorCode.DOCUMENT_TOO_SLOW),
        ("a.docx", documents.nested_word(), ErrorCode.DOCUMENT_DAMAGED),
        ("a.txt", b"\0\1\2\3" * 50, ErrorCode.DOCUMENT_UNKNOWN),
        ("a.txt", b"  \n ", ErrorCode.DOCUMENT_EMPTY),
        ("a.xlsx", b"PK", ErrorCode.DOCUMENT_UNKNOWN),
    ],
    ids=lambda value: value.name if isinstance(value, ErrorCode) else "",
)
def test_what_cannot_be_read_is_refused_with_why(
    tmp_path: Path, name: str, data: bytes, code: ErrorCode
) -> None:
    assert refusal(tmp_path / name, data) is code


def test_a_document_over_the_limits_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_PAGES", 3)
    assert refusal(tmp_path / "a.pdf", documents.pdf_document(4)) is ErrorCode.DOCUMENT_TOO_LONG
    monkeypatch.setattr(limits, "MOST_CHARACTERS", 20)
    assert refusal(tmp_path / "a.txt", b"a" * 30) is ErrorCode.DOCUMENT_TOO_LONG
    monkeypatch.setattr(limits, "MOST_SECONDS", -1.0)
    assert refusal(tmp_path / "a.txt", b"a" * 3) is ErrorCode.DOCUMENT_TOO_SLOW


def test_a_document_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AparteError) as caught:
        list(Service(lambda: False).answer(Extract(1, str(tmp_path / "absent.pdf"))))
    assert caught.value.code is ErrorCode.DOCUMENT_UNREADABLE


def test_a_stop_is_felt_between_two_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(documents.pdf_document(3))
    with pytest.raises(AparteError) as caught:
        list(Service(lambda: True).answer(Extract(1, str(path))))
    assert caught.value.code is ErrorCode.CANCELLED


def test_it_does_nothing_else() -> None:
    with pytest.raises(AparteError) as caught:
        list(Service(lambda: False).answer(Load(1, ModelFile("/m.gguf", 8))))
    assert caught.value.code is ErrorCode.WORKER_FAULT
