"""Passages: along the structure, verbatim, each block once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.extraction.markdown import RawBlock, assemble
from assistant.guides import BlockKind, Guide
from assistant.retrieval.chunking import passages
from assistant.retrieval.guide_text import read_guide
from tests.retrieval.conftest import WRITTEN

GUIDE = read_guide(WRITTEN)


def test_a_recommendation_is_a_passage_and_its_number_ends_its_section(guide: Guide) -> None:
    found = {p.section: p.text for p in passages(guide) if p.section[0] == "Recommandations"}
    assert [section[-1] for section in found] == ["1", "2"]
    assert found["Recommandations", "2"].startswith("Prévenez la personne")


def test_a_list_stays_with_the_sentence_that_announces_it(guide: Guide) -> None:
    (list_of_faults,) = [p for p in passages(guide) if p.section == ("À ne pas faire",)]
    assert list_of_faults.text.startswith("Deux fautes à éviter\u00a0:")
    assert list_of_faults.text.endswith("faire confiance au style.")


def test_headings_sources_and_the_note_are_no_passage(guide: Guide) -> None:
    text = "\n".join(passage.text for passage in passages(guide))
    assert "Un livre" not in text
    assert "fictif" not in text
    assert "L’essentiel" not in text


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentence = "Ceci est une phrase de longueur moyenne, qui dit une chose et une seule. "
    made = passages(_guide([RawBlock(BlockKind.PARAGRAPH, (sentence * 40).strip())]))
    assert len(made) > 2
    assert all(passage.text.endswith("seule.") for passage in made)
    assert all(300 < len(passage.text) < 1200 for passage in made)


KINDS = st.sampled_from([BlockKind.PARAGRAPH, BlockKind.BULLET, BlockKind.NUMBERED])
TEXTS = st.text(st.characters(categories=("L", "P", "Zs")), min_size=1, max_size=300).map(
    lambda text: " ".join(text.split()) or "mot"
)


@given(st.lists(st.tuples(KINDS, TEXTS, st.booleans()), min_size=1, max_size=20))
def test_every_block_is_in_one_passage_verbatim(raw: list[tuple[BlockKind, str, bool]]) -> None:
    blocks = [
        RawBlock(BlockKind.HEADING, f"T{n}", level=2)
        if level == 3
        else RawBlock(kind, text, page=n)
        for n, (kind, text, level) in enumerate(raw)
    ]
    guide = _guide(blocks)
    made = passages(guide)
    assert all(passage.span.cut(guide.text) == passage.text for passage in made)
    starts = [passage.span.start for passage in made]
    assert starts == sorted(starts)
    for block in guide.blocks:
        holders = [
            p for p in made if p.span.start < block.span.end and p.span.end > block.span.start
        ]
        if block.kind is BlockKind.HEADING:
            assert not holders
        else:
            covered = "".join(passage.text for passage in holders)
            assert "".join(block.span.cut(guide.text).split()) in "".join(covered.split())


def _guide(raw: list[RawBlock]) -> Guide:
    text, blocks = assemble(raw)
    return Guide("g", "G", "1", GUIDE.dated, text, blocks)
