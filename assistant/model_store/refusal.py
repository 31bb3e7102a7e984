"""What a user is told of a failure that a model file of their own may be the cause of."""

from __future__ import annotations

from assistant.errors import AparteError, ErrorCode
from assistant.model_store.catalogue import ModelEntry
from assistant.protocol import Failed

_ENDED = (ErrorCode.WORKER_DIED, ErrorCode.WORKER_HUNG)


def refusal(model: ModelEntry, failed: Failed, *, worked: bool) -> AparteError:
    """The error of ``failed`` with ``model``; ``worked`` is true once the model read anything.

    A file whose header is sound and that llama.cpp refuses is of a family it does not know; one
    that ends the worker before it read a word would end it each time; one that says how it is
    talked to in a way that can't be followed can't be talked to.
    """
    code = ErrorCode.from_name(failed.code)
    if model.shipped:
        return AparteError(code, **failed.facts)
    if code is ErrorCode.MODEL_UNUSABLE:
        return AparteError(ErrorCode.MODEL_UNSUPPORTED, model=model.name, family=model.family)
    if code is ErrorCode.MODEL_CANNOT_WRITE:
        return AparteError(ErrorCode.MODEL_WITHOUT_DIALOGUE, model=model.name)
    if code in _ENDED and not worked:
        return AparteError(ErrorCode.MODEL_STOPS_ENGINE, model=model.name)
    return AparteError(code, **failed.facts)
