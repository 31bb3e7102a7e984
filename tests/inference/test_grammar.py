"""Grammars: read as llama.cpp reads them, refused with a word where they can't be used."""

from __future__ import annotations

import codecs
import ctypes
import json
import random
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_cpp import llama_cpp as C  # noqa: N812

from assistant.errors import AparteError, ErrorCode
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.model import Model, Stop
from assistant.model_store.catalogue import ModelEntry


@pytest.fixture(scope="module")
def model(writer: ModelEntry) -> Iterator[Model]:
    with Model(writer.path, 256, 1, Stop()) as model:
        yield model


def holds(grammar: Grammar, text: str) -> bool:
    """Whether ``text`` is a whole text of ``grammar``, read character by character."""
    for character in text:
        if not grammar.allows(character.encode()):
            return False
        grammar.accept(character.encode())
    return grammar.allows_end()


@pytest.mark.parametrize(
    ("gbnf", "texts", "others"),
    [
        ('root ::= "a" | "b" "c"*', ["a", "b", "bccc"], ["", "ab", "c", "bca"]),
        ("root ::= [a-cé-ï]+ [^0-9\\n]?", ["ab", "éa!", "aœ"], ["A", "ab5", "a\n", "!"]),
        ('root ::= ("ab"){2,3} "." {0,1}', ["abab", "ababab."], ["ab", "abababab"]),
        ("root ::= item{2} item{1,}\nitem ::= [x]", ["xxx", "xxxxx"], ["xx"]),
        ('root ::= "(" root ")" | ""', ["", "()", "((()))"], ["(", "())"]),
        ('root ::= # comment\n  "\\x41\\u00e9\\U0001F600" .', ["Aé😀z"], ["Aé😀"]),
        ('root ::= [\\]\\-\\[^-] "\\""', [']"', '-"', '["', '^"'], ['a"']),
        ("root ::= [-a] [b-]", ["-b", "a-"], ["--b"]),
        ('root ::= (\n  "a"\n  | "b"\n)\n\n# fin\n', ["a", "b"], ["c"]),
        ('root ::= ("a"?)* "b"', ["b", "aaab"], ["a"]),
    ],
)
def test_a_grammar_holds_its_texts_and_no_others(
    gbnf: str, texts: list[str], others: list[str]
) -> None:
    assert [text for text in texts if not holds(Grammar(gbnf), text)] == []
    assert [text for text in others if holds(Grammar(gbnf), text)] == []


@pytest.mark.parametrize(
    ("gbnf", "line"),
    [
        ("", 1), ("root", 1), ('racine ::= "a"', 1), ('root ::= "a', 1), ("root ::= [a", 1),
        ("root ::= []", 1), ("root ::= [z-a]", 1), ('root ::= ("a"', 1), ("root ::= a", 1),
        ("root ::= *", 1), ('root ::= "a" {x}', 1), ('root ::= "a"{9999}', 1),
        ('root ::= "a"{3,2}', 1), ('root ::= "\\q"', 1), ('root ::= "\\uD800"', 1),
        ('root ::= "a"\nroot ::= "b"', 2), ("root ::= a\na ::= b\nb ::= c", 3),
        ("root ::= root", 1), ('root ::= root "a" | "b"', 1), ('root ::= "a"\nx ::= x', 2),
        ("root ::= a\na ::= ( b )? root", 2), ('root ::= "a" b\nb ::= "c" b', 1),
        ("root ::= " + "(" * 100_000, 1), ('root ::= "a" ::= "b"', 1), ("root ::= <[12]>", 1),
        ("root ::= [^\\x00-\\U0010FFFF]", 1), ("root ::= \ud800", 1), ('root ::= "\ud800"', 1),
        ("root := a", 1), ("x" * 500_000, 1),
    ],
)  # fmt: skip
def test_a_grammar_that_cannot_be_used_is_refused_with_its_line(gbnf: str, line: int) -> None:
    with pytest.raises(AparteError) as told:
        Grammar(gbnf)
    assert told.value.code is ErrorCode.GRAMMAR_INVALID
    assert told.value.facts == {"line": line}
    assert "Traceback" not in told.value.sentence


