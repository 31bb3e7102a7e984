"""The table of synonyms, as the search and the embedder read it."""

from __future__ import annotations

import random
from itertools import chain

from models.recipes.embedder.ranking import EMPTY_WORDS
from models.recipes.embedder.synonyms import Synonyms, term_key

TABLE = Synonyms.load()


def test_the_table_is_wide() -> None:
    assert len(TABLE.same) + len(TABLE.near) >= 400


def test_no_term_is_an_empty_word() -> None:
    keys = {term_key(term) for term in chain.from_iterable([*TABLE.same, *TABLE.near])}
    assert not keys & {term_key(word) for word in EMPTY_WORDS}
    assert "" not in keys


def test_a_group_says_each_term_once() -> None:
    for group in [*TABLE.same, *TABLE.near]:
        keys = [term_key(term) for term in group]
        assert len(keys) == len(set(keys)) >= 2, group


def test_a_term_is_exchanged_for_another_of_its_group() -> None:
    draw = random.Random(0)
    found = {TABLE.exchanged("patient avec HTA connue", draw) for _ in range(60)}
    assert "patient avec hypertension artérielle connue" in found
    assert TABLE.exchanged("zzz", draw) == "zzz"
