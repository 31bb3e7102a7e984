"""The short form of the campaign of announced memory."""

from __future__ import annotations

from assistant.model_store.catalogue import ModelEntry
from tests.campaigns.announced_memory import memory_of


def test_no_more_is_held_than_was_announced(writer: ModelEntry) -> None:
    (found,) = memory_of(writer.path, longest=2048)
    assert 1 < found.ratio < 2  # the worker itself weighs more than a model this small
