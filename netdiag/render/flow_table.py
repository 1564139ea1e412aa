"""TCP and UDP flows, the largest first, and the ways that they took."""

from __future__ import annotations

from netdiag.model.report import Flow
from netdiag.render.aligned_rows import Column
from netdiag.render.page import PLACE, QUIET, TUNNEL, Page, said
from netdiag.render.path_line import wrap_steps
from netdiag.render.place_name import Names, host_of, socket_name
from netdiag.render.tunnel_words import PLAIN

MOST_FLOWS = 20
WAY_WIDTH = 9
WIDTH_FOR_BYTES = 76


def write_flows(page: Page, flows: tuple[Flow, ...], left_out: int, names: Names) -> None:
    """Write the flows with most packets; what they have in common, their ways, only once."""
    if not flows:
        return
    total = len(flows) + left_out
    page.heading(f"Flows ({total:,})")
    shown = sorted(flows, key=lambda flow: -flow.packets)[:MOST_FLOWS]
    ways = list(dict.fromkeys(flow.interfaces for flow in shown))
    named = _columns(shown, ways, page.width, names)
    has_room = page.has_room(named)
    page.table(named if has_room else _columns(shown, ways, page.width, {}))
    if total > len(shown):
        page.paragraph((f"… and {total - len(shown):,} more with fewer packets", QUIET))
    if not has_room:
        _write_names(page, shown, names)
    page.gap()
    for number, way in enumerate(ways, 1):
        _write_way(page, number, way)


def way_steps(interfaces: tuple[str, ...]) -> list[str]:
    """Return the places, the node of each left out where it is that of the one before."""
    steps: list[str] = []
    last = ""
    for place in interfaces:
        node, slash, interface = place.partition("/")
        steps.append(interface if slash and node == last else place)
        last = node if slash else ""
    return steps


def _columns(
    flows: list[Flow], ways: list[tuple[str, ...]], width: int, names: Names
) -> list[Column]:
    columns = [
        Column("", [said((flow.protocol, QUIET)) for flow in flows]),
        Column("from → to", [said(_ends(flow, names)) for flow in flows]),
        Column("packets", [said(f"{flow.packets:,}") for flow in flows], right=True),
    ]
    if width >= WIDTH_FOR_BYTES:
        columns.append(Column("bytes", [said(f"{flow.bytes:,}") for flow in flows], right=True))
    if any(flow.retransmissions for flow in flows):
        again = [said(f"{flow.retransmissions:,}") for flow in flows]
        columns.append(Column("resent", again, right=True))
    carried = (_carrier(flow.encapsulation) for flow in flows)
    columns += [
        Column("over", [said((kind, TUNNEL)) for kind in carried]),
        Column("way", [said(str(ways.index(flow.interfaces) + 1)) for flow in flows], right=True),
    ]
    return columns


def _ends(flow: Flow, names: Names) -> str:
    return f"{socket_name(flow.source, names)} → {socket_name(flow.destination, names)}"


def _write_names(page: Page, flows: list[Flow], names: Names) -> None:
    """Write who has the flows' addresses, where there is no room for it beside them."""
    sockets = (socket for flow in flows for socket in (flow.source, flow.destination))
    known = [host for host in dict.fromkeys(map(host_of, sockets)) if host in names]
    if known:
        page.gap()
        cells = [said((names[host], PLACE)) for host in known]
        page.table([Column("address", [said(host) for host in known]), Column("is", cells)])


def _write_way(page: Page, number: int, way: tuple[str, ...]) -> None:
    steps = [said((step, PLACE)) for step in way_steps(way)] or [said("not known")]
    for line_number, line in enumerate(wrap_steps(steps, page.width - WAY_WIDTH - 2)):
        label = f"way {number}" if line_number == 0 else ""
        page.paragraph((label.ljust(WAY_WIDTH), QUIET), line)


def _carrier(encapsulation: str | None) -> str:
    """Return what carried a flow between nodes, ``-`` where it was not seen between nodes."""
    if encapsulation is None:
        return "-"
    return PLAIN if encapsulation == "none" else encapsulation
