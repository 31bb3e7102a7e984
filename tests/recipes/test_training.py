"""The recipe in miniature: vocabulary, a few steps, GGUF, the same answers through llama.cpp."""

from __future__ import annotations

import json
import random
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from assistant.drafting.filing.linear_reader import LinearReader
from assistant.drafting.topics import Topic
from models.recipes import convert, examples, parity, quantisations, sequence
from models.recipes.hand_labels import LABELS, labelled
from models.recipes.language import NGrams, network_bits, ngram_bits
from models.recipes.linear import LinearModel
from models.recipes.neighbours import following
from models.recipes.noise import disturbed
from models.recipes.synthetic import notes
from models.recipes.tokenizer import SPECIALS, Vocabulary, trained
from models.recipes.train import Recipe, load_network, log_probabilities, read_recipe, row_of, train

STEPS = 4


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build")
    made = list(notes(30, seed=7))
    trained(note.text for note in made).save(str(folder / "tokenizer.json"))
    examples.write(folder / "synthetic.jsonl", made)
    return folder


def recipe(steps: int) -> Recipe:
    shape = {"width": 64, "layers": 2, "heads": 2, "feed_forward": 96, "dropout": 0.0}
    return Recipe(
        shape=shape,
        steps=steps,
        tokens=1500,
        look=steps,
        matrix_rate=0.01,
        other_rate=0.002,
        fall=0.5,
        topic_loss=2.0,
        text_loss=0.1,
        text_share=0.5,
        mix={"synthetic": 1.0},
    )


@pytest.fixture(scope="module")
def run(build: Path) -> Path:
    torch.set_num_threads(1)
    folder = build / "run"
    train(recipe(STEPS), build, folder, "cpu")
    return folder


def test_a_training_goes_on_where_it_stopped(build: Path, run: Path) -> None:
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["steps"] for line in lines] == [STEPS]
    train(recipe(STEPS + 2), build, run, "cpu")
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert [line["steps"] for line in lines] == [STEPS, STEPS + 2]
    assert lines[1]["tokens"] > lines[0]["tokens"]


def test_the_file_answers_as_the_network_does(build: Path, run: Path) -> None:
    network, vocabulary = load_network(run / "best.pt"), Vocabulary(build / "tokenizer.json")
    full, small = build / "full.gguf", build / "small.gguf"
    convert.write(network, build / "tokenizer.json", full, "f32")
    quantisations.quantised(full, small, "Q8_0")
    assert small.stat().st_size < full.stat().st_size
    known = [examples.from_labels(note) for note in labelled(LABELS / "dev.jsonl")[30:36]]
    placer = parity.Placer(full)
    same = parity.compared(placer, network, vocabulary, known)
    placer.close()
    assert same.same_ids == 1
    assert same.same_topic == 1
    assert same.largest_probability_difference < 0.01


def test_one_file_carries_both_models(build: Path, run: Path) -> None:
    network, vocabulary = load_network(run / "best.pt"), build / "tokenizer.json"
    learnt = LinearModel()
    learnt.fit(list(notes(5, seed=2)), epochs=1)
    learnt.export(build / "linear.npz", following(labelled(LABELS / "dev.jsonl")))
    files = [build / "one.gguf", build / "other.gguf"]
    for file in files:
        convert.write(network, vocabulary, file, "q8_0")
        with pytest.raises(ValueError, match="no linear model"):
            LinearReader(file)
        convert.carry(file, build / "linear.npz")
    assert files[0].read_bytes() == files[1].read_bytes()
    text, spans = "ATCD : HTA.\nTA 14/8.", [(0, 11), (12, 20)]
    carried = LinearReader(files[0]).log_probabilities(text, spans)
    alone = LinearReader(build / "linear.npz").log_probabilities(text, spans)
    assert (carried == alone).all()
    placer = parity.Placer(files[0])
    assert placer.log_probabilities(text, spans).shape == (2, len(Topic))
    placer.close()


