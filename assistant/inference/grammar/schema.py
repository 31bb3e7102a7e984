"""JSON schemas turned into GBNF, so that every text of the grammar is valid against the schema.

llama-cpp-python brings a converter (llama_grammar.json_schema_to_gbnf, 0.3.36), but a text of its
grammars may be no JSON (a line break inside a string) or not valid (it passes over « minimum »,
« format »… in silence), and its optional blanks leave next to nothing forced. Here what can't be
guaranteed is refused by name. The JSON is laid out in one way, that of Python's json.dumps: keys
in the schema's order, one blank after « : » and « , », none elsewhere. A string is one line, and
its only escapes are \\" and \\\\: what is shown of it is what it says, figures included.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from assistant.errors import AparteError, ErrorCode
from assistant.inference.grammar.gbnf import HALVES

_DEEPEST = 64
_MOST_ITEMS = 2000
_MOST_INTEGERS = 1000

_ANNOTATIONS = frozenset(
    [
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default",
        "examples", "deprecated", "readOnly", "writeOnly",
    ]
)  # fmt: skip
_KEYWORDS: Mapping[str, frozenset[str]] = {
    "object": frozenset(["properties", "required", "additionalProperties"]),
    "array": frozenset(["items", "minItems", "maxItems"]),
    "string": frozenset(["minLength", "maxLength"]),
    "integer": frozenset(["minimum", "maximum"]),
    "number": frozenset(["minimum"]),
    "boolean": frozenset(),
    "null": frozenset(),
}
_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,),
    "number": (int, float), "boolean": (bool,), "null": (type(None),),
}  # fmt: skip
_CHARACTER = r'[^"\\\x00-\x1F\x7F] | "\\" ["\\]'
_WHOLE = '("0" | [1-9] [0-9]{0,14})'
_PRIMITIVES = {
    "character": _CHARACTER,
    "string": r'"\"" character* "\""',
    "whole": _WHOLE,
    "boolean": '"true" | "false"',
    "null": '"null"',
    "value": "string | number | boolean | null | list | dict",
    "number": '"-"? whole ("." [0-9]{1,15})?',
    "list": '"[" (value (", " value)*)? "]"',
    "dict": '"{" (string ": " value (", " string ": " value)*)? "}"',
}


def gbnf_of(json_schema: str) -> str:
    """The grammar of the JSON texts that are valid against ``json_schema``.

    Raises AparteError: SCHEMA_UNREADABLE where that is no JSON or no schema, SCHEMA_UNSUPPORTED
    with the keyword that can't be guaranteed.
    """
    try:
        schema = json.loads(json_schema, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as fault:
        raise AparteError(ErrorCode.SCHEMA_UNREADABLE) from fault
    grammar = _Converter(schema).grammar()
    if HALVES.search(grammar):
        raise AparteError(ErrorCode.SCHEMA_UNREADABLE)
    return grammar


def keys_of(json_schema: str) -> set[str]:
    """The names of the properties anywhere in ``json_schema``: they are the form's own words."""
    found: set[str] = set()

    def note(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if isinstance(made.get("properties"), dict):
            found.update(made["properties"])
        return made

    json.loads(json_schema, object_pairs_hook=note)
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


class _Converter:
    def __init__(self, schema: Any) -> None:
        self._schema = schema
        self._rules: dict[str, str] = {}
        self._references: dict[str, str] = {}

    def grammar(self) -> str:
        """The rules, « root » first."""
        root = self._rule(self._schema, 0)
        lines = [f"root ::= {root}", *(f"{name} ::= {text}" for name, text in self._rules.items())]
        return "\n".join(lines + [f"{name} ::= {text}" for name, text in _PRIMITIVES.items()])

    def _new(self, text: str) -> str:
        name = f"r{len(self._rules)}"
        self._rules[name] = text
        return name

    def _rule(self, schema: Any, depth: int) -> str:
        """What ``schema`` stands for: a rule's name, or a literal."""
        if schema is True or schema == {}:
            return "value"
        if not isinstance(schema, dict) or depth > _DEEPEST:
            raise AparteError(ErrorCode.SCHEMA_UNREADABLE)
        said = {key: value for key, value in schema.items() if key not in _ANNOTATIONS}
        if "$ref" in said:
            _only(said, ["$ref"])
            return self._reference(said["$ref"], depth)
        if "anyOf" in said:
            _only(said, ["anyOf"])
            options = _items(said["anyOf"])
            return self._new(" | ".join(self._rule(option, depth + 1) for option in options))
        if "enum" in said or "const" in said:
            return self._new(" | ".join(_constants(said)))
        if not said:
            return "value"
        types = said.get("type") or _implied_type(said)
        if isinstance(types, list) and types:
            kinds = [{**_of_type(said, kind), "type": kind} for kind in types]
            known = frozenset().union(*(_KEYWORDS.get(str(kind), ()) for kind in types))
            _only(said, [*known, "type"])
            return self._new(" | ".join(self._rule(kind, depth + 1) for kind in kinds))
        if not isinstance(types, str) or types not in _KEYWORDS:
            _unsupported("type")
        _only(said, [*_KEYWORDS[types], "type"])
        return self._typed(types, said, depth)

    def _reference(self, reference: Any, depth: int) -> str:
        if not isinstance(reference, str) or not (reference + "/").startswith("#/"):
            _unsupported("$ref")
        if reference not in self._references:
            target = self._schema
            for step in reference.split("/")[1:]:
                step = step.replace("~1", "/").replace("~0", "~")
                if not isinstance(target, dict) or step not in target:
                    _unsupported("$ref")
                target = target[step]
            name = self._references[reference] = self._new("")
            self._rules[name] = self._rule(target, depth + 1)
        return self._references[reference]

    def _typed(self, kind: str, schema: dict[str, Any], depth: int) -> str:
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                counts = _counts(schema, "minLength", "maxLength")
                return self._new(rf'"\"" character{counts} "\""') if counts != "{0,}" else "string"
            case "integer":
                return self._integer(schema)
            case "number":
                if "minimum" not in schema:
                    return "number"
                if _number(schema, "minimum") != 0:
                    _unsupported("minimum")
                return self._new('whole ("." [0-9]{1,15})?')
            case _:
                return kind

    def _integer(self, schema: dict[str, Any]) -> str:
        lowest, highest = _number(schema, "minimum"), _number(schema, "maximum")
        if highest is not None:
            if lowest is None or not 0 <= highest - lowest <= _MOST_INTEGERS:
                _unsupported("maximum")
            first = -int(-lowest // 1)
            numbers = range(first, int(highest // 1) + 1)
            if not numbers:
                _unsupported("maximum")
            return self._new(" | ".join(f'"{number}"' for number in numbers))
        if lowest is None:
            return self._new('"-"? whole')
        if lowest != 0:
            _unsupported("minimum")
        return "whole"

    def _array(self, schema: dict[str, Any], depth: int) -> str:
        least, most = _bounds(schema, "minItems", "maxItems")
        if most == 0:
            return '"[]"'
        item = self._rule(schema.get("items", True), depth + 1)
        rest = f'(", " {item}){{{max(0, least - 1)},{"" if most is None else most - 1}}}'
        filled = f"{item} {rest}"
        return self._new(f'"[" {filled} "]"' if least else f'"[" ({filled})? "]"')

    def _object(self, schema: dict[str, Any], depth: int) -> str:
        """Keys in their order; a key that is not required may be left out."""
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise AparteError(ErrorCode.SCHEMA_UNREADABLE)
        if not set(map(str, required)) <= set(properties):
            _unsupported("required")
        # From the last key back: what may follow where nothing is written yet, and after a key.
        fresh = following = '""'
        for key, value in reversed(properties.items()):
            pair = f"{_literal(json.dumps(key, ensure_ascii=False) + ': ')} " + self._rule(
                value, depth + 1
            )
            optional = key not in required
            fresh_skipped = f" | {fresh}" if optional else ""
            fresh = self._new(f"{pair} {following}{fresh_skipped}")
            following_skipped = f" | {following}" if optional else ""
            following = self._new(f'", " {pair} {following}{following_skipped}')
        return self._new(f'"{{" {fresh} "}}"')


def _implied_type(schema: Mapping[str, Any]) -> str:
    """The type of a schema that does not say it, where its first keyword belongs to one."""
    for keyword in schema:
        for kind in ("object", "array", "string"):
            if keyword in _KEYWORDS[kind]:
                return kind
        _unsupported(keyword)
    return ""


def _only(schema: Mapping[str, Any], keywords: Iterable[str]) -> None:
    for keyword in schema:
        if keyword not in keywords:
            _unsupported(keyword)


def _unsupported(keyword: str) -> NoReturn:
    raise AparteError(ErrorCode.SCHEMA_UNSUPPORTED, keyword=keyword)


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise AparteError(ErrorCode.SCHEMA_UNREADABLE)
    return value


def _of_type(schema: dict[str, Any], kind: Any) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key in _KEYWORDS.get(str(kind), ())}


def _constants(schema: dict[str, Any]) -> list[str]:
    """The literals of an « enum » or « const », those of another type than « type » left out."""
    _only(schema, ["enum", "const", "type"])
    values = _items(schema["enum"]) if "enum" in schema else [schema["const"]]
    if "enum" in schema and "const" in schema:
        _unsupported("const")
    kinds = schema.get("type", list(_PYTHON_TYPES))
    kept = [
        value
        for value in values
        for kind in (kinds if isinstance(kinds, list) else [kinds])[:8]
        if _is_a(value, kind)
    ]
    if not kept:
        _unsupported("enum" if "enum" in schema else "const")
    texts = dict.fromkeys(json.dumps(value, ensure_ascii=False) for value in kept)
    return [_literal(text) for text in texts]


def _is_a(value: Any, kind: Any) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    return isinstance(value, _PYTHON_TYPES.get(str(kind), ()))


def _literal(text: str) -> str:
    """``text`` as a GBNF literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(schema: dict[str, Any], keyword: str) -> int | float | None:
    value = schema.get(keyword)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise AparteError(ErrorCode.SCHEMA_UNREADABLE)
    return value


def _bounds(schema: dict[str, Any], least: str, most: str) -> tuple[int, int | None]:
    low, high = schema.get(least, 0), schema.get(most)
    for bound, keyword in ((low, least), (high, most)):
        if bound is None:
            continue
        if isinstance(bound, bool) or not isinstance(bound, int) or bound < 0:
            raise AparteError(ErrorCode.SCHEMA_UNREADABLE)
        if bound > _MOST_ITEMS:
            _unsupported(keyword)
    if high is not None and high < low:
        _unsupported(most)
    return low, high


def _counts(schema: dict[str, Any], least: str, most: str) -> str:
    low, high = _bounds(schema, least, most)
    return f"{{{low},{'' if high is None else high}}}"
