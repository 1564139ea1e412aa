"""The MTUs from a pod to the wire: ``pod 1450 → flannel.1 1450 (+50) → ens33 1500: fits``."""

from __future__ import annotations

from rich.text import Text

from netdiag.model.inspection import InspectedNode, Inspection, MtuChainRow
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
            Column("chain", [chain_words(row, inspection) for row in shown]),
        ]
    )
    if len(inspection.mtu) > len(shown):
        page.paragraph((f"… and {len(inspection.mtu) - len(shown):,} more", QUIET))


def chain_words(row: MtuChainRow, inspection: Inspection) -> Text:
    """Return what each interface on the way lets through, and whether it fits."""
    steps = [f"pod {_bytes(row.pod)}"]
    if row.overlay is not None or row.encapsulation not in (None, "none"):
        added = "" if row.overhead is None else f" (+{row.overhead})"
        steps.append(f"{_overlay_name(row, inspection)} {_bytes(row.overlay)}{added}")
    steps.append(f"{_nic_name(row, inspection)} {_bytes(row.nic)}")
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


def _node(row: MtuChainRow, inspection: Inspection) -> InspectedNode | None:
    return next((node for node in inspection.nodes if node.name == row.source_node), None)


def _overlay_name(row: MtuChainRow, inspection: Inspection) -> str:
    """Return the device by which the node reaches the other; or what it is."""
    ends = (row.source_node, row.destination_node, row.encapsulation)
    for way in inspection.reach:
        if (way.source_node, way.destination_node, way.encapsulation) == ends and way.device:
            return way.device
    return "overlay"


def _nic_name(row: MtuChainRow, inspection: Inspection) -> str:
    """Return the only NIC of that MTU; or what it is."""
    node = _node(row, inspection)
    outer = (item for item in node.interfaces if item.role == "physical") if node else ()
    names = [item.name for item in outer if item.mtu == row.nic and item.pod is None]
    return names[0] if len(names) == 1 else "NIC"
