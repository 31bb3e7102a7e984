"""``aparte verifier``: the differences between any draft and its source, in a terminal."""

from __future__ import annotations

import argparse
import json
import queue
import textwrap
from pathlib import Path
from typing import Any

from assistant.checking import Checker, Result
from assistant.confinement.seal import seal
from assistant.documents import Span
from assistant.drafting.sources import read_source
from assistant.engine import NLP_COMMAND, Engine
from assistant.errors import AparteError, ExitCode
from assistant.findings import Finding, Severity

NOT_A_REREADING = "Ce contrôle ne remplace pas votre relecture."
_LISTED = 12
_LONGEST = 60  # characters of a value in a short listing


def add_check_command(parser: argparse.ArgumentParser) -> None:
    """What ``aparte verifier`` takes."""
    parser.add_argument("source", metavar="SOURCE", help="fichier texte de vos notes")
    parser.add_argument("draft", metavar="BROUILLON", help="fichier texte du brouillon")
    parser.add_argument("--json", action="store_true", help="pour un programme")
    parser.set_defaults(command=_check_command)


def findings_as_json(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Findings for a program: scripts rely on these names. Spans count Unicode characters."""
    return [
        {
            "kind": finding.kind.value,
            "severity": finding.severity.value,
            "draft_span": _pair(finding.draft_span),
            "source_span": _pair(finding.source_span),
            "message": finding.message,
            "title": finding.title,
        }
        for finding in findings
    ]


def _check_command(asked: argparse.Namespace) -> int:
    source, draft = read_source(Path(asked.source)).text, read_source(Path(asked.draft)).text
    seal()
    checker = Checker(Engine(command=NLP_COMMAND))
    try:
        result = checked(checker, source, draft)
    finally:
        checker.engine.close()
    if asked.json:
        words = {
            "findings": findings_as_json(result.findings),
            "source_text": source,
            "draft_text": draft,
        }
        print(json.dumps(words, ensure_ascii=False, indent=1))
    else:
        print(_told(result.findings, source, draft))
    return ExitCode.NO if result.findings else ExitCode.DONE


def checked(checker: Checker, source: str, draft: str) -> Result:
    """The check of ``draft``, waited for; raises AparteError where it can't be made."""
    news: queue.SimpleQueue[Result | AparteError] = queue.SimpleQueue()
    exchange = checker.check(source, draft, news.put, news.put)
    try:
        outcome = news.get()
    except KeyboardInterrupt:
        exchange.cancel()
        raise
    if isinstance(outcome, AparteError):
        raise outcome
    return outcome


def listed(findings: tuple[Finding, ...], draft: str) -> str:
    """The points of a draft, a line each, grave ones first; ``aparte verifier`` tells more."""
    if not findings:
        return f"Aucun point à vérifier. {NOT_A_REREADING}"
    lines = [f"Points à vérifier\u00a0: {len(findings)}."]
    for finding in findings[:_LISTED]:
        rank = "Grave" if finding.severity is Severity.GRAVE else "Mineur"
        span = finding.draft_span
        place = f", ligne\u00a0{_line_of(draft, span)} du brouillon" if span else ""
        value = finding.draft_value or finding.source_value
        short = textwrap.shorten(value, _LONGEST, placeholder="…")
        of = " ".join(part for part in (finding.subject, short) if part)
        lines.append(f"  {rank}\u00a0: {finding.title}{f' ({of})' if of else ''}{place}")
    if len(findings) > _LISTED:
        lines.append(f"  et {len(findings) - _LISTED} de plus")
    return "\n".join([*lines, NOT_A_REREADING])


def _told(findings: tuple[Finding, ...], source: str, draft: str) -> str:
    if not findings:
        return f"Aucun point à vérifier. {NOT_A_REREADING}"
    lines = []
    for severity, name in ((Severity.GRAVE, "Graves"), (Severity.MINOR, "Mineurs")):
        some = [finding for finding in findings if finding.severity is severity]
        if some:
            lines.append(f"{name} ({len(some)})")
        for finding in some:
            lines.append(f"  {finding.title}")
            lines.append(f"    {finding.message}")
            if finding.draft_span is not None:
                lines.append(f"    Brouillon : {_quoted(draft, finding.draft_span)}")
            if finding.source_span is not None:
                lines.append(f"    Source : {_quoted(source, finding.source_span)}")
    lines.append(f"Ces points décrivent le texte. {NOT_A_REREADING}")
    return "\n".join(lines)


def _quoted(text: str, span: Span) -> str:
    words = " ".join(span.cut(text).split())
    return f"«\u00a0{words}\u00a0» (ligne {_line_of(text, span)})"


def _line_of(text: str, span: Span) -> int:
    return text.count("\n", 0, span.start) + 1


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]