@settings(max_examples=300, deadline=None)
@given(st.text('rot:= "ab[]()|*+?{1,2}\\x^-.#\n', max_size=60))
def test_any_text_is_a_grammar_or_is_refused(text: str) -> None:
    for gbnf in (text, f"root ::= {text}"):
        with suppress(AparteError):
            Grammar(gbnf).allows(b"a")


def test_a_grammar_of_too_many_ways_is_refused_not_followed() -> None:
    rules = [f"r{n} ::= r{n + 1}? r{n + 1}? r{n + 1}? r{n + 1}?" for n in range(9)]
    with pytest.raises(AparteError):
        Grammar("\n".join(["root ::= r0", *rules, "r9 ::= [a-z]"]))


GRAMMARS = [
    'root ::= (expr "=" ws term "\\n")+\nexpr ::= term ([-+*/] term)*\n'
    'term ::= ident | num | "(" ws expr ")" ws\nident ::= [a-z] [a-z0-9_]* ws\n'
    "num ::= [0-9]+ ws\nws ::= [ \\t\\n]*",
    r'root ::= "{" ws ( pair ("," ws pair)* )? "}"'
    "\n"
    r'pair ::= "\"" [^"\\\x00-\x1F]* "\":" ws ("true" | "null" | [0-9]{1,4})'
    "\nws ::= [ ]?",
    'root ::= "- " [^\\n]{3,40} "\\n" root | "Fin."',
    "root ::= [À-ÿ ]* [a-z]{2,5} . .",
    'root ::= ("le " | "la " | "les ")+ ("œdème" | "oedème" | "œil")',
]


@pytest.mark.parametrize("gbnf", GRAMMARS)
def test_every_token_is_judged_as_llama_cpp_judges_it(model: Model, gbnf: str) -> None:
    """llama.cpp's own sampler, on the whole vocabulary, along texts drawn from the grammar."""
    pieces = [model.piece(token) for token in range(model.vocabulary_size)]
    known = np.array([piece[:1] > b"\0" and _may_begin_a_text(piece) for piece in pieces])
    grammar, chance = Grammar(gbnf), random.Random(gbnf)
    sampler = C.llama_sampler_init_grammar(model.vocabulary, gbnf.encode(), b"root")
    data = (C.llama_token_data * len(pieces))()
    told = np.ctypeslib.as_array(data)
    for _ in range(12):
        told["id"], told["logit"] = np.arange(len(pieces)), 0
        array = C.llama_token_data_array(data, len(pieces), -1, False)
        C.llama_sampler_apply(sampler, ctypes.byref(array))
        theirs = np.isfinite(told["logit"]) & known
        ours = np.array([grammar.allows(piece) for piece in pieces]) & known
        assert [pieces[token] for token in np.flatnonzero(theirs != ours)] == []
        whole = [t for t in np.flatnonzero(ours) if not grammar.state.pending]
        if not whole:
            break
        token = int(chance.choice(whole))
        grammar.accept(pieces[token])
        C.llama_sampler_accept(sampler, token)
        if grammar.state.pending:  # theirs lets any byte follow half a character
            break
    C.llama_sampler_free(sampler)


def _may_begin_a_text(piece: bytes) -> bool:
    try:
        codecs.utf_8_decode(piece, "strict", False)
    except UnicodeDecodeError:
        return False
    return True


def test_a_state_put_back_gives_the_same_answers() -> None:
    grammar = Grammar('root ::= "é" [0-9]{2} "."')
    kept = grammar.state
    for piece in (b"\xc3", b"\xa91", b"2"):
        assert grammar.allows(piece)
        grammar.accept(piece)
    assert not grammar.allows(b"3")
    with pytest.raises(ValueError, match="grammar"):
        grammar.accept(b"3")
    grammar.state = kept
    assert grammar.allows("é12.".encode())


@pytest.mark.parametrize("piece", [b"", b"\xff", b"\xc0", b"\xed\xa0\x80", b"\xa9", b"\xe9"])
def test_bytes_that_make_no_character_are_refused(piece: bytes) -> None:
    assert not Grammar("root ::= [a-zé-ï]*").allows(piece)


