"""The extractor: a sealed child, limited in time and memory, that takes the text out of a
document nobody vouches for."""

from __future__ import annotations

from typing import NoReturn

from assistant.child import Service, StopButton, StopFlag, serve


def main() -> NoReturn:
    """Serve until standard input closes."""
    serve(_open_service)


def _open_service() -> tuple[Service, StopButton]:
    from assistant.extraction.limits import limit_memory
    from assistant.extraction.service import Service as Extraction

    limit_memory()
    stop = StopFlag()
    return Extraction(lambda: stop.is_set), stop


if __name__ == "__main__":
    main()
