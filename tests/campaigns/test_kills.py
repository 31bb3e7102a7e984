"""The short form of the campaign of kills."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.campaigns.kills import campaign


def test_a_killed_worker_costs_no_character_and_the_next_draft_runs(qtbot: QtBot) -> None:
    toll = campaign(kills=6, seed=1)
    assert (toll.kills, toll.recoveries) == (6, 6)
    assert (toll.source_characters_lost, toll.draft_characters_lost) == (0, 0)
