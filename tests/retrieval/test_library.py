"""The shelf of this PC: what ships, what was added, which of two is shown, what is set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.errors import AparteError, ErrorCode
from assistant.paths import guides_folder
from assistant.retrieval import library
from assistant.retrieval.library import Library, Origin, keep_pack, open_library
from assistant.retrieval.packs import Content, archive_of, read_archive, write_pack
from assistant.retrieval.signatures import trusted_keys


def test_what_ships_is_on_the_shelf_in_the_order_of_titles() -> None:
    shelved = open_library().guides
    assert len(shelved) == 10
    assert {one.origin for one in shelved} == {Origin.SHIPPED}
    titles = [one.guide.title for one in shelved]
    assert titles.index("Évaluer et gouverner l’outil dans l’équipe") < titles.index(
        "Formuler une demande nette"
    )


def test_an_unsigned_pack_never_takes_the_place_of_a_signed_guide() -> None:
    ours = open_library().find("transmettre").guide
    later = replace(ours, dated=ours.dated + timedelta(days=400), version="9.9", lines=())
    text = later.text.encode()
    written = (
        f'+++\nid = "transmettre"\ntitre = "{later.title}"\nversion = "9.9"\n'
        f"date = {later.dated}\nrevision = {later.review}\n+++\n"
    ).encode() + text
    members = write_pack("E", "CC0", later.dated, [Content(later, "guides/t.md", written)])
    keep_pack(archive_of(members))
    shown = open_library().find("transmettre")
    assert (shown.guide.version, shown.signer) == (ours.version, "Aparté")


def test_a_pack_that_was_damaged_is_set_aside_and_the_rest_is_there() -> None:
    guides_folder().mkdir(parents=True)
    (guides_folder() / "paquet-abime.zip").write_bytes(b"PK\x03\x04")
    shelf = open_library()
    assert len(shelf.guides) == 10
    assert [one.name for one in shelf.set_aside] == ["paquet-abime.zip"]


def test_guides_that_ship_must_be_the_ones_that_were_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "trusted_keys", dict)
    with pytest.raises(AparteError) as caught:
        open_library()
    assert caught.value.code is ErrorCode.GUIDES_MISSING


def test_each_pack_is_named_once_with_its_guides() -> None:
    shelf: Library = open_library()
    (file,) = shelf.files
    assert sorted(file.guides) == sorted(one.guide.id for one in shelf.guides)
    pack = read_archive(shelf.guides[0].path.read_bytes(), "p", trusted_keys())
    assert {guide.id for guide in pack.guides} == set(file.guides)
