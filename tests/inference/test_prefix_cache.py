"""What was read once is not read again, gives the same text, and never outlives the rules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.inference.generation import Piece, PromptRead, generate, prefetch
from assistant.inference.model import Model, Stop
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt, common_length
from assistant.inference.sampling import Sampling
from assistant.inference.state_store import StateStore
from assistant.model_store.catalogue import ModelEntry

RULES = "Vous aidez un professionnel de santé à mettre en forme ses notes. " * 12
SOURCE = "Mme Quercy, 85 ans, chute à domicile. TA 14/8, FC 80, apyrétique. " * 12


@pytest.fixture
def model(writer: ModelEntry) -> Iterator[Model]:
    with Model(writer.path, 4096, 2, Stop()) as model:
        yield model


def prompt(model: Model, source: str = SOURCE, request: str = "Rédigez.") -> Prompt:
    return Prompt.of([model.tokenize(text) for text in (RULES, source, request)], 1)


def written(model: Model, cache: PrefixCache, asked: Prompt) -> tuple[str, int]:
    """The text, and how many prompt tokens did not have to be read."""
    text, kept = "", 0
    for step in generate(model, cache, asked, 30, Sampling()):
        if isinstance(step, Piece):
            text += step.text
        elif isinstance(step, PromptRead):
            kept = step.kept
    return text, kept


def cold(model: Model, asked: Prompt) -> str:
    cache = PrefixCache(model)
    cache.forget()
    return written(model, cache, asked)[0]


@given(st.lists(st.lists(st.integers(0, 9), max_size=400), min_size=1, max_size=5))
def test_batches_cover_the_prompt_and_stop_at_every_border(stretches: list[list[int]]) -> None:
    asked = Prompt.of(stretches)
    ends = asked.ends()
    assert ends == sorted(set(ends))
    length = len(asked.tokens)
    if length:
        assert ends[-1] == length
        assert set(asked.borders) - {0} <= set(ends)
        assert max(b - a for a, b in zip([0, *ends], ends, strict=False)) <= 128


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_common_length(left: list[int], right: list[int]) -> None:
    shared = common_length(left, right)
    assert left[:shared] == right[:shared]
    assert shared == min(len(left), len(right)) or left[shared] != right[shared]


def test_another_request_on_the_same_source_reads_only_the_request(model: Model) -> None:
    cache, asked = PrefixCache(model), prompt(model)
    written(model, cache, asked)
    again = prompt(model, request="Résumez en trois lignes.")
    text, kept = written(model, cache, again)
    assert kept == again.borders[1]
    assert text == cold(model, again)


def test_another_source_finds_the_rules_in_memory(model: Model) -> None:
    cache = PrefixCache(model)
    written(model, cache, prompt(model))
    other_rules = Prompt.of([model.tokenize("Autre formulaire. " * 40), [5, 6, 7]], 1)
    written(model, cache, other_rules)
    again = prompt(model, source="M. Brun, 40 ans, toux. " * 20)
    text, kept = written(model, cache, again)
    assert kept == again.fixed > 0
    assert text == cold(model, again)


def test_an_edited_source_is_read_again_from_the_edit(model: Model) -> None:
    cache = PrefixCache(model)
    written(model, cache, prompt(model))
    again = prompt(model, source=SOURCE[:-30] + "Poids 61 kg.")
    text, kept = written(model, cache, again)
    assert again.fixed < kept < again.borders[1]
    assert text == cold(model, again)


def test_a_prefetch_leaves_nothing_to_read(model: Model) -> None:
    cache, asked = PrefixCache(model), prompt(model)
    list(prefetch(model, cache, asked))
    text, kept = written(model, cache, asked)
    assert kept == len(asked.tokens)
    assert text == cold(model, asked)


def test_the_same_request_again_reads_nothing_and_says_the_same(model: Model) -> None:
    cache, asked = PrefixCache(model), prompt(model)
    first, _ = written(model, cache, asked)
    assert written(model, cache, asked) == (first, len(asked.tokens))


def test_a_request_that_another_one_begins_with_is_read_to_its_own_end(model: Model) -> None:
    cache, longer = PrefixCache(model), prompt(model)
    shorter = Prompt(longer.tokens[: longer.borders[1]], longer.borders[:2], longer.fixed)
    written(model, cache, longer)
    text, kept = written(model, cache, shorter)
    assert longer.fixed < kept < len(shorter.tokens)  # what follows its end was not kept
    assert text == cold(model, shorter)


def test_nothing_is_kept_of_a_patient_once_forgotten(model: Model) -> None:
    cache, asked = PrefixCache(model), prompt(model)
    list(prefetch(model, cache, asked))
    logits = cache.logits
    assert logits is not None
    assert logits.any()
    cache.forget()
    assert not logits.any()
    assert cache.logits is None
    assert written(model, cache, asked)[1] == asked.fixed  # the rules are about no patient


def test_rules_are_found_on_disk_after_a_restart(model: Model, tmp_path: Path) -> None:
    store = StateStore(tmp_path / "états", "empreinte")
    written(model, PrefixCache(model, store), prompt(model))
    restarted = PrefixCache(model, store)
    model.wipe()
    text, kept = written(model, restarted, prompt(model))
    assert kept == prompt(model).fixed
    assert text == cold(model, prompt(model))


def test_no_state_with_patient_text_reaches_the_disk(model: Model, tmp_path: Path) -> None:
    store = StateStore(tmp_path / "états", "empreinte")
    written(model, PrefixCache(model, store), prompt(model))
    (state,) = (tmp_path / "états").iterdir()
    model.wipe()
    list(
        prefetch(
            model, PrefixCache(model), Prompt.of([prompt(model).tokens[: prompt(model).fixed]])
        )
    )
    alone = len(model.state())
    assert state.stat().st_size <= alone * 1.02 + 4096  # the rules' tokens and not one more


@pytest.mark.parametrize("damage", ["flip", "cut", "foreign", "empty", "header"])
def test_a_damaged_or_foreign_state_is_ignored_and_removed(
    model: Model, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "états"
    written(model, PrefixCache(model, StateStore(folder, "empreinte")), prompt(model))
    (path,) = folder.iterdir()
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
    elif damage == "header":
        data[20] ^= 1
    elif damage in ("cut", "empty"):
        del data[-1 if damage == "cut" else 0 :]
    path.write_bytes(data)
    store = StateStore(folder, "autre" if damage == "foreign" else "empreinte")
    restarted = PrefixCache(model, store)
    model.wipe()
    text, kept = written(model, restarted, prompt(model))
    assert kept == 0
    assert text == cold(model, prompt(model))


def test_what_a_killed_worker_left_half_written_goes(model: Model, tmp_path: Path) -> None:
    left, under_way = tmp_path / "a.1.tmp", tmp_path / "b.2.tmp"
    for path in (left, under_way):
        path.write_bytes(b"x")
    os.utime(left, (1, 1))
    written(model, PrefixCache(model, StateStore(tmp_path, "empreinte")), prompt(model))
    assert not left.exists()
    assert under_way.exists()


def test_a_disk_that_refuses_is_no_failure(model: Model, tmp_path: Path) -> None:
    file = tmp_path / "fichier"
    file.write_bytes(b"")
    text, _ = written(model, PrefixCache(model, StateStore(file, "x")), prompt(model))
    assert text == cold(model, prompt(model))
