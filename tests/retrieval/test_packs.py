"""Packs: what is signed is whole, what changed is named, what nobody signed says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AparteError, ErrorCode
from assistant.guides import Guide
from assistant.retrieval import signatures
from assistant.retrieval.packs import (
    MANIFEST,
    SIGNATURE,
    Content,
    archive_of,
    open_pack,
    read_archive,
    read_pack,
    write_pack,
)
from assistant.retrieval.signatures import TrustedKey, trusted_keys

Members = dict[str, bytes]
Keys = dict[str, TrustedKey]


def refusal(members: Members, keys: Keys) -> AparteError:
    with pytest.raises(AparteError) as caught:
        read_pack(members, "essai.zip", keys)
    return caught.value


def test_a_signed_pack_is_read(members: Members, keys: Keys, guide: Guide, tmp_path: Path) -> None:
    file, folder = tmp_path / "essai.zip", tmp_path / "essai"
    file.write_bytes(archive_of(members))
    for name, data in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for path in (file, folder):
        pack = open_pack(path, keys)
        assert pack.signer == "CHU d’essai"
        assert pack.guides == (guide,)
        assert pack.pdfs == {"essai": b"%PDF-1.4 essai"}
        assert pack.archive == file.read_bytes()


@pytest.mark.parametrize("name", ["guides/essai.md", "guides/essai.pdf", MANIFEST, SIGNATURE])
def test_a_byte_that_changed_is_named(members: Members, keys: Keys, name: str) -> None:
    for place in {0, len(members[name]) // 3, len(members[name]) // 2, len(members[name]) - 1}:
        changed = bytearray(members[name])
        changed[place] ^= 1
        error = refusal({**members, name: bytes(changed)}, keys)
        if error.code is not ErrorCode.PACK_KEY_UNKNOWN:  # the name of the key may be what changed
            assert name in str(error.facts["part"])
            assert error.code in (ErrorCode.PACK_ALTERED, ErrorCode.PACK_UNREADABLE)


def test_a_file_added_or_taken_away_is_named(members: Members, keys: Keys) -> None:
    assert refusal({**members, "guides/b.md": b""}, keys).facts["part"] == "guides/b.md"
    short = {name: data for name, data in members.items() if name != "guides/essai.pdf"}
    assert refusal(short, keys).facts["part"] == "guides/essai.pdf"


def test_a_byte_of_the_single_file_that_changed_is_seen(members: Members, keys: Keys) -> None:
    archive = archive_of(members)
    for place in range(0, len(archive), 7):
        changed = bytearray(archive)
        changed[place] ^= 16
        with pytest.raises(AparteError) as caught:
            read_archive(bytes(changed), "essai.zip", keys)
        assert caught.value.code.name.startswith("PACK_")
        assert caught.value.sentence.count("…") == 0


def test_a_key_nobody_trusts_is_told(members: Members) -> None:
    assert refusal(members, {}).code is ErrorCode.PACK_KEY_UNKNOWN


def test_a_signature_made_by_another_is_refused(
    members: Members, keys: Keys, private: Ed25519PrivateKey
) -> None:
    told = json.loads(members[SIGNATURE])
    told["signature"] = Ed25519PrivateKey.generate().sign(members[MANIFEST]).hex()
    forged = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    error = refusal({**members, SIGNATURE: forged}, keys)
    assert error.code is ErrorCode.PACK_ALTERED
    assert MANIFEST in str(error.facts["part"])


def test_a_pack_without_signature_has_no_signer(members: Members, keys: Keys) -> None:
    unsigned = {name: data for name, data in members.items() if name != SIGNATURE}
    assert read_pack(unsigned, "essai.zip", keys).signer is None


def test_a_manifest_that_speaks_of_another_guide_is_refused(
    guide: Guide, keys: Keys, private: Ed25519PrivateKey
) -> None:
    text = "\n".join(
        ["+++", 'id="autre"', 'titre="A"', 'version="1"', "date=2026-01-01", "+++", "a"]
    )
    made = write_pack(
        "E", "CC0", guide.dated, [Content(guide, "guides/e.md", text.encode())], private
    )
    assert refusal(made, keys).facts["part"] == "guides/e.md"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(ANY_JSON, st.sampled_from(["format", "name", "guides", "files", "dated"]))
def test_any_manifest_is_read_or_refused(value: Any, where: str) -> None:
    manifest: dict[str, Any] = {
        "format": 1, "name": "E", "licence": "CC0", "dated": "2026-01-01", "guides": [], "files": []
    }  # fmt: skip
    for told in (value, {**manifest, where: value}):
        members = {MANIFEST: json.dumps(told).encode()}
        with pytest.raises(AparteError):
            read_pack(members, "e.zip", {})


def test_keys_come_from_the_program_and_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private: Ed25519PrivateKey
) -> None:
    monkeypatch.setattr(signatures, "policy_folder", lambda: tmp_path)
    folder = tmp_path / "cles-guides"
    folder.mkdir()
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "chu.pem").write_bytes(b"CHU de Sainte-Aubierge\n" + pem)
    (folder / "faux.pem").write_bytes(b"-----BEGIN PUBLIC KEY-----\nAAAA\n")
    assert {key.signer for key in trusted_keys().values()} == {"Aparté", "CHU de Sainte-Aubierge"}
