"""What is kept comes back whole, and is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.documents import Coverage, Draft, Mode, Passage, Section, Span
from assistant.vault.drafts_as_text import (
    coverage_as_text,
    coverage_from_text,
    draft_as_text,
    draft_from_text,
)
from assistant.vault.findings import KeptFinding
from assistant.vault.pseudonyms import PseudonymTable
from assistant.vault.records import Records
from assistant.vault.results import Result
from assistant.vault.search import MARK_END, MARK_START, as_query
from assistant.vault.sources import KeptSource
from assistant.vault.versions import Origin, compared, new_id, rewritten_share
from tests.vault.parts import NOON, NOTE, a_draft, a_version, a_work

SPANS = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda p: Span(min(p), max(p)))
PASSAGES = st.builds(Passage, st.text(), st.none() | SPANS)
SECTIONS = st.builds(Section, st.text(), st.lists(PASSAGES).map(tuple), st.booleans())
DRAFTS = st.builds(
    Draft,
    st.text(),
    st.sampled_from(Mode),
    st.lists(SECTIONS).map(tuple),
    st.lists(SPANS).map(tuple),
    st.booleans(),
)


@given(DRAFTS)
def test_a_draft_survives_its_column(draft: Draft) -> None:
    assert draft_from_text(draft_as_text(draft)) == draft


@given(st.none() | st.builds(Coverage, st.integers(), st.integers(), st.lists(SPANS).map(tuple)))
def test_a_coverage_survives_its_column(coverage: Coverage | None) -> None:
    assert coverage_from_text(coverage_as_text(coverage)) == coverage


def test_a_work_comes_back_once_its_window_is_gone(records: Records) -> None:
    work = a_work(drafted=True)
    records.works.keep(work, NOON)
    records.works.keep(replace(work, source_text=NOTE + "\nSuite"), NOON)
    assert records.works.unfinished() == []  # this very process still shows it
    records.database.run("UPDATE works SET owner_started = 1")
    (found,) = records.works.unfinished()
    assert found.work == replace(work, source_text=NOTE + "\nSuite")
    assert found.changed_at == NOON
    (source,) = records.sources.recent()
    assert source.text == NOTE + "\nSuite"
    assert [v.text for v in records.versions.of_source(work.id)] == [a_draft().text]
    assert len(records.works.unfinished()) == 1  # offered until it is taken or left
    records.works.forget(work.id)
    assert records.works.unfinished() == []
    assert records.sources.get(work.id) is not None


def test_what_was_copied_or_is_empty_is_not_offered(records: Records) -> None:
    records.works.keep(replace(a_work(drafted=True), finished=True), NOON)
    records.works.keep(a_work("  \n"), NOON)
    records.database.run("UPDATE works SET owner_pid = 0")
    assert records.works.unfinished() == []
    assert [source.text for source in records.sources.recent()] == [NOTE]
    assert records.database.value("SELECT count(*) FROM works") == 0


def test_a_window_that_lives_is_known_by_its_start(records: Records) -> None:
    records.works.keep(a_work(), NOON)
    records.database.run("UPDATE works SET owner_pid = ?", (1,))
    assert len(records.works.unfinished()) == 1  # another process has that number


def test_each_step_of_a_draft_is_a_version_once(records: Records) -> None:
    work = a_work(drafted=True)
    assert work.shown is not None
    records.works.settle(work, NOON)
    records.works.settle(work, NOON)
    corrected = replace(work.shown, id=new_id(), text="Motif : chute.", origin=Origin.CORRECTION)
    records.works.settle(replace(work, shown=corrected), NOON + timedelta(minutes=1))
    first, second = records.versions.of_source(work.id)
    assert (first.number, first.origin, second.number, second.origin) == (
        1,
        Origin.MODEL,
        2,
        Origin.CORRECTION,
    )
    assert records.versions.get(second.id) == second
    again = records.versions.restored(first, NOON + timedelta(minutes=2))
    assert (again.number, again.origin, again.text) == (3, Origin.RESTORED, first.text)
    assert len(records.versions.of_source(work.id)) == 3
    assert records.versions.restored(again, NOON).id == again.id  # it is the newest already


def test_two_versions_are_compared_word_by_word() -> None:
    changes = compared("TA 14/8, bisoprolol 5 mg.", "TA 14/8, bisoprolol 2,5 mg.")
    assert "".join(change.before for change in changes) == "TA 14/8, bisoprolol 5 mg."
    assert "".join(change.after for change in changes) == "TA 14/8, bisoprolol 2,5 mg."
    assert [(c.before, c.after) for c in changes if not c.same] == [("", "2,")]


@given(st.text("ab .\n", max_size=60), st.text("ab .\n", max_size=60))
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    changes = compared(before, after)
    assert "".join(change.before for change in changes) == before
    assert "".join(change.after for change in changes) == after


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("", "", 0.0),
        ("un deux trois", "un deux trois", 0.0),
        ("un deux trois", "un  deux\ntrois", 0.0),
        ("un deux trois quatre", "un deux cinq quatre", 0.25),
        ("un deux", "trois quatre", 1.0),
        ("un", "un deux trois quatre", 0.75),
        ("mot " * 9000 + "un", "mot " * 9000 + "deux", 0.0001),
    ],
)
def test_the_rewritten_share(before: str, after: str, share: float) -> None:
    assert rewritten_share(before, after) == share


def test_findings_keep_their_decision(records: Records) -> None:
    work = a_work(drafted=True)
    records.works.settle(work, NOON)
    assert work.shown is not None
    finding = KeptFinding(
        new_id(), work.shown.id, "posologie", "grave", {"brouillon": [3, 8]}, {"message": "2,5 mg"}
    )
    records.findings.keep([finding], NOON)
    records.findings.decide(finding.id, "garde", NOON)
    records.findings.keep([finding], NOON)
    (found,) = records.findings.of_version(work.shown.id)
    assert found == replace(finding, decision="garde")
    records.findings.decide(finding.id, None, NOON)
    assert records.findings.of_version(work.shown.id)[0].decision is None


def test_results_and_pseudonyms(records: Records) -> None:
    records.results.add(Result("seringue", NOON, {"note": 8}))
    assert records.results.all() == [Result("seringue", NOON, {"note": 8})]
    table = PseudonymTable(NOON, [{"kind": "nom", "value": "Quercy", "surrogate": "Martin"}])
    records.pseudonyms.add(table)
    assert records.pseudonyms.get(table.id) == table
    assert records.pseudonyms.recent() == [table]
    assert records.pseudonyms.get("inconnu") is None


def test_search_folds_accents_case_and_ligatures(records: Records) -> None:
    work = a_work(drafted=True)
    records.works.settle(work, NOON)
    for asked in ("oedeme", "œdème", "ŒDÈME POUMON", "bisop", "aigu oed", "quercy ta"):
        found = records.search.find(asked)
        assert found, asked
        assert {f.source_id for f in found} == {work.id}
    assert records.search.find("oedeme insuline") == []
    (source,) = records.search.find("bisoprolol")
    assert f"{MARK_START}bisoprolol{MARK_END}" in source.excerpt
    assert source.version_id is None
    assert source.name == "Consultation"
    draft = next(f for f in records.search.find("quercy") if f.version_id)
    assert draft.version_id == (work.shown.id if work.shown else None)


def test_search_follows_what_changes(records: Records) -> None:
    source = KeptSource(new_id(), NOON, NOON, "A", "paracétamol")
    records.sources.keep(source)
    records.sources.keep(replace(source, text="ibuprofène"))
    assert not records.search.find("paracetamol")
    assert len(records.search.find("ibuprofene")) == 1


@given(st.text(max_size=30))
@settings(max_examples=60)
def test_no_question_breaks_the_search(asked: str) -> None:
    query = as_query(asked)
    assert query == "" or query.startswith("(")


@pytest.mark.parametrize("asked", ['"', "a OR", "NEAR(x", "*", "tension -", "l’été", "x\0y", "%_'"])
def test_odd_questions_find_nothing_or_something(records: Records, asked: str) -> None:
    records.works.settle(a_work(), NOON)
    records.search.find(asked)


def test_a_draft_that_says_nothing_yet_is_not_kept(records: Records) -> None:
    work = a_work()
    empty = replace(a_version(work.id), text="", draft=Draft("resume", Mode.STRICT_COPY, ()))
    records.works.settle(replace(work, shown=empty), NOON)
    assert records.versions.of_source(work.id) == []
    assert records.counts()["sources"] == 1


def test_what_was_not_corrected_is_kept_as_it_was_made(records: Records) -> None:
    work = a_work()
    made = replace(a_version(work.id), text="")
    records.works.settle(replace(work, shown=made), NOON)
    (kept,) = records.versions.of_source(work.id)
    assert kept.text == made.draft.text
