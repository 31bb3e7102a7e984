"""Guides as they are written: front matter, blocks, runs; and any text at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.extraction.markdown import assemble, read_markdown
from assistant.guides import BlockKind, Guide, Style
from assistant.retrieval.guide_text import GuideError, read_guide
from tests.retrieval.conftest import WRITTEN


def test_a_guide_says_what_it_is(guide: Guide) -> None:
    assert (guide.id, guide.title, guide.version) == ("essai", "Un guide d’essai", "1.0")
    assert (guide.dated, guide.review) == (date(2026, 1, 2), date(2027, 1, 2))
    assert (guide.audience, guide.avec, guide.summary) == (
        ("médecins",),
        ("V",),
        "Ce qu’il faut savoir.",
    )
    assert not guide.overdue(date(2027, 1, 2))
    assert guide.overdue(date(2027, 1, 3))


def test_its_text_has_no_markup_left_and_keeps_what_it_meant(guide: Guide) -> None:
    assert "**" not in guide.text
    assert "## " not in guide.text
    bold = [(run.span.cut(guide.text), run.style) for block in guide.blocks for run in block.runs]
    assert ("chaque", Style.BOLD) in bold
    numbered = [block.number for block in guide.blocks if block.kind is BlockKind.NUMBERED]
    assert numbered == [1, 2, 1]
    assert [b.level for b in guide.blocks if b.kind is BlockKind.HEADING] == [1, 2, 2, 2, 2, 3, 2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+++\nid", "---\nid"),
        ('id = "essai"', 'id = "Essai !"'),
        ('titre = "Un guide d’essai"', "titre = 3"),
        ("date = 2026-01-02", 'date = "hier"'),
        ('public = ["médecins"]', 'public = "médecins"'),
        ("version", "vers ion"),
    ],
)
def test_a_front_matter_that_is_wrong_is_refused(old: str, new: str) -> None:
    with pytest.raises(GuideError):
        read_guide(WRITTEN.replace(old, new, 1))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_markdown_becomes_blocks_that_cover_the_text(markdown: str) -> None:
    text, blocks = assemble(read_markdown(markdown))
    assert all(block.span.cut(text).strip() for block in blocks if len(block.span))
    assert "".join(block.span.cut(text) for block in blocks) == text.replace("\n", "")


@pytest.mark.parametrize(
    "bit", ["**a", " *a", "`", "[a", "\\*", "1. ", "|", "<!--", "a\n", "# a\n"]
)
def test_no_text_takes_more_than_its_length(bit: str) -> None:
    assert len(assemble(read_markdown(bit * 100_000))[0]) <= len(bit) * 100_000


def test_rows_of_a_table_stand_alone() -> None:
    text, blocks = assemble(read_markdown("| Nom | Dose |\n|---|---|\n| A | 2 |\n\nfin"))
    assert text == "Nom — Dose\n\nA — 2\n\nfin"
    assert len(blocks) == 3
