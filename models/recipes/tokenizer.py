"""The byte-level BPE vocabulary: trained once, read everywhere."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from assistant.drafting.topics import Topic
from assistant.inference.sequence import Tags, prepared
from models.recipes import sequence

SPECIALS = [
    sequence.BEGIN,
    sequence.END,
    sequence.PAD,
    sequence.NOTE,
    sequence.CLAUSE,
    sequence.LINE,
    sequence.PARA,
    sequence.ASK,
    *(f"<topic:{topic.value}>" for topic in Topic),
]
VOCABULARY = 8192


def trained(texts: Iterable[str]) -> Tokenizer:
    """A byte-level BPE of VOCABULARY tokens; all 256 bytes are in it, so nothing is unknown."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[AddedToken(s, special=True, normalized=False) for s in SPECIALS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((prepared(text) for text in texts), trainer)
    return tokenizer


class Vocabulary:
    """A trained tokenizer as the sequence layout wants it."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        # Special tokens are put by id only: a literal « <ask> » in a note must stay plain text.
        self._tokenizer.encode_special_tokens = True

    @property
    def size(self) -> int:
        return int(self._tokenizer.get_vocab_size())

    def encode(self, text: str) -> list[int]:
        """The ids of plain ``text``; never a special token."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def special(self, token: str) -> int:
        """The id of a special token. Raises KeyError for another token."""
        if token not in SPECIALS:
            raise KeyError(token)
        return SPECIALS.index(token)

    @property
    def tags(self) -> Tags:
        """The special tokens by which windows are laid out; topics in the order of ``Topic``."""
        breaks = (sequence.CLAUSE, sequence.LINE, sequence.PARA)
        clause, line, para = map(self.special, breaks)
        return Tags(
            begin=self.special(sequence.BEGIN),
            note=self.special(sequence.NOTE),
            breaks=(clause, line, para),
            ask=self.special(sequence.ASK),
            topics=tuple(topic.value for topic in Topic),
            topic_tokens=tuple(self.special(f"<topic:{topic.value}>") for topic in Topic),
        )


def main() -> None:
    """Train the vocabulary on the corpus and synthetic notes and write it."""
    from models.recipes import corpus, synthetic
    from models.recipes.hand_labels import held_out_ids

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--notes", type=int, default=3000, help="synthetic notes to read")
    arguments = parser.parse_args()
    texts = [c.text for c in corpus.training_cases(arguments.corpus, held_out_ids()).values()]
    texts += [note.text for note in synthetic.notes(arguments.notes, seed=1)]
    texts += corpus.general_texts(arguments.corpus, characters=3_000_000)
    trained(texts).save(str(arguments.output))


if __name__ == "__main__":
    main()
