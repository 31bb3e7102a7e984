"""What batches cost is measured once, kept as numbers, measured again where it is of no use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.inference import batch_costs as module
from assistant.inference.batch_costs import SIZES, KeptCosts, Measured, batch_costs
from assistant.inference.model import EXACT_BATCH, Model, Stop, Stopped
from assistant.inference.prefix_cache import PrefixCache
from assistant.model_store.catalogue import ModelEntry

CURVE = {1: 1.0, 2: 1.5, 4: 2.0}


@pytest.fixture
def model(writer: ModelEntry) -> Iterator[Model]:
    with Model(writer.path, 512, 2, Stop()) as model:
        yield model


def measured_again(model: Model, kept: KeptCosts) -> bool:
    """Whether a measure is made although curves are kept: with a stop set, it can't be."""
    model.stop.set()
    try:
        batch_costs(model, PrefixCache(model), kept)
    except Stopped:
        return True
    finally:
        model.stop.clear()
    return False


def test_every_size_is_measured_against_one_token(model: Model) -> None:
    costs = batch_costs(model, PrefixCache(model))
    assert tuple(costs) == SIZES
    assert costs[1] == 1.0
    assert all(cost > 0 for cost in costs.values())


def test_an_exact_model_has_no_use_for_larger_batches(writer: ModelEntry) -> None:
    with Model(writer.path, 512, 2, Stop(), exact=True) as model:
        assert max(batch_costs(model, PrefixCache(model))) == EXACT_BATCH


def test_a_very_small_context_is_measured_as_far_as_it_goes(writer: ModelEntry) -> None:
    with Model(writer.path, 24, 1, Stop()) as model:
        assert list(batch_costs(model, PrefixCache(model))) == [1, 2, 4, 7]


def test_what_is_kept_is_not_measured_again(model: Model, tmp_path: Path) -> None:
    kept = KeptCosts(tmp_path / "états", "modèle, poste")
    assert measured_again(model, kept)
    kept.save(CURVE)
    assert not measured_again(model, kept)
    assert KeptCosts(tmp_path / "états", "modèle, poste").load() == CURVE


def test_another_pc_or_model_is_measured(model: Model, tmp_path: Path) -> None:
    KeptCosts(tmp_path, "modèle, poste").save(CURVE)
    assert measured_again(model, KeptCosts(tmp_path, "modèle, autre poste"))


@pytest.mark.parametrize("steady", [True, False])
def test_only_a_steady_measure_is_kept(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steady: bool
) -> None:
    found = Measured(CURVE, steady)
    monkeypatch.setattr(module, "measure_batch_costs", lambda *_: found)
    kept = KeptCosts(tmp_path, "modèle, poste")
    assert batch_costs(model, PrefixCache(model), kept) == CURVE
    assert (kept.load() is not None) == steady


@pytest.mark.parametrize(
    "curve",
    ["{", "[]", '"x"', '{"NAME": 3}', '{"NAME": {}}', '{"NAME": {"1": "x"}}',
     '{"NAME": {"1": NaN}}', '{"NAME": {"1": 1.0, "2": -1}}', '{"NAME": {"1": 2.0}}',
     '{"NAME": {"un": 1.0}}'],
)  # fmt: skip
def test_a_damaged_file_is_measured_over(tmp_path: Path, curve: str) -> None:
    kept = KeptCosts(tmp_path, "modèle, poste")
    kept.save(CURVE)
    (path,) = tmp_path.iterdir()
    (name,) = json.loads(path.read_text())
    path.write_text(curve.replace("NAME", name))
    assert kept.load() is None
    kept.save(CURVE)
    assert kept.load() == CURVE


def test_the_file_holds_numbers_and_fingerprints_and_does_not_grow(tmp_path: Path) -> None:
    for number in range(30):
        KeptCosts(tmp_path, f"modèle {number}").save(CURVE)
    (path,) = tmp_path.iterdir()
    curves = json.loads(path.read_text())
    assert len(curves) == 12
    assert all(len(name) == 64 and int(name, 16) >= 0 for name in curves)
    assert all(curve == {"1": 1.0, "2": 1.5, "4": 2.0} for curve in curves.values())
    assert KeptCosts(tmp_path, "modèle 29").load() == CURVE
    assert KeptCosts(tmp_path, "modèle 0").load() is None


def test_a_disk_that_refuses_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    kept = KeptCosts(tmp_path / "fichier", "modèle, poste")
    kept.save(CURVE)
    assert kept.load() is None
