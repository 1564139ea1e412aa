"""tshark's decode of a capture, and how it differs from netdiag's."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

Packet = dict[str, Any]
Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a TSV that tshark wrote."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def differing_fields(packets: list[Packet], rows: list[Row]) -> set[str]:
    """Return the names of the fields in which any packet differs."""
    differing = {"count"} if len(packets) != len(rows) else set()
    for packet, row in zip(packets, rows, strict=False):
        ours, theirs = dict(ours_of(packet)), dict(theirs_of(row))
        differing.update(name for name in ours if ours[name] != theirs[name])
    return differing


def ours_of(packet: Packet) -> Iterator[tuple[str, Any]]:
    """Yield what netdiag says; quoted packets count, as they do in tshark's columns."""
    quoted = packet["quoted"] or {"addresses": [], "ports": [], "icmp": None}
    addresses = packet["addresses"] + quoted["addresses"]
    yield "time", packet["time_ns"]
    yield "length", (packet["length"], packet["captured"])
    yield "link type", packet["link_type"]
    for version in (4, 6):
        yield (
            f"ipv{version}",
            [tuple(pair) for pair in addresses if ip_address(pair[0]).version == version],
        )
    yield "ports", sorted(tuple(pair) for pair in packet["ports"] + quoted["ports"])
    yield "vni", packet["vni"]
    messages = [message for message in (packet["icmp"], quoted["icmp"]) if message]
    for field in ("type", "id", "seq"):
        yield f"icmp {field}", sorted(m[field] for m in messages if m[field] is not None)


def theirs_of(row: Row) -> Iterator[tuple[str, Any]]:
    """Yield what tshark says, in the same form."""
    yield "time", nanoseconds(row["frame.time_epoch"])
    yield "length", (int(row["frame.len"]), int(row["frame.cap_len"]))
    yield "link type", int(row["linktype"])
    for name, field in (("ipv4", "ip"), ("ipv6", "ipv6")):
        pairs = zip(values(row[f"{field}.src"]), values(row[f"{field}.dst"]), strict=False)
        yield name, [(str(ip_address(a)), str(ip_address(b))) for a, b in pairs]
    ports = [
        pair
        for protocol in ("udp", "tcp")
        for pair in zip(
            numbers(row[f"{protocol}.srcport"]), numbers(row[f"{protocol}.dstport"]), strict=False
        )
    ]
    yield "ports", sorted(ports)
    yield "vni", next(numbers(f"{row['vxlan.vni']},{row['geneve.vni']}"), None)
    yield "icmp type", sorted(numbers(f"{row['icmp.type']},{row['icmpv6.type']}"))
    yield "icmp id", sorted(numbers(f"{row['icmp.ident']},{row['icmpv6.echo.identifier']}"))
    yield "icmp seq", sorted(numbers(f"{row['icmp.seq']},{row['icmpv6.echo.sequence_number']}"))


def nanoseconds(text: str) -> int | None:
    """Return seconds with nine decimals as a number of nanoseconds."""
    if not text:
        return None
    seconds, _, fraction = text.lstrip("-").partition(".")
    found = int(seconds) * 1_000_000_000 + int(fraction)
    return -found if text.startswith("-") else found


def values(text: str) -> Iterable[str]:
    """Return the parts of a field with several occurrences."""
    return (part for part in text.split(",") if part)


def numbers(text: str) -> Iterator[int]:
    """Return the parts of a field as numbers, decimal or with 0x."""
    return (int(part, 0) for part in values(text))
