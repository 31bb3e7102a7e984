"""How well the search does, as it was measured and as it ships: for « À propos de la qualité ».

``quality.json`` is what ``aparte guides evaluer --json`` printed, on the questions to report on.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from assistant.paths import shipped_guides
from assistant.retrieval.embedder_files import shipped_embedder, weights_sha256
from assistant.retrieval.library import SHIPPED_PACK, digest_of


def measured_on() -> dict[str, str]:
    """What the figures depend on: the embedder's weights and the pack that ships. Raises
    AparteError."""
    return {
        "embedder": weights_sha256(shipped_embedder()),
        "pack": digest_of(shipped_guides() / SHIPPED_PACK),
    }


def shipped_quality() -> dict[str, Any] | None:
    """The figures that ship, under the names of ``aparte guides evaluer --json``; None where they
    are those of another embedder or of other guides. Raises AparteError."""
    file = resources.files("assistant.retrieval") / "quality.json"
    if not file.is_file():
        return None
    figures: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return figures if figures["measured_on"] == measured_on() else None
