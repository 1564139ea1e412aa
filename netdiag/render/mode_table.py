"""How pods' packets are carried: the mode, and what was seen from node to node."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.report import Mode, Modes, Pair
from netdiag.render.aligned_rows import Column
from netdiag.render.page import PLACE, PROBLEM, QUIET, TUNNEL, Page, said
from netdiag.render.tunnel_words import PLAIN

NOT_KNOWN = "not known"


def write_modes(page: Page, mode: Modes, pairs: tuple[Pair, ...]) -> None:
    """Write the backend and one row per pair of nodes and direction."""
    truths = (("configured", mode.configured), ("programmed", mode.programmed))
    known = [(name, truth) for name, truth in truths if truth and truth.backend]
    observed = mode.observed.encapsulation if mode.observed and not pairs else None
    if not (mode.backend or known or pairs or observed):
        return
    page.heading("Mode", f" {mode.backend}" if mode.backend else "")
    for name, truth in known:
        if truth.backend != mode.backend or mode.agree is False:
            _write_truth(page, name, truth)
    if observed:
        page.paragraph(("observed: ", QUIET), _cell(observed))
    if pairs:
        page.table(_columns(pairs))


def _write_truth(page: Page, name: str, truth: Mode) -> None:
    documents = sorted({item.document for item in truth.evidence if item.document})
    source = f" ({', '.join(documents)})" if documents else ""
    page.paragraph((f"{name}: ", QUIET), truth.backend or "", (source, QUIET))


def _columns(pairs: tuple[Pair, ...]) -> list[Column]:
    columns = [
        Column("from", [said((pair.source_node or "?", PLACE)) for pair in pairs]),
        Column("to", [said((pair.destination_node or "?", PLACE)) for pair in pairs]),
        Column("observed", [_cell(pair.observed) for pair in pairs]),
    ]
    if any(pair.configured for pair in pairs):
        columns.append(Column("configured", [_cell(pair.configured) for pair in pairs]))
    if any(pair.programmed for pair in pairs):
        columns.append(Column("programmed", [_cell(pair.programmed) for pair in pairs]))
    if any(pair.agree is not None for pair in pairs):
        columns.append(Column("agree", [_agreement(pair.agree) for pair in pairs]))
    return columns


def _cell(encapsulation: str | None) -> Text:
    if encapsulation is None:
        return said((NOT_KNOWN, QUIET))
    return said((PLAIN if encapsulation == "none" else encapsulation, TUNNEL))


def _agreement(agree: bool | None) -> Text:
    if agree is None:
        return said((NOT_KNOWN, QUIET))
    return said("yes") if agree else said(("NO", PROBLEM))
