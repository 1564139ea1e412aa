"""The three truths in a line each, what each rests on, and whether they agree."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.report import Mode, Modes
from netdiag.render.evidence_words import first_source
from netdiag.render.page import PROBLEM, QUIET, TUNNEL, Page, Part, said
from netdiag.render.tunnel_words import PLAIN

NOT_KNOWN = "not known"
LABEL_WIDTH = 12


def write_truths(page: Page, mode: Modes) -> None:
    """Write what is configured, programmed and, if packets show it, observed."""
    _write_truth(page, "configured", mode.configured)
    _write_truth(page, "programmed", mode.programmed, _routed(mode.programmed))
    if mode.observed is not None:
        _write_truth(page, "observed", mode.observed)
    page.labelled("agree", agreement(mode.agree), column=LABEL_WIDTH)


def kind_words(encapsulation: str | None) -> Text:
    """Return what is around packets: ``vxlan``, ``plain``, or that it is not known."""
    if encapsulation is None:
        return said((NOT_KNOWN, QUIET))
    return said((PLAIN if encapsulation == "none" else encapsulation, TUNNEL))


def agreement(agree: bool | None) -> Text:
    """Return ``yes``, ``NO``, or that it is not known."""
    if agree is None:
        return said((NOT_KNOWN, QUIET))
    return said("yes") if agree else said(("NO", PROBLEM))


def _write_truth(page: Page, label: str, truth: Mode | None, routed: str = "") -> None:
    if truth is None:
        page.labelled(label, (NOT_KNOWN, QUIET), column=LABEL_WIDTH)
        return
    words: list[Part | Text] = [kind_words(truth.encapsulation), routed]
    if truth.backend:
        words.insert(0, f"{truth.backend}: ")
    page.labelled(label, *words, (first_source(truth.evidence), QUIET), column=LABEL_WIDTH)


def _routed(truth: Mode | None) -> str:
    """Return the route that proves what is programmed, as the kernel writes it."""
    text = truth.evidence[0].text if truth is not None and truth.evidence else None
    return f", {text}" if text else ""
