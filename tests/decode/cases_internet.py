"""Frames with IPv4 and IPv6: options, extension headers, fragments, lengths, IP in IP, IPsec."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.frames import (
    AH,
    DSTOPTS,
    ECHO,
    ECHO6,
    ESP,
    FRAGMENT,
    HOPOPTS,
    ICMP,
    ICMPV6,
    IP_MPLS,
    IPIP,
    IPV4,
    IPV6,
    MORE_FRAGMENTS,
    NO_NEXT,
    NODES,
    NODES6,
    PING,
    PING6,
    PODS,
    PODS6,
    ROUTING,
    SCTP,
    SIX,
    ethernet,
    ipv4,
    ipv6,
    octets,
)
from tests.decode.observing import Case, Seen
from tests.decode.payloads import PINGED, PINGED6

SACK_OK = octets("0402 0101")
ROUTER_ALERT = octets("3a 00 0502 0000 0100")
"""A hop-by-hop header, before ICMPv6."""

LISTENER_REPORT = octets("8f 00 0000 0000 0001 04000000") + bytes(16)


def over4(
    name: str,
    packet: bytes,
    layers: str,
    problem: str = "",
    fragment: str = "",
    tunnels: str = "",
) -> Case:
    """An IPv4 packet between the nodes, with a ping if it reaches ICMP."""
    icmp = PINGED if layers.endswith("icmp") else ""
    seen = Seen(f"eth {layers}", (NODES,), (), icmp, tunnels, problem=problem, fragment=fragment)
    return Case(name, LINKTYPE_ETHERNET, ethernet(IPV4, packet), seen)


def over6(
    name: str,
    packet: bytes,
    layers: str,
    problem: str = "",
    fragment: str = "",
    tunnels: str = "",
) -> Case:
    """An IPv6 packet between the nodes, with a ping if it reaches ICMPv6."""
    icmp = PINGED6 if layers.endswith("icmpv6") else ""
    seen = Seen(f"eth {layers}", (NODES6,), (), icmp, tunnels, problem=problem, fragment=fragment)
    return Case(name, LINKTYPE_ETHERNET, ethernet(IPV6, packet), seen)


def rejected(name: str, ethertype: int, packet: bytes, problem: str) -> Case:
    """A packet whose IP header cannot be read."""
    return Case(name, LINKTYPE_ETHERNET, ethernet(ethertype, packet), Seen("eth", problem=problem))


def nested(name: str, frame: bytes, layers: str, tunnels: str, addresses: tuple[str, ...]) -> Case:
    """A ping inside other IP headers."""
    icmp = PINGED6 if layers.endswith("icmpv6") else PINGED
    seen = Seen(f"eth {layers}", addresses, icmp=icmp, tunnels=tunnels)
    return Case(name, LINKTYPE_ETHERNET, frame, seen)


IPV4_CASES = [
    over4("ipv4", ipv4(ICMP, ECHO), "ipv4 icmp"),
    over4("ipv4 with options", ipv4(ICMP, ECHO, options=SACK_OK), "ipv4 icmp"),
    over4("ipv4 with forty bytes of options", ipv4(ICMP, ECHO, options=b"\1" * 40), "ipv4 icmp"),
    over4("ipv4 with padding", ipv4(ICMP, ECHO) + bytes(9), "ipv4 icmp"),
    over4("ipv4 of length 0", ipv4(ICMP, ECHO, length=0), "ipv4 icmp"),
    over4("ipv4 too long", ipv4(ICMP, ECHO, length=37), "ipv4 icmp", "length too large: ipv4"),
    over4("ipv4 with half its options", ipv4(ICMP, first=0x46, length=0), "ipv4", "short: ipv4"),
    over4("ipv4 with sctp", ipv4(SCTP, bytes(12)), "ipv4"),
    over4("ipv4 with ipv6's options", ipv4(HOPOPTS, ROUTER_ALERT + ECHO6), "ipv4"),
    over4("ipv4 with ipv6's fragment", ipv4(FRAGMENT, bytes(16)), "ipv4"),
    rejected("ipv4 of version 5", IPV4, ipv4(ICMP, ECHO, first=0x55), "version: ipv4"),
    rejected("ipv4 of 16 bytes", IPV4, ipv4(ICMP, ECHO, first=0x44), "header length: ipv4"),
    rejected("ipv4 too short", IPV4, ipv4(ICMP, ECHO, length=19), "length too small: ipv4"),
    rejected("ipv4 of 19 bytes", IPV4, ipv4(ICMP)[:19], "short: ipv4"),
]

FRAGMENT_CASES = [
    over4(
        "first fragment",
        ipv4(ICMP, ECHO, fragment=MORE_FRAGMENTS),
        "ipv4 icmp",
        fragment="first",
    ),
    over4("middle fragment", ipv4(ICMP, ECHO, fragment=0x2002), "ipv4", fragment="later"),
    over4("last fragment", ipv4(ICMP, ECHO, fragment=0x1FFF), "ipv4", fragment="later"),
    over6(
        "ipv6, first fragment",
        ipv6(FRAGMENT, octets("3a 00 0001 00000007") + ECHO6),
        "ipv6 ipv6.fragment icmpv6",
        fragment="first",
    ),
    over6(
        "ipv6, last fragment",
        ipv6(FRAGMENT, octets("3a 00 0008 00000007") + ECHO6),
        "ipv6 ipv6.fragment",
        fragment="later",
    ),
    over6(
        "ipv6, fragment that is whole",
        ipv6(FRAGMENT, octets("3a 00 0006 00000007") + ECHO6),
        "ipv6 ipv6.fragment icmpv6",
    ),
    over6(
        "ipv6, half a fragment header",
        ipv6(FRAGMENT, octets("3a 00 0006")),
        "ipv6",
        "short: ipv6.fragment",
    ),
]

IPV6_CASES = [
    over6("ipv6", ipv6(ICMPV6, ECHO6), "ipv6 icmpv6"),
    over6("ipv6 with padding", ipv6(ICMPV6, ECHO6) + bytes(9), "ipv6 icmpv6"),
    over6("ipv6 of length 0", ipv6(ICMPV6, ECHO6, length=0), "ipv6 icmpv6"),
    over6("ipv6 too long", ipv6(ICMPV6, ECHO6, length=17), "ipv6 icmpv6", "length too large: ipv6"),
    over6("ipv6 with nothing", ipv6(NO_NEXT), "ipv6"),
    over6(
        "ipv6 with a routing header",
        ipv6(ROUTING, octets("3a 02 04 00 00000000") + bytes(16) + ECHO6),
        "ipv6 ipv6.routing icmpv6",
    ),
    over6(
        "ipv6 with destination options",
        ipv6(DSTOPTS, octets("3a 00 0104 00000000") + ECHO6),
        "ipv6 ipv6.dstopts icmpv6",
    ),
    over6(
        "ipv6 with many extensions",
        ipv6(
            HOPOPTS,
            octets("3c 00 0104 00000000  2b 00 0104 00000000  2c 00 04 00 00000000")
            + octets("3c 00 0000 00000000  3a 01 0104 00000000 0106 000000000000")
            + ECHO6,
        ),
        "ipv6 ipv6.hopopts ipv6.dstopts ipv6.routing ipv6.fragment ipv6.dstopts icmpv6",
    ),
    Case(
        "ipv6 with a listener report",
        LINKTYPE_ETHERNET,
        ethernet(IPV6, ipv6(HOPOPTS, ROUTER_ALERT + LISTENER_REPORT)),
        Seen("eth ipv6 ipv6.hopopts icmpv6", (NODES6,), icmp="143/0"),
    ),
    over6(
        "ipv6 with an extension too long",
        ipv6(DSTOPTS, octets("3a 01 0104 00000000")),
        "ipv6 ipv6.dstopts",
        "short: ipv6.dstopts",
    ),
    over6("ipv6 with half an extension", ipv6(HOPOPTS, bytes(7)), "ipv6", "short: ipv6.hopopts"),
    rejected("ipv6 of version 4", IPV6, ipv6(ICMPV6, ECHO6, first=0x40), "version: ipv6"),
    rejected("ipv6 of 39 bytes", IPV6, ipv6(ICMPV6)[:39], "short: ipv6"),
]

IPSEC_CASES = [
    over4(
        "ah",
        ipv4(AH, octets("01 04 0000 00000100 00000001") + bytes(12) + ECHO),
        "ipv4 ah icmp",
    ),
    over6(
        "ah over ipv6",
        ipv6(AH, octets("3a 05 0000 00000100 00000001") + bytes(16) + ECHO6),
        "ipv6 ah icmpv6",
    ),
    nested(
        "ah around a packet",
        ethernet(IPV4, ipv4(AH, octets("04 04 0000 00000100 00000001") + bytes(12) + PING)),
        "ipv4 ah ipv4 icmp",
        "ipip",
        (NODES, PODS),
    ),
    over4(
        "ah that does not end",
        ipv4(AH, octets("01 04 0000 00000100 00000001")),
        "ipv4 ah",
        "short: ah",
    ),
    over4("esp", ipv4(ESP, octets("04000100 00000001") + PING), "ipv4 esp", tunnels="esp"),
    over6(
        "esp over ipv6", ipv6(ESP, octets("3a000100 00000001") + ECHO6), "ipv6 esp", tunnels="esp"
    ),
    over4(
        "ah and esp",
        ipv4(AH, octets("32 04 0000 00000100 00000001") + bytes(12) + octets("11000100") + ECHO),
        "ipv4 ah esp",
        tunnels="esp",
    ),
]

IP_IN_IP_CASES = [
    nested("ipip", ethernet(IPV4, ipv4(IPIP, PING)), "ipv4 ipv4 icmp", "ipip", (NODES, PODS)),
    nested("6in4", ethernet(IPV4, ipv4(SIX, PING6)), "ipv4 ipv6 icmpv6", "6in4", (NODES, PODS6)),
    nested("4in6", ethernet(IPV6, ipv6(IPIP, PING)), "ipv6 ipv4 icmp", "4in6", (NODES6, PODS)),
    nested("6in6", ethernet(IPV6, ipv6(SIX, PING6)), "ipv6 ipv6 icmpv6", "6in6", (NODES6, PODS6)),
    nested(
        "6in6 behind the limit of RFC 2473",
        ethernet(IPV6, ipv6(DSTOPTS, octets("29 00 0401 04 0101 00") + PING6)),
        "ipv6 ipv6.dstopts ipv6 icmpv6",
        "6in6",
        (NODES6, PODS6),
    ),
    nested(
        "ipip in ipip",
        ethernet(IPV4, ipv4(IPIP, ipv4(IPIP, PING, "10.0.0.1 > 10.0.0.2"), options=SACK_OK)),
        "ipv4 ipv4 ipv4 icmp",
        "ipip ipip",
        (NODES, "10.0.0.1 > 10.0.0.2", PODS),
    ),
    nested(
        "mpls in ipv4",
        ethernet(IPV4, ipv4(IP_MPLS, octets("00010 1 40") + PING)),
        "ipv4 mpls ipv4 icmp",
        "",
        (NODES, PODS),
    ),
    over4("ipip without a packet", ipv4(IPIP), "ipv4", "short: ipv4", tunnels="ipip"),
    over4("ipip with ipv6", ipv4(IPIP, PING6), "ipv4", "version: ipv4", tunnels="ipip"),
]

INTERNET_CASES = [
    *IPV4_CASES,
    *FRAGMENT_CASES,
    *IPV6_CASES,
    *IPSEC_CASES,
    *IP_IN_IP_CASES,
]
