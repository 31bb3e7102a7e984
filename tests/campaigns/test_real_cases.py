"""The short form of the campaign: published cases that ship as labelled items."""

from __future__ import annotations

import json

from assistant.documents import Source
from assistant.paths import shipped_models
from tests.campaigns.real_cases import Tally, draft_all


def test_every_line_of_a_published_case_is_a_heading_or_a_passage_of_it() -> None:
    lines = (shipped_models() / "labels" / "dev.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    published = [Source(case["text"]) for case in cases if case["origin"].startswith("http")][:5]
    tally = Tally()
    draft_all(published, tally)
    assert tally.drafts >= 15
    assert (tally.strangers, tally.lost, tally.unread) == (0, 0, 0)
