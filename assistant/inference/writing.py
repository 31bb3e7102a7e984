"""How a text is to be written: what a request asks for, checked before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from assistant.errors import AparteError, ErrorCode
from assistant.inference.constraints import Constraint, LawfulSampler, Pieces
from assistant.inference.figures.lock import FigureLock
from assistant.inference.grammar.grammar import Grammar
from assistant.inference.grammar.schema import keys_of
from assistant.inference.outlet import Outlet
from assistant.inference.sampling import Sampling, is_count
from assistant.inference.together import Together
from assistant.protocol import Write


@dataclass(frozen=True, slots=True)
class Writing:
    """How tokens are drawn, and what the text must keep to (None: nothing)."""

    sampling: Sampling
    constraint: Constraint | None

    @classmethod
    def of(cls, request: Write) -> Self:
        """What ``request`` asks for.

        Raises AparteError: LIMIT_INVALID, TEMPERATURE_INVALID, SEED_INVALID, STOP_EMPTY,
        GRAMMAR_TWICE, those of a grammar or a schema, and NOTHING_LAWFUL where the form can't be
        filled with the source's numbers.
        """
        if not is_count(request.limit):
            raise AparteError(ErrorCode.LIMIT_INVALID, limit=request.limit)
        Outlet(request.stops)
        sampling = Sampling(temperature=request.temperature, seed=request.seed)
        return cls(sampling, _constraint(request))

    def sampler(self, pieces: Pieces) -> LawfulSampler | None:
        """What chooses the tokens of one text; None where any will do."""
        if self.constraint is None:
            return None
        return LawfulSampler(self.sampling, pieces, self.constraint)


def _constraint(request: Write) -> Constraint | None:
    grammar = _grammar(request)
    if not request.locked:
        return grammar
    # The whole source, the part that does not fit included: its figures are lawful too. The keys
    # of a schema are the form's own words: « hba1c » claims nothing.
    names = keys_of(request.schema) if request.schema else ()
    lock = FigureLock(request.source, request.allowed, names)
    if grammar is None:
        return lock
    together = Together(lock, grammar)
    if not together.can_end():
        raise AparteError(ErrorCode.NOTHING_LAWFUL)
    return together


def _grammar(request: Write) -> Grammar | None:
    if request.grammar and request.schema:
        raise AparteError(ErrorCode.GRAMMAR_TWICE)
    if request.schema:
        return Grammar.of_schema(request.schema)
    return Grammar(request.grammar) if request.grammar else None
