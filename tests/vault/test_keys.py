"""The data key and what opens it; a damaged file is told from a wrong key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AparteError, ErrorCode
from assistant.vault.attempts import Attempts, delay_after
from assistant.vault.keys import KeyFile, SlotKind, WrongKeyError, load_key_file, save_key_file
from assistant.vault.recovery_code import ALPHABET, new_code, read_code, wrapping_key
from assistant.vault.secret import Secret
from tests.vault.parts import SetClock


def a_key_file() -> tuple[KeyFile, Secret, Secret]:
    wrapping, data_key = Secret.random(), Secret.random()
    keys = KeyFile.new().with_slot(SlotKind.KEYRING, wrapping, data_key)
    return keys, wrapping, data_key


def test_a_slot_gives_the_data_key_back() -> None:
    keys, wrapping, data_key = a_key_file()
    again = KeyFile.from_bytes(keys.to_bytes())
    assert again.open(SlotKind.KEYRING, wrapping).data == data_key.data
    assert bytes(data_key.data) not in keys.to_bytes()
    with pytest.raises(WrongKeyError):
        again.open(SlotKind.KEYRING, Secret.random())


def test_a_slot_is_bound_to_its_vault_its_kind_and_its_parameters() -> None:
    keys, wrapping, _ = a_key_file()
    slot = keys.slots[SlotKind.KEYRING]
    stolen = [
        KeyFile(KeyFile.new().vault_id, keys.slots),
        KeyFile(keys.vault_id, {SlotKind.PASSPHRASE: slot}),
        KeyFile(
            keys.vault_id,
            {SlotKind.KEYRING: type(slot)(slot.nonce, slot.wrapped, {"passes": 1})},
        ),
    ]
    for file in stolen:
        with pytest.raises(WrongKeyError):
            file.open(next(iter(file.slots)), wrapping)


def test_a_damaged_file_is_read_from_its_copy(tmp_path: Path) -> None:
    keys, wrapping, data_key = a_key_file()
    save_key_file(tmp_path, keys)
    whole = (tmp_path / "coffre.cles").read_bytes()
    for position in range(0, len(whole), 7):
        altered = bytearray(whole)
        altered[position] ^= 1
        (tmp_path / "coffre.cles").write_bytes(altered)
        found = load_key_file(tmp_path)
        assert found is not None
        assert found.open(SlotKind.KEYRING, wrapping).data == data_key.data
    (tmp_path / "coffre-copie.cles").write_bytes(b"{}")
    (tmp_path / "coffre.cles").write_bytes(b"\0")
    with pytest.raises(AparteError) as refused:
        load_key_file(tmp_path)
    assert refused.value.code is ErrorCode.VAULT_KEYS_DAMAGED


def test_nothing_is_not_damage(tmp_path: Path) -> None:
    assert load_key_file(tmp_path) is None


def test_only_the_owner_reads_the_key_files(tmp_path: Path) -> None:
    save_key_file(tmp_path, a_key_file()[0])
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_forgotten_secret_is_overwritten() -> None:
    secret = Secret.random()
    held = secret.data
    secret.forget()
    assert held == bytearray(32)
    with pytest.raises(ValueError, match="forgotten"):
        _ = secret.data


def test_a_code_is_read_whatever_the_hand() -> None:
    code = new_code()
    typed = code.lower().replace("-", " \u2014 ").replace("0", "o").replace("1", "l")
    assert read_code(f"  {typed}\n") == code
    assert wrapping_key(code, "ab" * 16).data == wrapping_key(code, "ab" * 16).data
    assert wrapping_key(code, "ab" * 16).data != wrapping_key(code, "cd" * 16).data
    assert len({new_code() for _ in range(100)}) == 100


@given(place=st.integers(0, 34), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_names_its_group(place: int, other: str) -> None:
    letters = new_code().replace("-", "")
    if letters[place] == other:
        return
    with pytest.raises(AparteError) as refused:
        read_code(letters[:place] + other + letters[place + 1 :])
    assert refused.value.code is ErrorCode.VAULT_CODE_MISTYPED
    assert refused.value.facts == {"group": place // 5 + 1}


@given(place=st.integers(0, 33))
def test_two_swapped_neighbours_are_found(place: int) -> None:
    letters = new_code().replace("-", "")
    if letters[place] == letters[place + 1]:
        return
    swapped = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    if place % 5 == 4:  # between two groups, each is checked on its own
        swapped = letters
        return
    with pytest.raises(AparteError):
        read_code(swapped)


def test_swapped_short_and_long_codes_are_refused() -> None:
    groups = new_code().split("-")
    for wrong in (
        [groups[1], groups[0], *groups[2:]],
        groups[:6],
        [*groups, groups[0]],
        [],
        ["é" * 5, *groups[1:]],
    ):
        with pytest.raises(AparteError) as refused:
            read_code("-".join(wrong))
        assert refused.value.code is ErrorCode.VAULT_CODE_MISTYPED


def test_delays_grow_and_survive_a_restart(tmp_path: Path) -> None:
    clock = SetClock()
    path = tmp_path / "essais"
    attempts = Attempts(path, clock)
    waits = []
    for _ in range(16):
        attempts.failed()
        waits.append(Attempts(path, clock).wait().total_seconds())
    assert waits[:6] == [0, 0, 1, 2, 4, 8]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=15).total_seconds()
    clock.advance(minutes=-60)  # a clock set back gains nothing
    assert Attempts(path, clock).wait() == timedelta(minutes=15)
    clock.advance(minutes=75)
    assert not Attempts(path, clock).wait()
    attempts.succeeded()
    assert Attempts(path, clock).wrong == 0
    assert delay_after(10_000) == timedelta(minutes=15)


def test_attempts_are_counted_even_where_nothing_can_be_written(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "absent" / "essais", SetClock())
    for _ in range(5):
        attempts.failed()
    assert attempts.wait() == timedelta(seconds=4)
    (tmp_path / "essais").write_text("pas du JSON", "utf-8")
    assert Attempts(tmp_path / "essais", SetClock()).wrong == 0
