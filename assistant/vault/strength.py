"""What a passphrase is worth, in bits, as a pessimist counts: a floor, never a promise.

The attacker is supposed to have the vault's files, and to try words, years, keyboard runs and
repeats before anything else (the method of Wheeler, « zxcvbn: Low-Budget Password Strength
Estimation », 2016, section 4, with fixed costs for French words instead of lists by rank).
"""

from __future__ import annotations

import itertools
import re
import secrets
import unicodedata
from dataclasses import dataclass
from enum import Enum

LEAST_BITS = 44.0
GOOD_BITS = 58.0

_PIECES = re.compile(r"[^\W\d_]+|\d+|[\W_]", re.UNICODE)
_RUNS = (
    "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
)  # fmt: skip
_COMMON = frozenset(
    """admin amour aparte azerty bonjour cabinet cardio chien chouchou clinique code coffre coucou
    docteur doudou doctolib hopital hospital hello infirmier infirmiere jesus jetaime julien
    lapin letmein loulou love maison maman marseille medecin medecine mercredi merci motdepasse
    mot nicolas papa paris pass passe password passphrase patient phrase princesse qwerty salut
    samedi sante secret secretaire secretariat service soleil sommeil test urgence urgences
    vacances vendredi welcome le la les de des du un une et a au aux en est mon ma mes
    ton""".split()  # noqa: SIM905 (one word a line would hide the list)
)
_SYLLABLES = [c + v for c in "bcdfgjklmnprstvz" for v in "aeiou"]
_COMMON_BITS = 4.0
_WORD_BITS = 11.5  # one of three thousand words: people do not draw theirs from a dictionary
_LETTER_BITS = 4.7
_LETTERS_IN_A_WORD = 3
_SYLLABLE_LETTER_BITS = 2.5


class Verdict(Enum):
    """How much of an obstacle it is."""

    WEAK = "trop facile à deviner"
    FAIR = "correcte"
    GOOD = "solide"


@dataclass(frozen=True, slots=True)
class Strength:
    """``bits``: the attacker needs about 2 to that power guesses, at least."""

    bits: float

    @property
    def verdict(self) -> Verdict:
        """What to tell."""
        if self.bits < LEAST_BITS:
            return Verdict.WEAK
        return Verdict.GOOD if self.bits >= GOOD_BITS else Verdict.FAIR


def strength(passphrase: str) -> Strength:
    """A floor for the guesses that ``passphrase`` costs someone who knows how people choose."""
    seen: set[str] = set()
    bits = 0.0
    for piece in _PIECES.findall(unicodedata.normalize("NFKC", passphrase)):
        plain = _folded(piece)
        if plain in seen:
            bits += 0.0 if not piece.isalnum() else 1.0
            continue
        seen.add(plain)
        bits += _worth(piece, plain)
    return Strength(round(bits, 1))


def proposed() -> str:
    """A passphrase that can be said and typed: 16 syllables drawn by the system, 101 bits."""
    words = ["".join(secrets.choice(_SYLLABLES) for _ in range(4)) for _ in range(4)]
    return " ".join(words)


def _worth(piece: str, plain: str) -> float:
    if piece.isspace():
        return 1.0
    if not piece.isalnum():
        return 5.0
    if _is_run(plain) or len(set(plain)) == 1:
        return min(_COMMON_BITS, 3.0 * len(plain))
    if piece.isdigit():
        year = len(piece) == 4 and 1900 <= int(piece) < 2050
        return 6.0 if year else min(3.3 * len(piece), 20.0)
    if plain in _COMMON:
        return _COMMON_BITS
    capitals = sum(1 for c in piece[1:] if c.isupper())
    surprise = 2.0 if capitals and not piece.isupper() else float(piece[:1].isupper())
    if len(plain) < _LETTERS_IN_A_WORD:
        return _LETTER_BITS * len(plain) + surprise
    return min(_WORD_BITS, _SYLLABLE_LETTER_BITS * len(plain)) + surprise


def _is_run(plain: str) -> bool:
    if len(plain) < _LETTERS_IN_A_WORD:
        return False
    ways = itertools.chain(_RUNS, (run[::-1] for run in _RUNS))
    return any(plain in run for run in ways)


def _folded(piece: str) -> str:
    apart = unicodedata.normalize("NFD", piece.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
