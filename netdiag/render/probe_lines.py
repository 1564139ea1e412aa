"""What live probes found: packets that kernels dropped, those alike in one row."""

from __future__ import annotations

from typing import Any, Final

from netdiag.model.capture_point import CapturePoint
from netdiag.render.aligned_rows import Column
from netdiag.render.page import PLACE, PROBLEM, QUIET, WARNING, Page, said

MOST_ROWS: Final = 20
Row = dict[str, Any]


def write_drops(page: Page, drops: tuple[Row, ...]) -> None:
    """Write where packets were dropped and why, how often, and what they were."""
    if not drops:
        return
    page.heading(f"Drops ({len(drops):,})", (", as the kernels told", QUIET))
    alike: dict[tuple[str, ...], int] = {}
    for drop in drops:
        key = (_place(drop), _text(drop, "reason"), _text(drop, "function"), _packet(drop))
        alike[key] = alike.get(key, 0) + 1
    rows = list(alike)[:MOST_ROWS]
    page.table(
        [
            Column("", [said(f"{alike[row]:,} x") for row in rows], right=True),
            Column("at", [said((row[0], PLACE)) for row in rows]),
            Column("reason", [said((row[1], PROBLEM)) for row in rows]),
            Column("in", [said((row[2], QUIET)) for row in rows]),
            Column("packet", [said(row[3]) for row in rows]),
        ]
    )
    if len(alike) > len(rows):
        page.paragraph((f"… and {len(alike) - len(rows):,} more kinds", WARNING))


def _place(drop: Row) -> str:
    node, pod, interface = (drop.get(name) for name in ("node", "pod", "interface"))
    if interface is None:
        return "/".join(name for name in (node, pod) if name) or "?"
    return str(CapturePoint(node, pod, interface))


def _packet(drop: Row) -> str:
    """Return ``icmp request 10.244.1.2 → 10.244.2.2 in vxlan``, as much of it as is known."""
    ends = " → ".join(_socket(drop, end) for end in ("source", "destination"))
    kind = " ".join(word for word in (_text(drop, "protocol"), _text(drop, "packet")) if word)
    tunnels = drop.get("encapsulation")
    carried = f" in {' in '.join(map(str, tunnels))}" if tunnels else ""
    return f"{kind} {ends}{carried}".strip() if drop.get("source") else ""


def _socket(drop: Row, end: str) -> str:
    port = drop.get(f"{end}_port")
    return f"{_text(drop, end)} port {port}" if port is not None else _text(drop, end)


def _text(drop: Row, name: str) -> str:
    value = drop.get(name)
    return "" if value is None else str(value)
