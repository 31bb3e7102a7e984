"""The single file of a pack: a ZIP archive with one possible spelling.

The members are stored, not compressed, in the order of their names, without dates, comments or
extra fields. So the same members always make the same bytes; a file that differs from what its
members make was changed, wherever the change is; and nothing in it can swell when it is read.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

LARGEST_PACK = 200 * 1024 * 1024
_MOST_MEMBERS = 1000
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}(?:/[a-z0-9][a-z0-9._-]{0,79}){0,2}")

_VERSION = 20  # of the ZIP format: the oldest that knows folders
_MADE_BY = 3 << 8 | _VERSION  # 3: Unix, for the permissions
_DAY_ONE = 0x21  # 1 January 1980, the first day a ZIP can name
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_PLAIN_FILE = 0o100644 << 16


class ContainerError(ValueError):
    """The file is not a pack; its text is the member, or the part, that is wrong."""


def encode(members: Mapping[str, bytes]) -> bytes:
    """The archive that holds ``members``; raises ContainerError for a name a pack can't hold."""
    body, directory = io.BytesIO(), io.BytesIO()
    for name in sorted(members):
        if not _is_fair(name):
            raise ContainerError(name)
        data, path = members[name], name.encode("ascii")
        head = struct.pack(
            "<HHHHHLLLHH",
            _VERSION, 0, zipfile.ZIP_STORED, 0, _DAY_ONE,
            zlib.crc32(data), len(data), len(data), len(path), 0,
        )  # fmt: skip
        place = body.tell()
        body.write(_LOCAL + head + path + data)
        tail = struct.pack("<HHHLL", 0, 0, 0, _PLAIN_FILE, place)
        directory.write(_CENTRAL + struct.pack("<H", _MADE_BY) + head + tail + path)
    start, size = body.tell(), directory.tell()
    body.write(directory.getvalue())
    body.write(_END + struct.pack("<HHHHLLH", 0, 0, len(members), len(members), size, start, 0))
    return body.getvalue()


def decode(archive: bytes) -> dict[str, bytes]:
    """The members of ``archive``. Raises ContainerError where it is not exactly what ``encode``
    makes of them: links, folders, paths that leave the pack, duplicates, compressed or encrypted
    members, bytes before, between or after."""
    if len(archive) > LARGEST_PACK:
        raise ContainerError("taille")
    try:
        members = _read(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError,
            struct.error, UnicodeDecodeError, ValueError, zlib.error) as fault:  # fmt: skip
        if isinstance(fault, ContainerError):
            raise
        raise ContainerError("archive") from fault
    if encode(members) != archive:
        raise ContainerError("archive")
    return members


def _read(archive: bytes) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        infos = opened.infolist()
        if len(infos) > _MOST_MEMBERS:
            raise ContainerError("nombre de fichiers")
        for info in infos:
            if not _is_fair(info.filename) or info.filename in members:
                raise ContainerError("nom de fichier")
            if info.compress_type != zipfile.ZIP_STORED or info.file_size > len(archive):
                raise ContainerError(info.filename)
            try:
                members[info.filename] = opened.read(info)
            except zipfile.BadZipFile as fault:  # the data and its checksum differ
                raise ContainerError(info.filename) from fault
    return members


def _is_fair(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and ".." not in name
