"""The pack that ships: signed by us, and made of the guides as they are now.

After a change to a guide: ``.venv/bin/python packaging/guides/build.py``.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import typesetter
from pypdf import PdfReader

from assistant.paths import shipped_guides
from assistant.retrieval.chunking import passages
from assistant.retrieval.library import SHIPPED_PACK, Library, open_library
from assistant.retrieval.packs import Pack, open_pack
from assistant.retrieval.signatures import trusted_keys


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack(shipped_guides() / SHIPPED_PACK, trusted_keys())


def test_the_pack_is_signed_and_holds_the_guides_as_they_are(pack: Pack) -> None:
    written = {path.name: path.read_bytes() for path in shipped_guides().glob("*.md")}
    packed = {Path(n).name: d for n, d in pack.members.items() if n.endswith(".md")}
    assert pack.signer == "Aparté"
    assert packed == written


def test_every_line_stands_where_the_pack_says(pack: Pack) -> None:
    for guide in pack.guides:
        made, lines = typesetter.set_guide(guide, "Aparté")
        assert made == pack.pdfs[guide.id]
        assert lines == guide.lines
        assert all(block.page for block in guide.blocks)


def test_a_passage_is_on_the_page_it_names(pack: Pack) -> None:
    guide = next(g for g in pack.guides if g.id == "verifier-un-brouillon")
    pages = [page.extract_text() for page in PdfReader(BytesIO(pack.pdfs[guide.id])).pages]
    for passage in passages(guide):
        assert passage.page is not None
        first = passage.text.split()[:4]
        assert " ".join(first) in " ".join(pages[passage.page - 1].split())


def test_the_lines_of_a_passage_hold_it_whole(pack: Pack) -> None:
    library: Library = open_library()
    for shelved in library.guides:
        for passage in passages(shelved.guide):
            lines = library.rectangles(passage)
            text = " ".join(line.span.cut(shelved.guide.text) for line in lines)
            assert " ".join(passage.text.split()) in " ".join(text.split())
            assert all(0 < r.left < r.right < 595 and 0 < r.top < r.bottom < 842 for r in lines)


def test_no_guide_ships_past_its_review(pack: Pack) -> None:
    assert not any(guide.overdue(guide.dated) for guide in pack.guides)
    assert all(guide.overdue(date(2099, 1, 1)) for guide in pack.guides)
