"""The families of models that can be asked to write: their own vocabularies, random weights.

Templates, special tokens, characters cut by tokens, stops, ends, the figure lock and grammars hold
whatever the borders of tokens are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.drafting.sources import example_sources
from assistant.inference import chat
from assistant.inference.benchmark.scripted import ScriptedModel
from assistant.inference.constraints import Constraint, LawfulSampler, Pieces
from assistant.inference.figures.lock import FigureLock
from assistant.inference.generation import End, Piece, generate
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.model import Model, Stop
from assistant.inference.prefix_cache import PrefixCache
from assistant.inference.prompt import Prompt
from assistant.inference.sampling import Sampling
from assistant.inference.speculation import Pace
from assistant.inference.together import Together
from assistant.model_store.catalogue import ModelEntry
from tests.campaigns.figure_judge import Judge
from tests.campaigns.unit_judge import UnitJudge
from tests.chat_templates import GEMMA, LLAMA_3, MISTRAL_V7, QWEN_3
from tests.tiny_models import (
    Fields,
    integers_of,
    strings_of,
    tekken_fields,
    vocabulary_fields,
    with_template,
    write_tiny_model,
)

# Read now: each test has cache folders of its own.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aparte"

FILES = {"llama-3": "llama-bpe", "qwen-2": "qwen2", "qwen-3.5": "qwen35", "gemma-4": "gemma-4"}
TEMPLATES = {
    "llama-3": LLAMA_3, "qwen-2": QWEN_3, "qwen-3.5": QWEN_3, "gemma-4": GEMMA,
    "tekken": MISTRAL_V7,
}  # fmt: skip
CONTROLS = ("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]")
FAMILIES = (*TEMPLATES, "starter")

NOTE = (
    "Patiente de 85 ans 🫀👩🏽‍⚕️, œdèmes ++, créatinine 128 µmol/L, T 39,2 °C, « ça ira », ﬁn…\n"
    f"{'-' * 300}\n| TA | 14/8 |{' ' * 300}|\n\t\t- à J3 : 4\u202f820 ng/L\n\n\n{'=' * 90}\r\n"
)
SCHEMA = {
    "type": "object",
    "properties": {
        "motif": {"type": "string", "maxLength": 60},
        "traitements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "médicament": {"type": "string", "minLength": 1, "maxLength": 30},
                    "dose": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                    "voie": {"enum": ["orale", "intraveineuse", "sous-cutanée"]},
                },
                "required": ["médicament", "dose", "voie"],
            },
            "maxItems": 3,
        },
        "urgent": {"type": "boolean"},
    },
    "required": ["motif", "traitements", "urgent"],
}
DOCUMENT = {
    "motif": "Dyspnée d’effort",
    "traitements": [{"médicament": "Furosémide", "dose": 40, "voie": "orale"}],
    "urgent": False,
}
SOURCE = "Dyspnée, TA 14/8, Lasilix 40 mg/j, Kardégic 75 mg, 4 820 ng/L, vingt-cinq cigarettes"


@dataclass(frozen=True, slots=True)
class Family:
    """A model of random weights with the vocabulary of a family."""

    model: Model
    fields: Fields
    pieces: Pieces

    def tokens(self, *kinds: int) -> list[str]:
        """The texts of the tokens of these kinds: 3 control, 4 user defined, 6 byte."""
        told = integers_of(self.fields["tokenizer.ggml.token_type"])
        texts = strings_of(self.fields["tokenizer.ggml.tokens"])
        return [text for text, kind in zip(texts, told, strict=True) if kind in kinds]


def fields_of(name: str, starter: Path) -> Fields:
    if name == "starter":
        return vocabulary_fields(starter)
    if name == "tekken":
        return with_template(
            tekken_fields(vocabulary_fields(starter), CONTROLS), TEMPLATES["tekken"]
        )
    (folder,) = (_CACHE / "vocabularies").glob("llama_cpp_python-*")
    fields = vocabulary_fields(folder / f"ggml-vocab-{FILES[name]}.gguf")
    return with_template(fields, TEMPLATES[name])


@pytest.fixture(scope="module")
def opened() -> Iterator[dict[str, Family]]:
    """Families by name, each opened once; closed at the end."""
    families: dict[str, Family] = {}
    with ExitStack() as open_models:
        yield families
        for family in families.values():
            open_models.callback(family.model.close)


@pytest.fixture(params=FAMILIES)
def family(
    request: pytest.FixtureRequest,
    opened: dict[str, Family],
    starter: ModelEntry,
    tmp_path_factory: pytest.TempPathFactory,
) -> Family:
    name = request.param
    if name not in opened:
        fields = fields_of(name, starter.path)
        path = tmp_path_factory.mktemp("families") / f"{name}.gguf"
        write_tiny_model(path, fields)
        model = Model(path, 1024, 1, Stop())
        pieces = Pieces(model.piece, model.is_end, model.vocabulary_size, model.tokenize)
        opened[name] = Family(model, fields, pieces)
        path.unlink()
    return opened[name]


def text_of(model: Model, tokens: list[int], special: dict[int, str] | None = None) -> str:
    known = special or {}
    return b"".join(known.get(t, "").encode() or model.piece(t) for t in tokens).decode()


def test_long_pieces_and_cut_characters_give_the_text_back(family: Family) -> None:
    model = family.model
    tokens = model.tokenize(NOTE * 3)
    given_back = text_of(model, tokens)
    # A vocabulary that writes a blank before the first word says so; nothing else may change.
    assert given_back.removeprefix(" ") == NOTE * 3 or given_back == NOTE * 3


def test_what_a_user_writes_names_no_mark(family: Family) -> None:
    model = family.model
    marks = [text for text in family.tokens(3, 4, 6) if text[:1] in "<["][:300]
    if not model.metadata("tokenizer.chat_template"):
        assert not any(map(model.is_mark, model.tokenize(" ".join(marks))))
        return
    forged = "".join(f"dose {mark} matin{mark}" for mark in marks)
    plain = chat.prompt_for(model, "Règles.", ["Notes :\n", "rien", "\nRédigez."]).tokens
    tokens = chat.prompt_for(model, "Règles.", ["Notes :\n", forged, "\nRédigez."]).tokens
    assert sum(map(model.is_mark, tokens)) == sum(map(model.is_mark, plain))
    assert forged in text_of(model, tokens)


EXPECTED = {
    "llama-3": "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nRègles.<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\nNotes : 14/8<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "qwen-2": "<|im_start|>system\nRègles.<|im_end|>\n<|im_start|>user\nNotes : 14/8<|im_end|>\n"
    "<|im_start|>assistant\n<think>\n\n</think>\n\n",
    "gemma-4": "<bos><|turn>user\nRègles.\n\nNotes : 14/8<turn|>\n<|turn>model\n",
    "tekken": "<s>[SYSTEM_PROMPT]Règles.[/SYSTEM_PROMPT][INST]Notes : 14/8[/INST]",
}
EXPECTED["qwen-3.5"] = EXPECTED["qwen-2"]


@pytest.mark.parametrize("family", TEMPLATES, indirect=True)
def test_a_template_is_rendered_as_its_maker_wants_it(
    family: Family, request: pytest.FixtureRequest
) -> None:
    model = family.model
    tokens = chat.prompt_for(model, "Règles.", ["Notes : ", "14/8"]).tokens
    special = {model.tokenize(t, special=True)[0]: t for t in family.tokens(3)}
    expected = EXPECTED[request.node.callspec.params["family"]]
    assert text_of(model, tokens, special) == expected
    # The marks are there as tokens, each of them one.
    assert [special[t] for t in tokens if t in special] == [
        mark for mark in _split_marks(expected, special.values()) if mark
    ]


def _split_marks(text: str, marks: object) -> Iterator[str]:
    known = sorted(marks, key=len, reverse=True)  # type: ignore[call-overload]
    while text:
        mark = next((m for m in known if text.startswith(m)), "")
        yield mark
        text = text[len(mark) or 1 :]


@pytest.mark.parametrize("family", ["qwen-2", "gemma-4"], indirect=True)
def test_the_template_of_the_file_itself_is_rendered(
    family: Family, starter: ModelEntry, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (folder,) = (_CACHE / "vocabularies").glob("llama_cpp_python-*")
    name = request.node.callspec.params["family"]
    path = tmp_path / "own.gguf"
    write_tiny_model(path, vocabulary_fields(folder / f"ggml-vocab-{FILES[name]}.gguf"))
    with Model(path, 256, 1, Stop()) as model:
        tokens = chat.prompt_for(model, "Règles.", ["Notes"]).tokens
        written = text_of(model, tokens)
    assert written.index("Règles.") < written.index("Notes")
    if name == "gemma-4":  # an empty thought, closed: it thinks no more
        assert written.endswith("<|channel>thought\n<channel|>")


class Speaking(ScriptedModel):
    """Says its script, and ends where the script ends it."""

    def is_end(self, token: int) -> bool:
        return Model.is_end(self, token)


def said(
    family: Family,
    script: list[int],
    stops: tuple[str, ...] = (),
    constraint: Constraint | None = None,
) -> tuple[list[str], End, list[int]]:
    prompt = Prompt.of([family.model.tokenize("Notes :")])
    model = Speaking(family.model, script, len(prompt.tokens))
    lawful = LawfulSampler(Sampling(), family.pieces, constraint) if constraint else None
    steps = list(
        generate(model, PrefixCache(family.model), prompt, 200, Sampling(), None, lawful, stops)
    )
    end = steps[-1]
    assert isinstance(end, End)
    return [step.text for step in steps if isinstance(step, Piece)], end, model.said


def an_end(family: Family) -> int:
    return int.from_bytes(family.fields["tokenizer.ggml.eos_token_id"][-4:], "little")


def test_characters_cut_by_tokens_come_out_whole_and_an_end_ends(family: Family) -> None:
    told = "🫀 œdème 👩🏽‍⚕️ « ça » ½ 漢字 ﬁn"
    tokens = family.model.tokenize(told)
    assert any(b"\xf0" in p and len(p) < 4 for p in map(family.model.piece, tokens)) or all(
        _is_whole(family.model.piece(token)) for token in tokens
    )
    pieces, end, _ = said(family, [*tokens, an_end(family), *tokens])
    assert "".join(pieces).removeprefix(" ") == told
    assert "\ufffd" not in "".join(pieces)
    assert (end.tokens, end.complete) == (len(tokens), True)


def _is_whole(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_a_stop_is_found_across_tokens(family: Family) -> None:
    tokens = family.model.tokenize("Conclusion : repos. ### Fin du texte ### et la suite")
    pieces, end, _ = said(family, tokens, stops=("# Fin du te", "jamais"))
    assert "".join(pieces).strip() == "Conclusion : repos. ##"
    assert end.complete


def test_the_lock_lets_a_source_be_copied_token_by_token(family: Family) -> None:
    for source in (source.text for source in example_sources()):
        lock = FigureLock(source)
        for token in family.model.tokenize(source):
            piece = family.model.piece(token)
            assert lock.allows(piece), (piece, lock.state)
            lock.accept(piece)
        assert lock.allows_end()


def written(family: Family, constraint: Constraint, seed: int) -> tuple[str, End]:
    """A text of random weights at temperature 1.5, with drafts."""
    model = family.model
    prompt = Prompt.of([model.tokenize(SOURCE)])
    sampling = Sampling(1.5, min_p=0.01, seed=seed)
    lawful = LawfulSampler(sampling, family.pieces, constraint)
    pace = Pace({1: 1.0, 4: 1.2})
    steps = list(generate(model, PrefixCache(model), prompt, 300, sampling, pace, lawful))
    end = steps[-1]
    assert isinstance(end, End)
    return "".join(step.text for step in steps if isinstance(step, Piece)), end


@pytest.mark.parametrize("locked", [False, True], ids=["grammar", "grammar and lock"])
def test_random_weights_write_json_that_is_valid(family: Family, locked: bool) -> None:
    for seed in range(3):
        grammar = Grammar.of_schema(json.dumps(SCHEMA))
        constraint = Together(FigureLock(SOURCE), grammar) if locked else grammar
        text, end = written(family, constraint, seed)
        assert end.complete, text
        assert end.passes < end.tokens  # what is forced comes in batches
        check(json.loads(text))
        if locked:
            judge = Judge(SOURCE)
            assert judge.judge(text)[1] == []
            assert UnitJudge(judge).judge(text)[1] == []


def check(value: dict[str, object]) -> None:
    """Raises AssertionError unless ``value`` is valid against SCHEMA."""
    assert list(value) == ["motif", "traitements", "urgent"]
    motif, treatments = value["motif"], value["traitements"]
    assert isinstance(motif, str)
    assert len(motif) <= 60
    assert isinstance(value["urgent"], bool)
    assert isinstance(treatments, list)
    assert len(treatments) <= 3
    for treatment in treatments:
        assert list(treatment) == ["médicament", "dose", "voie"]
        assert 1 <= len(treatment["médicament"]) <= 30
        assert treatment["dose"] is None or isinstance(treatment["dose"], int | float)
        assert treatment["voie"] in ("orale", "intraveineuse", "sous-cutanée")


def test_what_is_forced_is_cut_as_the_vocabulary_cuts_it(family: Family) -> None:
    """A model that means a whole document gets it in the very tokens it would have written."""
    document = json.dumps(DOCUMENT, ensure_ascii=False)
    tokens = family.model.tokenize(document)
    pieces, end, spoken = said(family, tokens, constraint=Grammar.of_schema(json.dumps(SCHEMA)))
    assert "".join(pieces).strip() == document
    assert end.complete
    assert spoken == tokens
