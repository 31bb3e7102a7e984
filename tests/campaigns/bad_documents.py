"""Damage PDF, DOCX, Markdown and packs in many ways; nothing may crash, hang, or pass for signed.

    .venv/bin/python -m tests.campaigns.bad_documents [--files 2000] [--seed N]

Documents go through the real extractor, in its own sealed process; packs through the program's
own reading, in this one. A damaged signed pack must be refused. A file that takes longer than the
limit, an end without a sentence for the user, or an exception here is a failure of the campaign.
"""

from __future__ import annotations

import argparse
import io
import queue
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.engine import EXTRACTOR_COMMAND, Engine
from assistant.errors import AparteError, ErrorCode
from assistant.extraction.limits import MOST_SECONDS
from assistant.paths import shipped_guides
from assistant.protocol import Done, Event, Extract, Failed
from assistant.retrieval.container import encode
from assistant.retrieval.library import SHIPPED_PACK
from assistant.retrieval.packs import MANIFEST, SIGNATURE, Pack, open_pack, read_archive
from assistant.retrieval.signatures import trusted_keys
from tests.extraction import documents

_SLACK = 10.0  # seconds over the limit before the engine gives up on the extractor
_FILES_A_PROCESS = 40
_NUMBERS = (b"0", b"-1", b"4294967296", b"99999999999999999999", b"1e308", b"0.0000001")

Damage = Callable[[bytes, random.Random], bytes]


@dataclass(slots=True)
class Toll:
    """What the damaged files did. ``ends`` counts how each one ended."""

    files: int = 0
    crashes: int = 0
    hangs: int = 0
    forged: int = 0
    slowest: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)


# --- damage -----------------------------------------------------------------------------


def flip(data: bytes, chance: random.Random) -> bytes:
    """Change a few bytes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20, 200))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Keep the beginning, or the end."""
    at = chance.randrange(1, len(data))
    return data[:at] if chance.random() < 0.7 else data[at:]


def repeat(data: bytes, chance: random.Random) -> bytes:
    """Write a piece many times over."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.choice((1, 30, 500))]
    return data[:start] + piece * chance.choice((2, 100, 5000)) + data[start:]


def drop(data: bytes, chance: random.Random) -> bytes:
    """Take a piece out."""
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice((1, 30, 2000)) :]


def miscount(data: bytes, chance: random.Random) -> bytes:
    """Put impossible numbers in the place of some."""
    pieces = data.split(b" ")
    places = [n for n, piece in enumerate(pieces) if piece.strip(b"\r\n").isdigit()]
    for place in chance.sample(places, min(len(places), chance.choice((1, 3, 10)))):
        pieces[place] = chance.choice(_NUMBERS)
    return b" ".join(pieces)


def swap(data: bytes, chance: random.Random) -> bytes:
    """Exchange two pieces."""
    one, other = sorted(chance.randrange(len(data)) for _ in range(2))
    size = chance.choice((4, 100, 3000))
    return (
        data[:one] + data[other : other + size] + data[one + size : other]
        + data[one : one + size] + data[other + size :]
    )  # fmt: skip


DAMAGES: tuple[Damage, ...] = (flip, cut, repeat, drop, miscount, swap)


def damaged_parts(data: bytes, chance: random.Random) -> bytes:
    """A ZIP file that is sound, but for one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as good, zipfile.ZipFile(out, "w") as bad:
        names = good.namelist()
        wrong = chance.choice(names)
        for name in names:
            part = good.read(name)
            bad.writestr(name, chance.choice(DAMAGES)(part, chance) if name == wrong else part)
    return out.getvalue()


# --- files ------------------------------------------------------------------------------


