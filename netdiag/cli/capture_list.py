"""``netdiag capture -D``: the interfaces that could be captured on."""

from __future__ import annotations

import json
from collections.abc import Sequence

from netdiag.cli.output import ResultWriter
from netdiag.render.terminal import printable
from netdiag.sources.recording.listing import ListedInterface

_TITLES = ("NAME", "ROLE", "STATE", "MTU", "ADDRESSES")


def print_interfaces(listed: Sequence[ListedInterface], *, as_json: bool) -> None:
    """Print a row for each, or one JSON object."""
    writer = ResultWriter()
    if as_json:
        writer.write(json.dumps({"interfaces": [_object(each) for each in listed]}) + "\n")
    else:
        rows = [_TITLES, *map(_row, listed)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES) - 1)]
        for row in rows:
            cells = [f"{cell:{width}}" for cell, width in zip(row, (*widths, 0), strict=True)]
            writer.write("  ".join(cells).rstrip() + "\n")
    writer.flush()


def _row(each: ListedInterface) -> tuple[str, ...]:
    mtu = "" if each.mtu is None else str(each.mtu)
    cells = (f"{each.place.name}/{each.name}", each.role, each.state or "?", mtu)
    return tuple(map(printable, (*cells, " ".join(each.addresses))))


def _object(each: ListedInterface) -> dict[str, object]:
    return {
        "node": each.place.node.name,
        "pod": each.place.pod.name if each.place.pod else None,
        "interface": each.name,
        "role": each.role,
        "state": each.state,
        "mtu": each.mtu,
        "addresses": list(each.addresses),
    }
