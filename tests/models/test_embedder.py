"""The embedder that ships: a folder that loads offline, small, deaf to accents and case."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel
from transformers.models.bert import BertTokenizer

from assistant.retrieval.embedder import Embedder

FOLDER = Path("models/embedder")
LARGEST = 25_000_000  # bytes

Rows = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformer:
    return SentenceTransformer(str(FOLDER), device="cpu", local_files_only=True)


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "embedder.toml").read_text(encoding="utf-8"))


def embedded(embedder: SentenceTransformer, *texts: str) -> Rows:
    return np.asarray(embedder.encode(list(texts)), dtype=np.float32)


def test_the_folder_is_what_its_contract_says(
    embedder: SentenceTransformer, contract: dict[str, Any]
) -> None:
    for name, told in contract["sha256"].items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == told
    row = embedded(embedder, contract["query_prefix"] + "secret médical")
    assert row.shape == (1, contract["dimension"])
    assert row.dtype == np.float32
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


def test_the_folder_is_small() -> None:
    assert sum(f.stat().st_size for f in FOLDER.rglob("*") if f.is_file()) <= LARGEST


def test_accents_case_and_punctuation_do_not_matter(embedder: SentenceTransformer) -> None:
    plain, hurried = embedded(
        embedder, "L’hypertension artérielle, à vérifier !", "l'hypertension  ARTERIELLE a verifier"
    )
    assert plain @ hurried == pytest.approx(1, abs=1e-5)


def test_a_text_of_no_word_has_no_direction(embedder: SentenceTransformer) -> None:
    empty = embedded(embedder, "", " … ? ")
    assert np.isfinite(empty).all()
    assert np.abs(empty).max() == 0


@pytest.mark.parametrize(
    ("asked", "same", "other"),
    [
        ("HTA", "tension trop élevée", "fracture du poignet"),
        ("c’est quoi une hallucination ?", "information inventée", "prise de sang"),
        ("j’ai oublié mon mdp", "perte du mot de passe", "lettre de liaison"),
        ("peut-on enlever le nom du patient", "anonymisation des données", "gain de temps"),
        ("mail frauduleux", "hameçonnage", "traitement de sortie"),
        ("anonimiser un dosier", "anonymiser un dossier", "verrouiller la session"),
    ],
)
def test_what_says_the_same_is_nearer(
    embedder: SentenceTransformer, asked: str, same: str, other: str
) -> None:
    question, near, far = embedded(embedder, asked, same, other)
    assert question @ near > question @ far + 0.1


@pytest.fixture
def larger(tmp_path: Path) -> Path:
    """A transformer with random weights and a contract, made as the large embedders are."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", "passage", ":", "secret", "le"]
    bare, folder = tmp_path / "bare", tmp_path / "larger"
    bare.mkdir()
    (bare / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(vocab_file=str(bare / "vocab.txt")).save_pretrained(str(bare))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=1.0,  # so that words tell
    )
    torch.manual_seed(0)
    BertModel(config).save_pretrained(str(bare))
    first = Transformer(str(bare))
    model = SentenceTransformer(modules=[first, Pooling(32, "cls"), Normalize()], device="cpu")
    model.save_pretrained(str(folder), create_model_card=False)
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    (folder / "embedder.toml").write_text(
        f'name = "larger"\nquery_prefix = "query: "\npassage_prefix = ""\ndimension = 32\n'
        f'[sha256]\n"model.safetensors" = {json.dumps(digest)}\n',
        encoding="utf-8",
    )
    return folder


def test_a_larger_embedder_gets_the_prefixes_of_its_contract(larger: Path) -> None:
    plain = SentenceTransformer(str(larger), device="cpu", local_files_only=True)
    prefixed, bare = np.asarray(plain.encode(["query: le secret", "le secret"]))
    embedder = Embedder(larger)
    assert embedder.embed_question("le secret") == pytest.approx(prefixed, abs=1e-6)
    assert embedder.embed_passages(["le secret"])[0] == pytest.approx(bare, abs=1e-6)
    assert prefixed @ bare < 0.99
