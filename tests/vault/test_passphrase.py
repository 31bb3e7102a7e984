"""Argon2id set to the PC, and an estimate that never flatters."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from assistant.vault.passphrase import AIM_SECONDS, LEAST, Cost, calibrated, derived, parameters
from assistant.vault.strength import Verdict, proposed, strength
from tests.vault.parts import CHEAP, OTHER_PASSPHRASE, PASSPHRASE


def test_the_same_words_give_the_same_key_whatever_the_keyboard() -> None:
    salt = b"s" * 16
    typed = "Été à Orléans"
    key = derived(typed, CHEAP, salt).data
    assert derived(unicodedata.normalize("NFD", typed), CHEAP, salt).data == key
    assert derived(typed.lower(), CHEAP, salt).data != key
    assert derived(typed, CHEAP, b"t" * 16).data != key
    assert derived(typed, Cost(128, 1, 1), salt).data != key


def test_a_slow_pc_keeps_the_least_and_a_quick_one_gets_more() -> None:
    assert calibrated(lambda _: 5.0) == LEAST
    asked: list[Cost] = []

    def quick(cost: Cost) -> float:
        asked.append(cost)
        return 0.02 * cost.memory_kib / LEAST.memory_kib * cost.passes / LEAST.passes

    found = calibrated(quick)
    assert found.memory_kib > LEAST.memory_kib
    assert found.passes > LEAST.passes
    assert quick(found) <= AIM_SECONDS


def test_salts_differ() -> None:
    assert parameters(LEAST)["salt"] != parameters(LEAST)["salt"]


def test_what_people_choose_is_weak() -> None:
    for weak in (
        "", "azerty", "Azerty123!", "motdepasse", "Marseille13", "Julien1985!", "cardio2024",
        "aaaaaaaaaaaaaaaaaaaa", "123456789012345678", "Doctolib2026", "P@ssword1", "Salut Salut",
        "azertyuiop qsdfghjklm", "je t'aime maman", "le chat de la maison",
    ):  # fmt: skip
        assert strength(weak).verdict is Verdict.WEAK, weak


def test_four_words_that_have_nothing_to_do_with_each_other_are_enough() -> None:
    for strong in (PASSPHRASE, OTHER_PASSPHRASE, "J7#kq9Zp!2vR", "girafe ampoule quiche vélo"):
        assert strength(strong).verdict is not Verdict.WEAK, strong
    assert strength(PASSPHRASE + " " + OTHER_PASSPHRASE).verdict is Verdict.GOOD


def test_what_is_proposed_is_accepted_and_never_the_same() -> None:
    found = {proposed() for _ in range(50)}
    assert len(found) == 50
    assert all(strength(one).verdict is not Verdict.WEAK for one in found)


@given(st.text(max_size=40))
def test_any_text_has_a_worth_and_repeating_it_adds_little(text: str) -> None:
    once = strength(text).bits
    assert once >= 0
    assert strength(f"{text} {text}").bits <= once + 2 * len(text) + 7
