"""The nlp worker: a sealed child that reads French, with torch and FAISS, and EDS-NLP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

from assistant.child import Service, StopButton, StopFlag, serve
from assistant.protocol import Check, Event, Request

# Read by the libraries when they are imported. One thread: what is asked of them is small, and
# the language model works beside.
_BEFORE_IMPORTS = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


def main() -> NoReturn:
    """Serve until standard input closes."""
    serve(_open_service)


def _open_service() -> tuple[Service, StopButton]:
    os.environ.update(_BEFORE_IMPORTS)
    from assistant.retrieval.service import Service as Retrieval
    from assistant.verification.service import Service as Verification

    stop = StopFlag()
    return _Reader(Verification(), Retrieval(lambda: stop.is_set)), stop


class _Reader:
    """Checks drafts, and searches guides."""

    def __init__(self, verification: Service, retrieval: Service) -> None:
        self._verification = verification
        self._retrieval = retrieval

    def answer(self, request: Request) -> Iterator[Event]:
        """The events of ``request``, from whoever answers such requests."""
        service = self._verification if isinstance(request, Check) else self._retrieval
        return service.answer(request)


if __name__ == "__main__":
    main()
