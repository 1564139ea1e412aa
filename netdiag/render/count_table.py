"""Packets by encapsulation, as a table and as JSON."""

from __future__ import annotations

import json
from typing import Any

from netdiag.decode.counts import CountRow, PacketCounts
from netdiag.model.layers import ARP, ENCAPSULATION_NAMES, IPV4, STOP, unpack_encapsulations
from netdiag.model.link_types import SUPPORTED_LINK_TYPES
from netdiag.model.protocols import IP_PROTOCOL_NAMES

_VERSIONED = {1: "icmp", 58: "icmp6"}


def encapsulation_text(packed: int) -> str:
    """Return ``none``, or the tunnels from the outermost to the innermost."""
    names = [ENCAPSULATION_NAMES[kind] for kind in unpack_encapsulations(packed)]
    return " > ".join(names) or "none"


def innermost_text(row: CountRow) -> str:
    """Return what the innermost packets of a row are."""
    if row.other:
        return "other kinds"
    if row.network == ARP:
        return "arp"
    if row.network == STOP:
        supported = row.link_type in SUPPORTED_LINK_TYPES
        return "not ip" if supported else f"link type {row.link_type}"
    name = IP_PROTOCOL_NAMES.get(row.protocol, f"proto {row.protocol}")
    if row.network == IPV4 or row.protocol in _VERSIONED:
        return name
    return f"{name} (ipv6)"


def count_table(counts: PacketCounts) -> str:
    """Return the table, most packets first, with the total below."""
    rows = counts.rows()
    cells = [("packets", "bytes", "encapsulation", "innermost")]
    cells += [
        (
            f"{row.packets:,}",
            f"{row.wire_bytes:,}",
            "" if row.other else encapsulation_text(row.encapsulations),
            innermost_text(row),
        )
        for row in rows
    ]
    total = sum(row.packets for row in rows), sum(row.wire_bytes for row in rows)
    cells.append((f"{total[0]:,}", f"{total[1]:,}", "total", ""))
    widths = [max(len(cell[column]) for cell in cells) for column in range(3)]
    lines = [
        f"{packets:>{widths[0]}}  {size:>{widths[1]}}  {stack:<{widths[2]}}  {inner}".rstrip()
        for packets, size, stack, inner in cells
    ]
    return "\n".join(lines) + "\n"


def count_json(counts: PacketCounts) -> str:
    """Return the counts as one JSON object."""
    rows = counts.rows()
    found: dict[str, Any] = {
        "packets": sum(row.packets for row in rows),
        "bytes": sum(row.wire_bytes for row in rows),
        "problems": counts.problems,
        "kinds": [
            {
                "encapsulation": [
                    ENCAPSULATION_NAMES[kind] for kind in unpack_encapsulations(row.encapsulations)
                ],
                "innermost": innermost_text(row),
                "packets": row.packets,
                "bytes": row.wire_bytes,
            }
            for row in rows
        ],
    }
    return json.dumps(found) + "\n"
