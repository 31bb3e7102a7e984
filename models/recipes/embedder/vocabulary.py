"""The embedder's vocabulary: words as they are, pieces for those never met, phrases of the field.

A row of the embedding belongs to a stem: its forms share it. So 60,000 written forms need half as
many rows, and a rare form is known from its sisters.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import Stemmer
from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece
from tokenizers.trainers import WordPieceTrainer

from models.recipes.noise import without_accents

UNKNOWN = "[UNK]"
WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 40  # letters

Ids = npt.NDArray[np.int64]


def _bare() -> Tokenizer:
    tokenizer = Tokenizer(WordPiece({UNKNOWN: 0}, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.NFKD(),
            normalizers.StripAccents(),
            normalizers.Replace("œ", "oe"),
            normalizers.Replace("æ", "ae"),
            # One space between words, so that a phrase is met whatever parts its words.
            normalizers.Replace(Regex(r"[^\p{L}\p{N}]+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def folded(form: str) -> str:
    """``form`` as the tokenizer's normalizer leaves it."""
    return without_accents(form.lower()).replace("œ", "oe").replace("æ", "ae")


def counted(texts: Iterable[tuple[str, float]]) -> Counter[str]:
    """Weighted counts of the written forms, lower case, accents kept."""
    counts: Counter[str] = Counter()
    for text, weight in texts:
        for form in WORD.findall(text.lower()):
            counts[form] += weight  # type: ignore[assignment]  # weights are parts of one
    return counts


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer, its spelling twin that knows pieces only, and the row of each token."""

    tokenizer: Tokenizer
    spelling: Tokenizer
    rows: Ids  # token id → row
    spelling_rows: Ids
    row_names: list[str]

    @property
    def size(self) -> int:
        """Rows of the embedding."""
        return len(self.row_names)

    def encode(self, texts: Sequence[str]) -> list[Ids]:
        """Rows of each text."""
        found = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self.rows[e.ids] for e in found]

    def spelled(self, texts: Sequence[str]) -> list[Ids]:
        """Rows of each text when no word is known as a whole."""
        found = self.spelling.encode_batch(list(texts), add_special_tokens=False)
        return [self.spelling_rows[e.ids] for e in found]

    def save(self, folder: Path) -> None:
        """Write the two tokenizers and the rows."""
        self.tokenizer.save(str(folder / "tokenizer.json"))
        self.spelling.save(str(folder / "spelling.json"))
        np.savez(folder / "rows.npz", rows=self.rows, spelling_rows=self.spelling_rows)
        (folder / "row_names.json").write_text(json.dumps(self.row_names), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """What ``save`` wrote."""
        rows = np.load(folder / "rows.npz")
        return cls(
            Tokenizer.from_file(str(folder / "tokenizer.json")),
            Tokenizer.from_file(str(folder / "spelling.json")),
            rows["rows"],
            rows["spelling_rows"],
            json.loads((folder / "row_names.json").read_text(encoding="utf-8")),
        )


def _with(vocabulary: dict[str, int]) -> Tokenizer:
    tokenizer = _bare()
    tokenizer.model = WordPiece(
        vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=_LONGEST_WORD
    )
    return tokenizer


def _pieces(counts: Counter[str], size: int) -> list[str]:
    """Pieces of words, learnt on the forms; every letter met is among them."""
    learner = _bare()
    trainer = WordPieceTrainer(vocab_size=size, special_tokens=[UNKNOWN], show_progress=False)
    repeated = (form for form, n in counts.items() for _ in range(max(1, round(n**0.5))))
    learner.train_from_iterator(repeated, trainer)
    return [p for p in learner.get_vocab() if p != UNKNOWN and len(p.removeprefix("##")) <= 8]


def _plurals(phrase: str) -> list[str]:
    """``phrase`` with none, the first, the first two or all of its words in the plural."""
    words = phrase.split()
    many = [w if w.endswith(("s", "x")) or len(w) < 4 else f"{w}s" for w in words]
    return list(
        dict.fromkeys(
            " ".join(many[:n] + words[n:]) for n in (0, 1, 2, len(words)) if n <= len(words)
        )
    )


def built(
    counts: Counter[str],
    words: int,
    pieces: int,
    phrases: Sequence[str],
    tied: bool,
    slips: dict[str, str] | None = None,
) -> Vocabulary:
    """The vocabulary of the ``words`` commonest forms, ``pieces`` pieces and every phrase.

    ``tied``: forms of one stem share a row. ``slips``: misspelt form → form whose row it shares.
    """
    stem = Stemmer.Stemmer("french").stemWord
    stems: dict[str, str] = {}  # folded form → stem of its commonest spelling
    for form, _ in counts.most_common():
        if len(stems) >= words:
            break
        if len(form) <= _LONGEST_WORD:
            stems.setdefault(folded(form), folded(stem(form)) if tied else folded(form))
    rows: dict[str, int] = {UNKNOWN: 0}
    ids: dict[str, int] = {UNKNOWN: 0}
    token_rows = [0]

    def add(token: str, row_name: str) -> None:
        if token not in ids:
            ids[token] = len(ids)
            token_rows.append(rows.setdefault(row_name, len(rows)))

    for form, root in stems.items():
        add(form, f"={root}")
    for slip, form in (slips or {}).items():
        if form in stems:
            add(slip, f"={stems[form]}")
    small = sorted(_pieces(counts, pieces))
    for piece in small:
        add(piece, piece)
    tokenizer = _with(ids)
    spelling_ids = {UNKNOWN: 0} | {p: i for i, p in enumerate(small, start=1)}
    spelling_rows = [0] + [rows.setdefault(p, len(rows)) for p in small]
    spoken = {plural: phrase for phrase in phrases for plural in _plurals(phrase)}
    for phrase in spoken.values():
        token_rows.append(rows.setdefault(f"_{phrase}", len(rows)))
    tokenizer.add_tokens([AddedToken(p, single_word=True, normalized=True) for p in spoken])
    if tokenizer.get_vocab_size() != len(token_rows):
        raise ValueError("phrases must differ from each other and from words, once folded")
    return Vocabulary(
        tokenizer,
        _with(spelling_ids),
        np.array(token_rows, dtype=np.int64),
        np.array(spelling_rows, dtype=np.int64),
        list(rows),
    )