def bad_files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """``count`` names and contents, in fixed shares of each kind."""
    chance = random.Random(seed)
    pack = open_pack(shipped_guides() / SHIPPED_PACK, trusted_keys())
    pdfs = [
        *pack.pdfs.values(),
        documents.pdf_document(12),
        documents.pdf_document(3, scanned=True),
        documents.encrypted_pdf("secret"),
        documents.encrypted_pdf(""),
    ]
    word = documents.word_document()
    makers: tuple[Callable[[], tuple[str, bytes]], ...] = (
        lambda: ("d.pdf", chance.choice(DAMAGES)(chance.choice(pdfs), chance)),
        lambda: ("d.pdf", chance.choice(DAMAGES)(chance.choice(DAMAGES)(pdfs[-4], chance), chance)),
        lambda: ("d.docx", chance.choice(DAMAGES)(word, chance)),
        lambda: ("d.docx", damaged_parts(word, chance)),
        lambda: ("d.md", chance.choice(DAMAGES)(pack.members["guides/transmettre.md"], chance)),
        lambda: ("p.zip", chance.choice(DAMAGES)(_small(pack, chance), chance)),
        lambda: ("p.zip", _damaged_member(pack, chance)),
        lambda: (chance.choice(("d.pdf", "d.docx", "p.zip")), _noise(chance)),
    )
    for number in range(count):
        yield makers[number % len(makers)]()


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 5000))


def _small(pack: Pack, chance: random.Random) -> bytes:
    """A pack without its PDFs, so that the damage falls on what is read: no longer what was signed,
    but an archive all the same."""
    kept = {name: data for name, data in pack.members.items() if not name.endswith(".pdf")}
    if chance.random() < 0.5:
        del kept[SIGNATURE]
    return encode(kept)


def _damaged_member(pack: Pack, chance: random.Random) -> bytes:
    """The pack with one member damaged: the manifest, more often than not."""
    names = [MANIFEST, MANIFEST, SIGNATURE, *pack.members]
    name = chance.choice(names)
    changed = chance.choice(DAMAGES)(pack.members[name], chance)
    return encode({**pack.members, name: changed})


# --- the campaign -----------------------------------------------------------------------


def campaign(count: int, seed: int) -> Toll:
    """Try ``count`` bad files."""
    toll = Toll()
    whole = (shipped_guides() / SHIPPED_PACK).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(EXTRACTOR_COMMAND, patience=MOST_SECONDS + _SLACK)
        try:
            for number, (name, data) in enumerate(bad_files(count, seed)):
                began = time.monotonic()
                if name.endswith(".zip"):
                    toll.ends[_try_pack(data, whole, toll)] += 1
                else:
                    path = Path(folder) / f"{number}{name}"
                    path.write_bytes(data)
                    toll.ends[_try_document(engine, path, toll)] += 1
                    path.unlink()
                toll.files += 1
                toll.slowest = max(toll.slowest, time.monotonic() - began)
                if number % _FILES_A_PROCESS == _FILES_A_PROCESS - 1:
                    engine.close()
                    engine = Engine(EXTRACTOR_COMMAND, patience=MOST_SECONDS + _SLACK)
        finally:
            engine.close()
    return toll


def _try_document(engine: Engine, path: Path, toll: Toll) -> str:
    ends: queue.SimpleQueue[Event] = queue.SimpleQueue()
    engine.ask(
        Extract(0, str(path)),
        lambda event: ends.put(event) if isinstance(event, Done | Failed) else None,
    )
    end = ends.get(timeout=MOST_SECONDS + 3 * _SLACK)
    if isinstance(end, Done):
        return "lu"
    code = ErrorCode.from_name(end.code) if isinstance(end, Failed) else ErrorCode.UNKNOWN
    toll.hangs += code is ErrorCode.WORKER_HUNG
    toll.crashes += code in (ErrorCode.WORKER_DIED, ErrorCode.WORKER_FAULT, ErrorCode.UNKNOWN)
    return code.name


def _try_pack(data: bytes, whole: bytes, toll: Toll) -> str:
    try:
        pack = read_archive(data, "p.zip", trusted_keys())
    except AparteError as refusal:
        return refusal.code.name
    if pack.signer is not None and data != whole:
        toll.forged += 1
    return "lu, non signé" if pack.signer is None else "lu, signé"


def main() -> int:
    """Run the campaign; 0 if nothing crashed, hung, or passed for signed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    toll = campaign(asked.files, asked.seed)
    print(f"fichiers {toll.files}, arrêts brutaux {toll.crashes}, hors délai {toll.hangs}, "
          f"faux paquets signés {toll.forged}, le plus lent {toll.slowest:.1f} s")  # fmt: skip
    for end, number in toll.ends.most_common():
        print(f"   {end} : {number}")
    return 1 if toll.crashes or toll.hangs or toll.forged else 0


if __name__ == "__main__":
    sys.exit(main())