def test_the_catalogue_keeps_the_other_models(build: Path, run: Path) -> None:
    other = '[[model]]\nid = "other"\n\n[model.placement]\nconfidence = 0.1\n'
    choice = {"threshold": 0.61, "shares": {"model": 0.3, "linear": 0.9, "neighbours": 0.4}}
    entry = convert.catalogue_entry(run / "best.pt", choice)
    known = convert.with_entry(f"# Models.\n{other}", entry)
    again = convert.with_entry(known, entry.replace("0.61", "0.7"))
    found = tomllib.loads(again)["model"]
    assert [model["id"] for model in found] == ["other", "starter"]
    assert found[1]["placement"] == {
        "confidence": 0.7,
        "model_share": 0.3,
        "linear_share": 0.9,
        "neighbours_share": 0.4,
    }


def test_a_network_can_read_general_french_first(build: Path) -> None:
    made = list(notes(10, seed=3))
    examples.write(build / "general.jsonl", [replace(note, targets=[]) for note in made])
    train(replace(recipe(4), general=0.5), build, build / "general", "cpu")
    lines = [json.loads(line) for line in (build / "general/log.jsonl").read_text().splitlines()]
    assert [(line["steps"], line["topic"] == 0) for line in lines] == [(2, True), (4, False)]


def test_no_text_becomes_a_special_token(build: Path) -> None:
    vocabulary = Vocabulary(build / "tokenizer.json")
    specials = {vocabulary.special(token) for token in SPECIALS}
    assert not specials & set(vocabulary.encode(" ".join(SPECIALS)))
    with pytest.raises(KeyError):
        vocabulary.special("toux")


def test_a_row_asks_about_each_of_its_clauses(build: Path) -> None:
    vocabulary, draw = Vocabulary(build / "tokenizer.json"), random.Random(1)
    for note in notes(20, seed=3):
        row = row_of(disturbed(note, draw), vocabulary, draw)
        assert len(row.ids) <= sequence.CONTEXT
        assert len(row.asks) == len(row.targets) > 0
        assert {row.ids[place] for place in row.asks} == {vocabulary.tags.ask}


def test_every_clause_gets_probabilities(build: Path, run: Path) -> None:
    network, vocabulary = load_network(run / "best.pt"), Vocabulary(build / "tokenizer.json")
    note = next(notes(1, seed=12))
    rows = log_probabilities(network, vocabulary, note)
    assert rows.shape == (len(note.spans), len(Topic))
    assert torch.allclose(rows.exp().sum(-1), torch.ones(len(note.spans)), atol=1e-4)


def test_a_five_gram_model_is_a_probability_and_learns() -> None:
    model = NGrams(size=7)
    for _ in range(5):
        model.read([1, 2, 3, 4, 5, 6])
    for past in ([], [1, 2], [6, 6, 6, 6], [1, 2, 3, 4]):
        assert sum(model.probability(past, token) for token in range(7)) == pytest.approx(1)
    assert ngram_bits(model, [1, 2, 3, 4, 5, 6]) < ngram_bits(model, [6, 1, 5, 2, 4, 3])


def test_bits_do_not_depend_on_how_a_text_is_windowed(build: Path, run: Path) -> None:
    network, vocabulary = load_network(run / "best.pt"), Vocabulary(build / "tokenizer.json")
    ids = vocabulary.encode(next(notes(1, seed=12)).text)[:100]
    with torch.no_grad():
        begin = vocabulary.tags.begin
        hidden = network(torch.tensor([[begin, *ids]]))[0]
        rows = torch.log_softmax(network.logits(hidden), dim=-1)
        expected = -sum(float(rows[i, token]) for i, token in enumerate(ids) if i)
    assert network_bits(network, begin, ids) == pytest.approx(
        expected / torch.log(torch.tensor(2.0)).item(), rel=1e-4
    )


def test_the_linear_model_learns_what_it_reads() -> None:
    made = list(notes(15, seed=21))
    model = LinearModel()
    model.fit(made, epochs=3)
    right = total = 0
    for note in made:
        best = model.log_probabilities(note.text, note.spans).argmax(-1)
        wanted = torch.tensor(note.targets).argmax(-1)
        right += int((best == wanted).sum())
        total += len(note.spans)
    assert right / total > 0.9


def test_the_configurations_are_whole() -> None:
    folder = LABELS.parent / "recipes"
    for config in folder.glob("*.toml"):
        assert read_recipe(config).steps > 0
