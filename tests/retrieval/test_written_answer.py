"""What a model writes from passages: only what cites, only what is supported."""

from __future__ import annotations

import pytest

from assistant.guides import AnswerSentence
from assistant.inference.grammar.grammar import Grammar
from assistant.protocol import Hit
from assistant.retrieval.calibration import Calibration
from assistant.retrieval.support import overlap
from assistant.retrieval.written_answer import kept, prompt_for, read_sentences

PASSAGE = "Relisez d’abord les nombres et les noms de médicaments. Ne signez pas sans relire."


def hits(number: int) -> list[Hit]:
    return [Hit("g", "1", ["R", "1"], 2, 0, len(PASSAGE), PASSAGE, 1.0, 1.0, 1.0)] * number


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("Relisez les nombres. [1]\n", True),
        ("Relisez. [2]\nSignez. [1]\n", True),
        ("Relisez. [3]\n", False),
        ("Relisez. [12]\n", False),
        ("Relisez.\n", False),
        ("[1]\n", False),
    ],
)
def test_the_grammar_lets_no_citation_be_invented(written: str, fits: bool) -> None:
    grammar = Grammar(prompt_for("Que relire ?", hits(2)).grammar)
    allowed = grammar.allows(written.encode())
    if allowed:
        grammar.accept(written.encode())
    assert (allowed and grammar.allows_end()) == fits


def test_only_sentences_that_cite_a_passage_are_read() -> None:
    written = "Relisez. [1]\nSans source.\nSignez. [2]\nAilleurs. [9]\n[1]\nIci [1] et [2]\n"
    assert read_sentences(written, 2) == [
        AnswerSentence("Relisez.", 1),
        AnswerSentence("Signez.", 2),
    ]


def test_the_prompt_holds_the_question_and_at_most_four_passages() -> None:
    prompt = prompt_for("Que relire ?", hits(9))
    assert "Que relire ?" in prompt.after
    assert prompt.passages.count(PASSAGE) == 4
    assert prompt.allowed == ("1", "2", "3", "4")


@pytest.mark.parametrize(
    ("sentence", "most"),
    [
        ("Relisez les noms de médicaments.", 1.0),
        ("Relisez 3 nombres.", 0.0),
        ("Les licornes relisent le vendredi.", 0.5),
        ("", 0.0),
    ],
)
def test_overlap_counts_words_and_refuses_a_number_of_its_own(sentence: str, most: float) -> None:
    assert overlap(sentence, PASSAGE) <= most
    assert (overlap(sentence, PASSAGE) == 1) == (most == 1)


def test_a_sentence_is_kept_if_both_measures_hold() -> None:
    told = [AnswerSentence(text, 1) for text in "abc"]
    calibration = Calibration(0.5, 0.5, 0, {}, least_overlap=0.6, least_similarity=0.5)
    assert kept(told, [1, 0.5, 1], [1, 1, 0.4], calibration) == told[:1]