def test_half_a_character_must_be_able_to_become_one_that_may_come() -> None:
    grammar = Grammar('root ::= "œ" | [\\U0001F600-\\U0001F64F]')
    assert grammar.allows(b"\xc5")
    assert not grammar.allows(b"\xc3")
    assert grammar.allows(b"\xf0\x9f\x98")
    assert not grammar.allows(b"\xf0\x9f\xab")
    grammar.accept(b"\xc5")
    assert not grammar.allows_end()
    assert grammar.first_bytes() is None
    assert not grammar.allows(b"\x92")
    assert grammar.allows(b"\x93")


def test_what_must_come_next_is_known() -> None:
    grammar = Grammar('root ::= "{" (", \\"dose\\": " [0-9]+ | "}")')
    assert grammar.forced() == ("{", False)
    grammar.accept(b"{")
    assert grammar.forced() == ("", False)
    grammar.accept(b",")
    assert grammar.forced() == (' "dose": ', False)
    ending = Grammar('root ::= [ab] "fin"')
    ending.accept(b"a")
    assert ending.forced() == ("fin", True)
    ending.accept(b"fin")
    assert ending.is_over()


# --- JSON schemas -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "texts", "others"),
    [
        ({"type": "integer"}, ["0", "-7", "120"], ["01", "1.5", "--1", '"1"']),
        ({"type": "integer", "minimum": 0}, ["0", "12"], ["-1"]),
        ({"type": "integer", "minimum": -1, "maximum": 12}, ["-1", "0", "12"], ["-2", "13"]),
        ({"type": "number"}, ["2.5", "-0.25", "3"], ["2,5", ".5", "1e5", "3."]),
        ({"type": "string"}, ['""', '"œdème « ça »"', '"\\""'], ['"a', '"\n"', '"\\n"', "a"]),
        ({"type": "string", "minLength": 2, "maxLength": 3}, ['"éé"', '"\\"ab"'], ['"a"']),
        ({"type": "boolean"}, ["true", "false"], ["True", "1"]),
        ({"type": ["integer", "null"]}, ["3", "null"], ["3.5"]),
        ({"enum": ["a", 2, None, {"b": [1, "é"]}]}, ['"a"', "2", "null", '{"b": [1, "é"]}'], ["3"]),
        ({"type": "string", "enum": ["a", 2]}, ['"a"'], ["2"]),
        ({"const": 'dit "oui"'}, ['"dit \\"oui\\""'], ['"oui"']),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2},
         ["[true]", "[true, false]"], ["[]", "[true, true, true]", "[true,true]"]),
        ({"type": "array", "maxItems": 0}, ["[]"], ["[1]"]),
        ({"anyOf": [{"type": "null"}, {"type": "array", "items": {"const": 1}}]},
         ["null", "[]", "[1, 1]"], ["[2]"]),
        ({"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}},
          "required": ["b"], "title": "T", "description": "D", "additionalProperties": True},
         ['{"b": 2}', '{"a": 1, "b": 2}', '{"b": 2, "c": 3}', '{"a": 1, "b": 2, "c": 3}'],
         ["{}", '{"a": 1}', '{"b": 2, "a": 1}', '{"b": 2, }']),
        ({"type": "object"}, ["{}"], ['{"a": 1}']),
        ({"$ref": "#/$defs/n", "$defs": {"n": {"type": "object", "required": ["suite"],
            "properties": {"suite": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}}}}},
         ['{"suite": null}', '{"suite": {"suite": null}}'], ["{}", "null"]),
        ({}, ["1", '{"a": [true, null, "x"], "b": {}}', "[]"], ["", "[1,]"]),
    ],
)  # fmt: skip
def test_a_schema_holds_what_is_valid_in_one_layout(
    schema: dict[str, object], texts: list[str], others: list[str]
) -> None:
    told = json.dumps(schema)
    assert [text for text in texts if not holds(Grammar.of_schema(told), text)] == []
    assert [text for text in others if holds(Grammar.of_schema(told), text)] == []
    for text in texts:
        json.loads(text)


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ('{"type": "integer", "multipleOf": 3}', "multipleOf"),
        ('{"type": "string", "pattern": "a*"}', "pattern"),
        ('{"type": "string", "format": "date"}', "format"),
        ('{"type": "number", "maximum": 4}', "maximum"),
        ('{"type": "number", "minimum": 1}', "minimum"),
        ('{"type": "integer", "minimum": 0, "maximum": 99999}', "maximum"),
        ('{"type": "integer", "minimum": 5}', "minimum"),
        ('{"oneOf": [{"type": "null"}]}', "oneOf"),
        ('{"allOf": []}', "allOf"),
        ('{"type": "array", "uniqueItems": true}', "uniqueItems"),
        ('{"type": "array", "maxItems": 100000}', "maxItems"),
        ('{"type": "array", "minItems": 3, "maxItems": 2}', "maxItems"),
        ('{"type": "object", "required": ["a"]}', "required"),
        ('{"type": "fraction"}', "type"),
        ('{"type": 3}', "type"),
        ('{"type": "null", "enum": [1]}', "enum"),
        ('{"$ref": "#"}', "$ref"),
        ('{"$ref": "https://exemple.fr/schema.json"}', "$ref"),
        ('{"$ref": "#/$defs/absent"}', "$ref"),
        ('{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}', "$ref"),
    ],
)
def test_a_schema_that_cannot_be_guaranteed_is_refused_by_name(schema: str, keyword: str) -> None:
    with pytest.raises(AparteError) as told:
        Grammar.of_schema(schema)
    assert told.value.code is ErrorCode.SCHEMA_UNSUPPORTED
    assert told.value.facts == {"keyword": keyword}


