"""How pods' packets are carried: the mode with its three truths, and from node to node."""

from __future__ import annotations

from netdiag.model.report import Modes, Pair
from netdiag.render.aligned_rows import Column
from netdiag.render.page import PLACE, QUIET, Page, said
from netdiag.render.truth_lines import agreement, kind_words, write_truths

MOST_PAIRS = 20


def write_modes(page: Page, mode: Modes, pairs: tuple[Pair, ...], left_out: int) -> None:
    """Write the backend, the truths, and a row per pair of nodes; ``left_out`` are not given."""
    facts_tell = mode.configured is not None or mode.programmed is not None
    observed = mode.observed.encapsulation if mode.observed and not pairs else None
    if not (mode.backend or facts_tell or pairs or observed):
        return
    page.heading("Mode", f" {mode.backend}" if mode.backend else "")
    if facts_tell:
        write_truths(page, mode)
    elif observed:
        page.paragraph(("observed: ", QUIET), kind_words(observed))
    if pairs:
        if facts_tell:
            page.gap()
        _write_pairs(page, pairs, left_out)


def _write_pairs(page: Page, pairs: tuple[Pair, ...], left_out: int) -> None:
    """Write the pairs of nodes, those first whose truths disagree."""
    shown = sorted(pairs, key=lambda pair: pair.agree is not False)[:MOST_PAIRS]
    page.table(_columns(shown))
    left = len(pairs) - len(shown) + left_out
    if left:
        page.paragraph((f"… and {left:,} more from node to node", QUIET))


def _columns(pairs: list[Pair]) -> list[Column]:
    truths = (
        ("observed", [pair.observed for pair in pairs]),
        ("configured", [pair.configured for pair in pairs]),
        ("programmed", [pair.programmed for pair in pairs]),
    )
    columns = [
        Column("from", [said((pair.source_node or "?", PLACE)) for pair in pairs]),
        Column("to", [said((pair.destination_node or "?", PLACE)) for pair in pairs]),
    ]
    columns += [
        Column(title, [kind_words(kind) for kind in kinds]) for title, kinds in truths if any(kinds)
    ]
    if any(pair.agree is not None for pair in pairs):
        columns.append(Column("agree", [agreement(pair.agree) for pair in pairs]))
    return columns
