"""EDS-NLP, loaded once."""

from __future__ import annotations

import pytest

from assistant.verification.check import Check


@pytest.fixture(scope="session")
def check() -> Check:
    return Check()
