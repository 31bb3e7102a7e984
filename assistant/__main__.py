"""Where ``aparte`` begins: no command opens the window, a command stays in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from assistant import cli


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``aparte`` with ``arguments`` (those of the process by default); the exit code."""
    asked = cli.parse(sys.argv[1:] if arguments is None else list(arguments))
    if asked.command is not None:
        return cli.run(asked)
    if reason := cli.why_no_window():
        return cli.run_without_window(asked, reason)
    from assistant import app  # Qt takes a second to load: only for a window

    return cli.guarded(
        lambda: app.run(asked.model, example=asked.example, ephemeral=asked.ephemeral)
    )


if __name__ == "__main__":
    sys.exit(main())
