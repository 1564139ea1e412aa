"""What the conditions of a rule look at: a packet, and where in the kernel it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from netdiag.explain.expected.firewall_spans import span_of
from netdiag.explain.expected.packet import Packet
from netdiag.facts.firewall.firewall_terms import protocol_name
from netdiag.model.prefixes import Prefix

Hook = Literal["prerouting", "input", "forward", "output", "postrouting"]
Family = Literal["ip", "ip6", "bridge"]
Sets = Mapping[str, tuple[str, ...]]

WITH_PORTS: Final = frozenset({"tcp", "udp", "sctp", "dccp", "udplite"})
_ICMP: Final = frozenset({"icmp", "ipv6-icmp"})


class Scene(NamedTuple):
    """Where the rules of a chain are asked."""

    hook: Hook
    family: Family
    local: frozenset[Prefix] | None
    """The node's own addresses; None = not known."""
    ipsets: Sets
    sets: Sets
    """Named sets and maps of nft's table."""
    is_tracked: bool = True
    """False: before conntrack looks at the packet."""


class Sight(NamedTuple):
    """A packet as conditions compare it, made once for many rules."""

    packet: Packet
    scene: Scene
    source: tuple[int, int]
    destination: tuple[int, int]
    protocol: str
    """By iptables' name."""
    has_ports: bool
    is_icmp: bool
    state: str | None
    unknown_mark: int
    """Bits of the mark that are not known."""


def look(packet: Packet, unknown_mark: int, scene: Scene) -> Sight:
    """Return what rules see of a packet; fragments have neither ports nor an ICMP type."""
    protocol = protocol_name(packet.protocol)
    has_state = scene.is_tracked or packet.state == "UNTRACKED"
    return Sight(
        packet,
        scene,
        span_of(packet.source),
        span_of(packet.destination),
        protocol,
        protocol in WITH_PORTS and not packet.is_fragment,
        protocol in _ICMP and not packet.is_fragment,
        packet.state if has_state else "INVALID",  # as xt_conntrack says without an entry
        unknown_mark,
    )
