"""The fictional notes that training reads: whole, labelled, of nobody."""

from __future__ import annotations

import random
import re

import pytest
from faker import Faker
from faker.providers.person.fr_FR import Provider

from assistant.documents import Mode
from assistant.drafting.clauses import clauses
from assistant.drafting.document_type import document_types
from assistant.drafting.labels import fold
from assistant.drafting.topics import Topic
from models.recipes import facts, voices
from models.recipes.examples import Example
from models.recipes.fact_model import Situation, Writer, situations
from models.recipes.synthetic import notes

TOPICS = [topic.value for topic in Topic]
SETTINGS = {
    "hopital", "generale", "consultation", "ide", "maternite", "kine", "psychiatrie", "pediatrie",
    "ehpad", "urgences", "oncologie", "social", "palliatif", "reanimation",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> list[Example]:
    return list(notes(300, seed=4))


def writer(situation: Situation, seed: int = 0) -> Writer:
    fake = Faker("fr_FR")
    fake.seed_instance(seed)
    return Writer(random.Random(seed), fake, situation)


def topic_of(row: list[float]) -> str:
    return TOPICS[max(range(len(row)), key=row.__getitem__)]


def test_sixty_situations_and_more_from_every_way_of_care() -> None:
    pool = situations()
    assert len({situation.name for situation in pool}) == len(pool) >= 60
    assert {situation.setting for situation in pool} == SETTINGS
    for situation in pool:
        assert set(situation.says) <= set(TOPICS)
        assert len(situation.says) >= 5, situation.name
        assert sum(map(len, situation.says.values())) >= 25, situation.name


def test_a_note_is_cut_as_the_application_cuts_it_and_each_clause_has_its_topics(
    made: list[Example],
) -> None:
    for note in made:
        cut = {(clause.span.start, clause.span.end) for clause in clauses(note.text)}
        assert set(note.spans) <= cut
        assert len(note.spans) == len(note.targets)
        assert all(sum(row) == pytest.approx(1) for row in note.targets)
        assert not re.search(r"[{}]|<\w+>", note.text), "a slot was left open"


def test_every_topic_is_met(made: list[Example]) -> None:
    assert {topic_of(row) for note in made for row in note.targets} == set(TOPICS)


def test_the_same_seed_makes_the_same_notes() -> None:
    assert list(notes(5, seed=8)) == list(notes(5, seed=8))
    assert list(notes(5, seed=8)) != list(notes(5, seed=9))


def test_names_are_fakers() -> None:
    names = [*Provider.last_names, *Provider.first_names_male, *Provider.first_names_female]
    known = {fold(name) for name in names}
    for number, situation in enumerate(situations()):
        name = fold(writer(situation, number).person.name)
        words = [name, *re.split(r"[ ]", name)]
        assert not name or len(name) == 1 or any(word in known for word in words), name


@pytest.mark.parametrize("topic", ["familiaux", "allergies", "antecedents", "traitement_arrete"])
def test_traps_keep_their_topic(topic: str) -> None:
    """« père sous AVK » is family history, whatever drug it names, in every voice."""
    trap = next(words for kind, words in facts.TRAPS if kind == topic)
    told = {topic: [trap], "identite": ["M. X, 70 ans"]}
    for seed in range(20):
        author = writer(situations()[0], seed)
        said = {
            kind: [author.filled(words) for words in words_of] for kind, words_of in told.items()
        }
        found = voices.labelled_pieces(author, said, list(said), chance=0.5)
        found += voices.letter_pieces(author, said, list(said))
        found += voices.dictated_pieces(author, said, list(said))
        found += voices.shift_pieces(author, said)
        kinds = {piece.topic for piece in found if said[topic][0][8:20] in piece.text}
        assert kinds == {topic}


def test_a_note_under_the_headings_of_a_form_says_everything_once() -> None:
    for form in document_types().values():
        author = writer(situations()[1], 3)
        told = author.said()
        pieces = voices.headed_pieces(author, told, form)
        assert sum(len(said) for topic, said in told.items() if topic != "hors_sujet") == sum(
            1 for piece in pieces if piece.topic != "hors_sujet"
        )
        assert Mode.VERIFIED in form.modes
