"""The single file of a pack: one spelling, and no other is read."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.container import ContainerError, decode, encode

MEMBERS = {"manifest.json": b"{}", "guides/a.md": "été".encode() * 40, "guides/a.pdf": b"\0" * 9}
NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}(/[a-z0-9]{1,5})?", fullmatch=True).filter(
    lambda name: ".." not in name
)


@given(st.dictionaries(NAMES, st.binary(max_size=60), min_size=1, max_size=6))
def test_what_is_written_is_read_back(members: dict[str, bytes]) -> None:
    archive = encode(members)
    assert decode(archive) == members
    assert encode(dict(reversed(members.items()))) == archive


def test_any_zip_program_reads_it() -> None:
    with zipfile.ZipFile(io.BytesIO(encode(MEMBERS))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS


def test_no_bit_can_change_unseen() -> None:
    archive = encode(MEMBERS)
    for place in range(len(archive)):
        for bit in range(8):
            changed = bytearray(archive)
            changed[place] ^= 1 << bit
            with pytest.raises(ContainerError):
                decode(bytes(changed))


@given(st.binary(max_size=400))
def test_noise_is_no_pack(noise: bytes) -> None:
    with pytest.raises(ContainerError):
        decode(noise)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../b", "C:\\x", "A.md", "a//b", "", "é.md"])
def test_a_name_that_leaves_the_pack_is_refused(name: str) -> None:
    with pytest.raises(ContainerError):
        encode({name: b""})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name or ".", b"x")
    with pytest.raises(ContainerError):
        decode(out.getvalue())


def test_a_bomb_a_link_and_a_duplicate_are_refused() -> None:
    bomb, link, twice = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", b"0" * 10_000_000)
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("a.md")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("a.md", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.md", b"2")
    for made in (bomb, link, twice):
        with pytest.raises(ContainerError):
            decode(made.getvalue())
