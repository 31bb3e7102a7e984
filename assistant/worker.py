"""The llm worker: a sealed child that runs a language model."""

from __future__ import annotations

from typing import NoReturn

from assistant.child import Service, StopButton, serve


def main() -> NoReturn:
    """Serve until standard input closes."""
    serve(_open_service)


def _open_service() -> tuple[Service, StopButton]:
    from assistant.inference.model import Stop
    from assistant.inference.service import Service as Inference

    stop = Stop()
    return Inference(stop), stop


if __name__ == "__main__":
    main()
