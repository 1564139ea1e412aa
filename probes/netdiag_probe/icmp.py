"""ICMP and ICMPv6: their numbers, and what their errors say (RFC 792, RFC 4443)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """What differs between ICMP and ICMPv6."""

    request: int
    reply: int
    unreachable: int
    port_unreachable: int
    """A code."""
    too_big: tuple[int, int | None]
    """Type, and code: None = any."""
    time_exceeded: int
    texts: dict[tuple[int, int], str]
    """Type and code of an error -> what it says."""


IPV4 = Family(
    8, 0, 3, 3, (3, 4), 11,
    {
        (3, 0): "network unreachable", (3, 1): "host unreachable", (3, 2): "protocol unreachable",
        (3, 3): "port unreachable", (3, 4): "fragmentation needed and DF set",
        (3, 5): "source route failed", (3, 6): "network unknown", (3, 7): "host unknown",
        (3, 9): "network prohibited", (3, 10): "host prohibited",
        (3, 13): "administratively prohibited", (11, 0): "time to live exceeded",
        (11, 1): "fragment reassembly time exceeded", (12, 0): "parameter problem",
    },
)  # fmt: skip
IPV6 = Family(
    128, 129, 1, 4, (2, None), 3,
    {
        (1, 0): "no route", (1, 1): "administratively prohibited",
        (1, 2): "beyond the scope of the source address", (1, 3): "address unreachable",
        (1, 4): "port unreachable", (1, 5): "source address failed policy",
        (1, 6): "route rejected", (2, 0): "packet too big", (3, 0): "hop limit exceeded",
        (3, 1): "fragment reassembly time exceeded",
    },
)  # fmt: skip


def kind_of_error(family: Family, kind: int, code: int) -> str:
    """Return what an ICMP error is, in the words of the event."""
    if kind == family.too_big[0] and family.too_big[1] in (None, code):
        return "fragmentation-needed"
    return "time-exceeded" if kind == family.time_exceeded else "destination-unreachable"


def text_of_error(family: Family, kind: int, code: int) -> str:
    """Return what an ICMP error says."""
    return family.texts.get((kind, code), f"ICMP type {kind}, code {code}")
