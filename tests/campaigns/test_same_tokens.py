"""The short form of the campaign of same tokens."""

from __future__ import annotations

from tests.campaigns.same_tokens import campaign, small_model


def test_in_the_exact_setting_drafts_change_no_token() -> None:
    with small_model() as model:
        tally = campaign(model, exact=True, prompts=6, tokens=24, longest=600, seed=2)
    assert tally.same == tally.prompts == 6
    assert tally.accepted > 20
