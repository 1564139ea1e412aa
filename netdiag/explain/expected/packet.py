"""A packet as routes, packet filters and devices see it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from netdiag.model.prefixes import Prefix

State = Literal["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"]


class Packet(NamedTuple):
    """What is known of a packet before it is sent; None = not known, or it has none."""

    source: Prefix
    destination: Prefix
    protocol: str
    """icmp, icmpv6, udp, tcp, ipip, or a number as text."""
    source_port: int | None = None
    destination_port: int | None = None
    icmp_type: int | None = None
    size: int | None = None
    """Bytes of the IP packet."""
    dont_fragment: bool | None = None
    state: State | None = None
    """As conntrack will tell; None = not known."""
    mark: int = 0
    input: str | None = None
    """Device that it came in by; None = made on this node."""
    output: str | None = None
    """Device that it will leave by; None = not routed yet, or delivered here."""
    bridge_input: str | None = None
    """Port of the bridge that it came in by (``physdev``)."""
    bridge_output: str | None = None
    is_fragment: bool = False
    """A second or later fragment, which has no ports."""
    is_tunnel: bool = False
    """It is a tunnel's outer packet."""
    is_translated: bool = False
    """Its destination was rewritten (conntrack status DNAT)."""
