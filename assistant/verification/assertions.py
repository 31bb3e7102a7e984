"""What is denied, doubted, somebody else's or past: EDS-NLP's qualifiers, and what they miss."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.documents import Span
from assistant.verification.treatments import folded_keeping


class Qualifier(StrEnum):
    """How a thing is said."""

    NEGATED = "negated"
    DOUBTED = "doubted"
    FAMILY = "family"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Qualified:
    """A stretch of a text under one qualifier; ``cue`` is what sets it, where it is known."""

    span: Span
    qualifier: Qualifier


# « 0 fièvre », « Ø toux », « fièvre - »; a list goes on after a denial: « pas de fièvre, de toux ».
_DENIED = re.compile(
    r"(?:(?<![\w.,/])0|ø)\s+(?P<what>[^\W\d_]{4,})"
    r"|(?P<before>[^\W\d_]{2,})\s*"
    r"(?:\(-\)|:?\s?\bneg\b|:\s*(?:neant|0|ø|-)(?=\s*(?:$|[.,;\n])))"
)
_LESS = re.compile(
    r"(?<!\w)ps\s+d[e']\s?(?P<ps>[^\W\d_]+)|\b(?P<done>[^\W\d_]{4,})\s+(?:tests?\s+)?pas\s+(?:fait|realis|explor)"
    r"|\b(?P<nul>[^\W\d_]{4,})\s(?:0|ø|non)(?=\s*(?:$|[.,;\n](?!\d)))"
    r"|\bnon\s+(?P<other>[^\W\d_]{4,})|\bn['e]\s?\w+\s+plus\s+d[e']\s?(?P<gone>[^\W\d_]+)"
    r"|\bnegativite\s+(?:de|du|des|d')\s?(?P<tested>[^.;\n]+)"
)
_BIRTH = re.compile(r"(?<!\w)née?s?[\s-]*$", re.IGNORECASE)
# A denial goes no further, and « non suivie » denies its own word only.
_STOP = re.compile(r"\s(?:avec|mais|dont|chez)\s")
_AGAIN = re.compile(r"\b(?:pas|sans|ni|aucune?s?|jamais|non|ne)\b")
_NON = re.compile(r"\bnon\s+$")
_NON_AFTER = re.compile(r"\s*non\s+[^\W\d_]{4,}")
_WORD = re.compile(r"\s*\w+")
_LISTED = re.compile(r"\s*,\s*(?:ni\s+|d['e]\s*)(?P<what>[^,.;\n]+)")
# Somebody else than the patient, up to the end of the sentence.
_RELATIVE = re.compile(
    r"\b(?:(?:pere|mere)(?!\s+d[e'])|frere|soeur|oncle|tante|cousine?|grand[- ](?:pere|mere)"
    r"|antecedents? fam\w+"
    r"|atcd\s+(?:fam\w*|f\b)|familiaux|familiale?s?|fratrie)\b"
)
# What somebody near says or does is not what they suffer from.
_WITNESS = re.compile(
    r"\b(?:fils|fille|epou(?:x|se)|mari|femme|conjointe?|mere|pere|soeur|frere|parents?|famille"
    r"|entourage)\b[^.;\n]{0,25}\b(?:signal|rapport|decri|dit|appel|accompagn|present|aid|vi[te]"
    r"|constat|not|amen|alert|prevenu|inform|entend|souhait|demand|habit|veu[tl]|voul|accept|evit|peu[rtx]|pens|crai|conna|compri|accouch|gard|sait|rev[ie]|refus|donn|apport|ramen)\w*"
)
_IF = re.compile(r"\b(?:si|s'il|en cas d[e']|risques?)(?!\w)")
_PAST = re.compile(
    r"\b(?:ancien(?:ne)?s?|antecedents?\s+d[e']|atcds?\s+d[e']|sevree?s?|ex[- ](?=fum|tab|oh|alc)"
    r"|il y a \w+ (?:an|mois)\w*"
    r"|dans l[' ]enfance|autrefois|jadis|sequell\w+)"
)


def more(text: str, read: list[Qualified]) -> list[Qualified]:
    """``read`` by EDS-NLP of ``text``, with what clinical shorthand adds and without what a
    witness says."""
    plain = folded_keeping(text)
    read = [cut for q in read if (cut := _cut(text, plain, q)) is not None]
    found = [
        q
        for q in read
        # « si douleur » says when to take a drug.
        if q.qualifier is not Qualifier.DOUBTED
        or not _IF.search(plain, _sentence_start(plain, q.span.start), q.span.start + 15)
    ]
    for match in _LESS.finditer(plain):
        found.append(Qualified(Span(*match.span(match.lastgroup or 0)), Qualifier.NEGATED))
    for match in _DENIED.finditer(plain):
        group = "what" if match["what"] else "before"
        found.append(Qualified(Span(*match.span(group)), Qualifier.NEGATED))
    for qualified in [q for q in found if q.qualifier is Qualifier.NEGATED]:
        end = qualified.span.end
        while listed := _LISTED.match(plain, end):
            found.append(Qualified(Span(*listed.span("what")), Qualifier.NEGATED))
            end = listed.end()
    for match in _RELATIVE.finditer(plain):
        end = _sentence_end(plain, match.end())
        if not _WITNESS.match(plain, match.start(), end):
            found.append(Qualified(Span(match.end(), end), Qualifier.FAMILY))
    for match in _PAST.finditer(plain):
        start, end = match.end(), _part_end(plain, match.end())
        if match[0].startswith(("sevre", "il y a", "dans l", "sequell")):
            start = _part_start(plain, match.start())
        found.append(Qualified(Span(start, end), Qualifier.PAST))
    return found


def _cut(text: str, plain: str, read: Qualified) -> Qualified | None:
    """What EDS-NLP read, no further than it can bear; None where « né » was taken for « ne »."""
    start, end = read.span.start, read.span.end
    if read.qualifier is Qualifier.DOUBTED and "\n" in plain[start:end]:
        asked = plain[end : end + 2].strip().startswith("?")
        cut = plain.rfind("\n", start, end) if asked else plain.find("\n", start, end)
        start, end = (cut + 1, end) if asked else (start, cut)
    if read.qualifier is Qualifier.NEGATED:
        if _BIRTH.search(text, max(0, start - 5), start) or _NON_AFTER.match(plain, end):
            return None
        stop = (_WORD if _NON.search(plain, max(0, start - 5), start) else _STOP).search(
            plain, start, end
        )
        if stop is not None and not _AGAIN.search(plain, stop.end(), end):
            end = stop.end() if _NON.search(plain, max(0, start - 5), start) else stop.start()
    return Qualified(Span(start, end), read.qualifier) if start < end else None


def _sentence_start(text: str, place: int) -> int:
    return max(text.rfind(mark, 0, place) for mark in (". ", ";", "\n")) + 1


def _sentence_end(text: str, place: int) -> int:
    match = re.compile(r"[.;\n](?=\s|$)").search(text, place)
    return match.start() if match else len(text)


def _part_end(text: str, place: int) -> int:
    match = re.compile(r"[.,;:()\n](?!\d)").search(text, place)
    return match.start() if match else len(text)


def _part_start(text: str, place: int) -> int:
    return max((text.rfind(mark, 0, place) for mark in ",.;:(\n"), default=-1) + 1
