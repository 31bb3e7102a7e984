"""The short form of the campaign of kills of the whole app."""

from __future__ import annotations

from tests.campaigns.vault_kills import campaign


def test_a_killed_app_costs_the_last_second_at_most_and_its_vault_opens() -> None:
    toll = campaign(kills=2, seed=1, longest=3.0)
    assert (toll.opened, toll.corrupted, toll.late) == (2, 0, 0)
