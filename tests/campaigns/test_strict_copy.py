"""The short form of the campaign of strict copy."""

from __future__ import annotations

from tests.campaigns.strict_copy import campaign


def test_whatever_the_model_says_the_draft_holds_headings_and_passages_only() -> None:
    tally = campaign(drafts=16, seed=7)
    assert tally.drafts == 16
    assert tally.lines > 200
    assert (tally.strangers, tally.lost) == (0, 0)
