"""The model that the user chose the last time, if it is still that model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.errors import AparteError, ErrorCode
from assistant.inference.hardware import this_pc
from assistant.model_store.catalogue import ModelEntry, find_model, fingerprint_of, own_model
from assistant.settings import Settings


def starting_model(
    settings: Settings, chosen: str | None = None
) -> tuple[ModelEntry, AparteError | None]:
    """The model to begin with: the ``chosen`` one, else the one that ``settings`` remember; where
    that can't be used any more, the one that ships, with the reason. Raises AparteError where the
    chosen one can't be used, or the one that ships is missing."""
    if chosen is not None:
        return find_model(chosen), None
    shipped = find_model(None)
    if not settings.model:
        return shipped, None
    try:
        return _unchanged(settings), None
    except AparteError as reason:
        return shipped, reason


def remembering(settings: Settings, model: ModelEntry) -> Settings:
    """``settings`` with ``model`` as the choice. Raises OSError for a file that is gone."""
    if model.shipped:
        return replace(settings, model="", model_fingerprint="", model_context=0)
    return replace(
        settings,
        model=str(model.path.resolve()),
        model_fingerprint=model.fingerprint,
        model_context=model.context,
    )


def _unchanged(settings: Settings) -> ModelEntry:
    path = Path(settings.model)
    try:
        fingerprint = fingerprint_of(path)
    except OSError as fault:
        raise AparteError(ErrorCode.MODEL_GONE, model=path.stem) from fault
    if fingerprint != settings.model_fingerprint:
        raise AparteError(ErrorCode.MODEL_CHANGED, model=path.stem)
    return own_model(path, this_pc(), settings.model_context)
