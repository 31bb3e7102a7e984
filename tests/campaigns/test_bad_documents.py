"""The short form of the campaign of bad documents."""

from __future__ import annotations

from tests.campaigns.bad_documents import campaign


def test_bad_files_crash_nothing_hang_nothing_and_forge_nothing() -> None:
    toll = campaign(count=64, seed=3)
    assert toll.files == 64
    assert (toll.crashes, toll.hangs, toll.forged) == (0, 0, 0)
    assert len(toll.ends) > 3
