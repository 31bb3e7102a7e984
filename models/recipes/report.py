"""The figures of ``evaluate`` as the card's tables, in French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.drafting.document_type import document_type

Figures = Mapping[str, Any]


def methods(found: Mapping[str, Figures]) -> str:
    """Each way of placing, alone and together, over all forms."""
    lines = [
        "| méthode | sujet exact / admis | toutes formes : micro-F1 exact / admis "
        "| classées : part, F1 exact / admis | deux formes nommées : exact / admis |",
        "|---|---|---|---|---|",
    ]
    for method, f in found.items():
        whole, named = f["overall"], f["two_named_forms"]
        lines.append(
            f"| {method} | {_share(f['topic'])} / {_share(f['topic_accepted'])} "
            f"| {_bounded(whole, 'micro')} / {_share(whole['accepted'])} | {_filed(whole)} "
            f"| {_share(named['micro'])} / {_share(named['accepted'])} |"
        )
    return "\n".join(lines)


def forms(f: Figures) -> str:
    """One method, form by form."""
    lines = [
        "| document | micro-F1 exact | micro-F1 admis | macro-F1 exact "
        "| classées : part, F1 exact / admis | critiques laissées dehors |",
        "|---|---|---|---|---|---|",
    ]
    for form_id, g in f["forms"].items():
        critical = f"{g['critical_left_out']} sur {g['critical']}"
        lines.append(
            f"| {document_type(form_id).title} | {_bounded(g, 'micro')} "
            f"| {_bounded(g, 'accepted')} | {_bounded(g, 'macro')} | {_filed(g)} | {critical} |"
        )
    g = f["overall"]
    lines.append(
        f"| **ensemble** | {_bounded(g, 'micro')} | {_bounded(g, 'accepted')} | | {_filed(g)} | |"
    )
    return "\n".join(lines)


def reliability(f: Figures) -> str:
    """What a probability says against what is true."""
    lines = ["| probabilité annoncée | part des propositions | moyenne annoncée | part juste |"]
    lines.append("|---|---|---|---|")
    for least, share, said, right in f["reliability"]:
        band = f"{_share(least, 1)} à {_share(least + 0.1, 1)}"
        lines.append(f"| {band} | {_percent(share)} | {_share(said)} | {_share(right)} |")
    lines.append(f"\nErreur de calibration : {_share(f['calibration_error'])}.")
    return "\n".join(lines)


def _bounded(f: Figures, name: str) -> str:
    low, high = f[f"{name}_interval"]
    return f"{_share(f[name])} [{_share(low)}–{_share(high)}]"


def _filed(f: Figures) -> str:
    return f"{_percent(f['filed'])}, {_share(f['micro_filed'])} / {_share(f['accepted_filed'])}"


def _share(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _percent(value: float) -> str:
    return f"{100 * value:.1f}".replace(".", ",") + "\u00a0%"
