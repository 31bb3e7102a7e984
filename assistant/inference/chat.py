"""A model's own chat template, rendered from its GGUF metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llama_cpp import llama_cpp as C  # noqa: N812

from assistant.inference.model import Model
from assistant.inference.prompt import Prompt

Message = tuple[str, str]

# Stands for a text that is not the template's own; private use, so no template writes it.
_SLOT = "\ue0a9{}\ue0a9"
_SLOTS = re.compile("\ue0a9(\\d+)\ue0a9")
# What a template's mark looks like: « </think> », « <|channel> », « [INST] ».
_MARK = re.compile(r"[<\[][^<>\[\]\s]{1,64}[>\]]")


class NoTemplateError(Exception):
    """The model has no chat template, or one that can't be rendered."""


def has_template(model: Model) -> bool:
    """True if ``model`` can be asked to write from messages."""
    return model.metadata("tokenizer.chat_template") is not None


def prompt_for(model: Model, system: str, parts: Sequence[str], fixed_parts: int = 0) -> Prompt:
    """The prompt of a system message and of a user message made of ``parts``, as the model's
    template wants it. The first ``fixed_parts`` of them are about no patient, and the next one is
    the source: what comes after it can change without the source being read again.

    Only the template's own stretches may name the template's marks: « <|im_end|> » or « </think> »
    in a note stays what it is, some words and some signs. Thinking is switched off where the
    template knows how; a model without a system role gets the system message at the head of the
    user's.
    Raises NoTemplateError.
    """
    texts = [system, *parts]
    slots = [_SLOT.format(number) for number in range(len(texts))]
    rendered = _render(model, slots[0], "".join(slots[1:]))
    fixed: list[int] = []
    source: list[int] = []
    rest: list[int] = []
    tokens = fixed
    for index, stretch in enumerate(_SLOTS.split(rendered)):
        if index % 2 == 0:
            tokens += model.tokenize(stretch, special=True)
            continue
        number = int(stretch)  # slot 0 is the system message
        if number == fixed_parts + 1:
            source += _spelled_out(model, texts[number])
            tokens = rest
        else:
            tokens += _spelled_out(model, texts[number])
    return Prompt.of([fixed, source, rest], fixed_stretches=1)


def _spelled_out(model: Model, text: str) -> list[int]:
    """The tokens of ``text``, none of which is a mark. llama.cpp names no control token in a text
    unless told to, but it does name those of the kind « user defined »: these are cut after their
    first character."""
    tokens: list[int] = []
    start = 0
    for mark in _MARK.finditer(text):
        named = model.tokenize(mark[0])
        if len(named) == 1 and model.is_mark(named[0]):
            tokens += model.tokenize(text[start : mark.start() + 1])
            start = mark.start() + 1
    return tokens + model.tokenize(text[start:])


def _render(model: Model, system: str, user: str) -> str:
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # strict copy goes without

    source = model.metadata("tokenizer.chat_template")
    if source is None:
        raise NoTemplateError
    # The template comes with the model file: it runs in Jinja's sandbox.
    sandbox = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    sandbox.globals["raise_exception"] = _refuse
    both: list[Message] = [("system", system), ("user", user)]
    alone: list[Message] = [("user", f"{system}\n\n{user}")]
    try:
        template = sandbox.from_string(source)
        for messages in (both, alone):
            try:
                text = template.render(
                    messages=[{"role": role, "content": text} for role, text in messages],
                    add_generation_prompt=True,
                    enable_thinking=False,
                    bos_token=_special(model, C.llama_vocab_bos(model.vocabulary)),
                    eos_token=_special(model, C.llama_vocab_eos(model.vocabulary)),
                )
            except _RefusedError:
                continue
            # A template that drops the system message in silence drops our rules.
            if system in text and user in text:
                return text
    except Exception as fault:  # a template is a program of somebody else's: it can raise anything
        raise NoTemplateError from fault
    raise NoTemplateError


class _RefusedError(Exception):
    """The template refused the messages."""


def _refuse(_reason: str) -> str:
    raise _RefusedError


def _special(model: Model, token: int) -> str:
    if token < 0:
        return ""
    text = C.llama_vocab_get_text(model.vocabulary, token)
    return text.decode("utf-8", "replace") if text else ""