@pytest.mark.parametrize(
    "schema",
    [
        "", "{", "[1]", "3", "null", '"texte"', '{"enum": []}', '{"enum": 3}', '{"anyOf": {}}',
        '{"type": "object", "properties": []}', '{"type": "array", "minItems": -1}',
        '{"type": "array", "minItems": true}', '{"type": "integer", "minimum": "0"}',
        '{"const": NaN}', '{"const": "\\ud800"}', "[" * 100_000,
        '{"type": "array", "items": ' * 200 + "{}" + "}" * 200,
    ],
)  # fmt: skip
def test_what_is_no_schema_is_refused(schema: str) -> None:
    with pytest.raises(AparteError) as told:
        Grammar.of_schema(schema)
    assert told.value.code is ErrorCode.SCHEMA_UNREADABLE


LEAVES = st.one_of(
    st.sampled_from(
        [{"type": kind} for kind in ("string", "integer", "number", "boolean", "null")]
    ),
    st.lists(st.text(max_size=6), min_size=1, max_size=3).map(lambda told: {"enum": told}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda item: {"type": "array", "items": item, "maxItems": 3}),
        st.dictionaries(st.text(max_size=6), inner, max_size=3).map(
            lambda told: {"type": "object", "properties": told, "required": list(told)[::2]}
        ),
        st.lists(inner, min_size=1, max_size=2).map(lambda told: {"anyOf": told}),
    ),
    max_leaves=6,
)


@settings(max_examples=80, deadline=None)
@given(SCHEMAS, st.randoms(use_true_random=False))
def test_any_walk_through_a_schema_ends_in_json(
    schema: dict[str, object], chance: random.Random
) -> None:
    grammar = Grammar.of_schema(json.dumps(schema))
    text = ""
    for step in range(400):
        if grammar.allows_end() and (grammar.is_over() or chance.random() < 0.5):
            json.loads(text)
            return
        spans = sorted(span for kind, _ in grammar.state.point.heads for span in kind.ranges)
        quote = (ord('"'), ord('"'))
        # Strings are closed in the end.
        low, high = quote if step > 60 and quote in spans else chance.choice(spans)
        character = chr(chance.randint(low, min(high, low + 90)))
        assert grammar.allows(character.encode())
        grammar.accept(character.encode())
        text += character
    raise AssertionError(text)
