"""The MTUs from a pod to the wire: ``pod 1450 → flannel.1 1450 (+50) → ens33 1500: fits``."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.inspection import Inspection, MtuChainRow
from netdiag.render.aligned_rows import Column
from netdiag.render.page import GOOD, PLACE, PROBLEM, QUIET, Page, said
from netdiag.render.truth_lines import NOT_KNOWN, kind_words

MOST_CHAINS = 20


def write_mtu_chains(page: Page, inspection: Inspection) -> None:
    """Write one line per chain, those first that do not fit."""
    if not inspection.mtu:
        return
    page.heading("MTU", (", from a pod to the wire", QUIET))
    shown = sorted(inspection.mtu, key=lambda row: row.fits is not False)[:MOST_CHAINS]
    page.table(
        [
            Column("node", [said((row.source_node, PLACE)) for row in shown]),
            Column("carried", [kind_words(row.encapsulation) for row in shown]),
            Column("chain", [chain_words(row) for row in shown]),
        ]
    )
    if len(inspection.mtu) > len(shown):
        page.paragraph((f"… and {len(inspection.mtu) - len(shown):,} more", QUIET))


def chain_words(row: MtuChainRow) -> Text:
    """Return what each interface on the way lets through, and whether it fits."""
    steps = [f"pod {_bytes(row.pod)}"]
    if row.overlay is not None or row.encapsulation not in (None, "none"):
        added = "" if row.overhead is None else f" (+{row.overhead})"
        steps.append(f"{row.overlay_device or 'overlay'} {_bytes(row.overlay)}{added}")
    steps.append(f"{row.nic_device or 'NIC'} {_bytes(row.nic)}")
    return said(f"{' → '.join(steps)}: ").append_text(_outcome(row))


def _outcome(row: MtuChainRow) -> Text:
    if row.fits is None:
        return said((NOT_KNOWN, QUIET))
    if row.fits:
        return said(("fits", GOOD))
    needed = (row.pod or 0) + (row.overhead or 0)
    return said((f"does NOT fit, {needed} > {_bytes(row.nic)}", PROBLEM))


def _bytes(mtu: int | None) -> str:
    return "?" if mtu is None else str(mtu)
