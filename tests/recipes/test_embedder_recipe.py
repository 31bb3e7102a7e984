"""The recipe of the embedder, from a corpus of a few pages to a folder that loads."""

from __future__ import annotations

import json
import lzma
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.recipes.embedder import pack, pairs, prepare, question_sets, ranking, sections, train
from models.recipes.embedder.question_sets import QuestionSet
from models.recipes.embedder.sections import ADVICE, CARDS, DOCUMENTATION, LAW, PROSE

CONFIG = Path("models/recipes/embedder/aparte-fr.toml")
PAGE = """La relève

Organiser la relève de nuit

L’équipe de nuit lit les consignes. Elle les garde jusqu’au matin. Chacun signe en partant.

Ranger les consignes

Les consignes vont dans le classeur bleu, près du téléphone. On les jette au bout de dix jours."""
CODE = """Code des essais

Titre Ier : De l’essai

Chapitre II : Des délais de l’essai

Article L1-1

L’essai dure deux mois au plus. Il peut être prolongé une fois si les deux parties en conviennent.

Article L1-2

Nul ne peut être contraint de prolonger un essai au-delà du terme que fixe le présent chapitre."""
CARD = """ESSAIMINE 5 mg, comprimé : comprimé, voie orale.

Substances actives : essaimine 5 mg.

Service médical rendu (avis HAS), inscription (ct) du 01/10/2014 : Important. Le service est \
important dans le traitement de la migraine de l’adulte après échec d’un autre traitement."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    texts = (
        dict.fromkeys((*DOCUMENTATION, ADVICE, *PROSE), PAGE)
        | dict.fromkeys(LAW, CODE)
        | {CARDS: CARD}
    )
    for name, text in texts.items():
        rows = [{"text": text, "id": f"{name}-{i}", "licence": "essai"} for i in range(8)]
        with lzma.open(folder / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return folder


@pytest.fixture
def config() -> dict[str, Any]:
    told = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    told["width"] = 16
    told["vocabulary"] |= {"words": 3000, "pieces": 600}
    told["first"] |= {"ignored": 5}
    told["most"] |= {"terminologies": 100}
    told["training"] |= {"steps": 3, "batch": 16}
    return told


def test_a_page_is_cut_under_its_headings() -> None:
    found = list(sections.headed("doc_snds_fr", "page", PAGE))
    assert [s.headings[-1] for s in found] == [
        "Organiser la relève de nuit",
        "Ranger les consignes",
    ]
    assert "classeur bleu" in found[1].body


def test_an_article_stands_under_its_titles() -> None:
    found = list(sections.articles("droit", [{"id": "code", "text": CODE}]))
    assert {s.headings for s in found[1:]} == {("De l’essai", "Des délais de l’essai")}
    assert found[1].body.startswith("L’essai dure deux mois")


def test_a_card_tells_what_it_treats() -> None:
    assert pairs.indications(CARD) == [
        "traitement de la migraine de l’adulte après échec d’un autre traitement"
    ]


def test_the_recipe_ends_in_a_folder_that_loads(
    corpus: Path, config: dict[str, Any], tmp_path: Path
) -> None:
    build = tmp_path / "build"
    build.mkdir()
    prepare.prepared(corpus, build, config)
    train.Training(build, config).run(build)
    pack.packed(build, tmp_path / "embedder")
    told = tomllib.loads((tmp_path / "embedder" / "embedder.toml").read_text(encoding="utf-8"))
    embedder = ranking.Embedder.load(tmp_path / "embedder")
    row = embedder.questions(["la relève de nuit"])
    assert row.shape == (1, told["dimension"]) == (1, 16)
    trained = np.load(build / "trained.npy")
    whole, scales = pack.eighths(trained)
    assert np.abs(whole * scales[:, None] - trained).max() <= scales.max() / 2 + 1e-6


def test_headings_ask_and_do_not_answer(corpus: Path) -> None:
    advice = question_sets.advice(corpus)
    assert all(question not in " ".join(advice.passages) for question in advice.questions)


def test_gains_are_those_of_a_worked_example() -> None:
    scores = np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]], dtype=np.float32)
    found = ranking.gains(scores, [frozenset({0}), frozenset({1})])
    assert found == pytest.approx([1.0, 1 / np.log2(3)])


def test_words_and_meaning_are_fused() -> None:
    questions = QuestionSet(
        "essai",
        ["le secret médical", "la panne du réseau", "la paie"],
        ["réseau en panne"],
        [frozenset({1})],
    )
    words = ranking.bm25(questions)
    meaning = np.array([[0.1, 0.2, 0.9]], dtype=np.float32)
    assert ranking.weighted(words, meaning, 0.4).argmax() == 1
    assert ranking.reciprocal(words, meaning, 1.0).argmax() == 2


def test_training_goes_on_from_its_checkpoint(
    corpus: Path, config: dict[str, Any], tmp_path: Path
) -> None:
    train_folder = tmp_path / "build"
    train_folder.mkdir()
    prepare.prepared(corpus, train_folder, config)
    first = train.Training(train_folder, config)
    first.loss().backward()  # type: ignore[no-untyped-call]
    first.optimizer.step()
    first.keep(train_folder / "checkpoint.pt", 1)
    second = train.Training(train_folder, config)
    assert second.restored(train_folder / "checkpoint.pt") == 1
    assert second.loss().item() == pytest.approx(first.loss().item(), abs=1e-4)
