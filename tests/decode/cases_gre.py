"""Tunnels in GRE: its optional fields, PPTP, NVGRE, and ERSPAN of all three types."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.frames import (
    GRE,
    IPV4,
    IPV6,
    NODES,
    NODES6,
    PING,
    PODS,
    ethernet,
    ipv4,
    ipv6,
    octets,
)
from tests.decode.observing import Case, Seen
from tests.decode.payloads import INSIDE, PINGED


def gre(
    name: str, header: str, layers: str, inside: str, key: int | None = None, problem: str = ""
) -> Case:
    """GRE over IPv4; ``layers`` are those between ``gre`` and what is ``inside``."""
    payload, seen = INSIDE[inside]
    seen = seen._replace(
        layers=" ".join(f"eth ipv4 gre {layers} {inside}".split()),
        tunnels="gre",
        gre_keys=() if key is None else (key,),
        problem=problem,
    )
    frame = ethernet(IPV4, ipv4(GRE, octets(header) + payload))
    return Case(name, LINKTYPE_ETHERNET, frame, seen)


def erspan(name: str, header: str, layers: str, problem: str = "") -> Case:
    """ERSPAN over IPv4; ``layers`` are those after ``gre``."""
    own, _, inside = layers.partition(" ") if layers.startswith("erspan") else ("", "", layers)
    case = gre(name, header, own, inside, problem=problem)
    return case._replace(seen=case.seen._replace(tunnels="gre erspan"))


def erspan2(name: str, header: str, layers: str, problem: str = "") -> Case:
    return erspan(name, f"1000 88be 00000001 {header}", layers, problem)


def erspan3(name: str, header: str, layers: str, problem: str = "") -> Case:
    return erspan(name, f"1000 22eb 00000001 {header}", layers, problem)


IN_GRE = ipv4(GRE, octets("2000 0800 00000001") + PING)

GRE_CASES = [
    gre("gre", "0000 0800", "", "ipv4 icmp"),
    gre("gre with ipv6", "0000 86dd", "", "ipv6 icmpv6"),
    gre("gre with ethernet", "0000 6558", "", "eth ipv4 icmp"),
    gre("gre with a checksum", "8000 0800 beef 0000", "", "ipv4 icmp"),
    gre("gre with a key", "2000 0800 0000002a", "", "ipv4 icmp", 42),
    gre("gre with a sequence", "1000 0800 00000001", "", "ipv4 icmp"),
    gre("gre with all three", "b000 0800 beef 0000 ffffffff 00000001", "", "ipv4 icmp", 0xFFFFFFFF),
    gre("nvgre", "2000 6558 00162e 05", "", "eth ipv4 icmp", 0x162E05),
    gre(
        "gre with source routes",
        "4000 0800 0000 0000 0800 00 08 0a000001 0a000002 0000 00 00",
        "",
        "ipv4 icmp",
    ),
    gre(
        "gre with source routes and a key",
        "6000 0800 0000 0000 0000002a 0800 00 04 0a000001 0000 00 00",
        "",
        "ipv4 icmp",
        42,
    ),
    gre("gre with mpls", "0000 8847 00010 1 40", "mpls", "ipv4 icmp"),
    gre("gre keepalive", "0000 0000", "", ""),
    gre("gre with nothing", "0000 0800", "", ""),
    gre("gre with something else", "0000 2001 01010101", "", ""),
    gre("gre of version 2", "0002 0800 00000000", "", "", problem="version: gre"),
    gre("gre without its key", "2000 0800 0000", "", "", problem="short: gre"),
    gre(
        "gre with a source route too long",
        "4000 0800 0000 0000 0800 00 08 0a000001",
        "",
        "",
        problem="short: gre",
    ),
    gre("gre of endless routes", "4000 0800 0000 0000 0800 00 00", "", "", problem="short: gre"),
    gre("pptp", "3081 880b 0028 0007 00000001 00000002 ff03 0021", "ppp", "ipv4 icmp"),
    gre("pptp's data alone", "3001 880b 0025 0007 00000001 21", "ppp", "ipv4 icmp"),
    gre("pptp's acknowledgement alone", "2081 880b 0000 0007 00000002", "", ""),
    Case(
        "gre over ipv6 in gre",
        LINKTYPE_ETHERNET,
        ethernet(IPV6, ipv6(GRE, octets("0000 0800") + IN_GRE)),
        Seen(
            "eth ipv6 gre ipv4 gre ipv4 icmp",
            (NODES6, NODES, PODS),
            icmp=PINGED,
            tunnels="gre gre",
            gre_keys=(1,),
        ),
    ),
]

ERSPAN_CASES = [
    erspan("erspan I", "0000 88be", "eth ipv4 icmp"),
    erspan2("erspan II", "1001 0064 00000007", "erspan eth ipv4 icmp"),
    erspan2("erspan II of version 2", "2001 0064 00000007", "erspan", "version: erspan"),
    erspan2("erspan II of 7 bytes", "1001 0064 000000", "", "short: erspan"),
    erspan3("erspan III", "2001 0064 00000007 0000 0000", "erspan eth ipv4 icmp"),
    erspan3(
        "erspan III with a subheader",
        "2001 0064 00000007 0000 0001 00000000 00000000",
        "erspan eth ipv6 icmpv6",
    ),
    erspan3("erspan III with ipv4", "2001 0064 00000007 0000 0800", "erspan ipv4 icmp"),
    erspan3(
        "erspan III with ipv6 and a subheader",
        "2001 0064 00000007 0000 8bff 00000000 00000000",
        "erspan ipv6 icmpv6",
    ),
    erspan3("erspan III with another type", "2001 0064 00000007 0000 0c00 45", "erspan"),
    erspan3("erspan III of version 1", "1001 0064 00000007 0000 0000", "erspan", "version: erspan"),
    erspan3(
        "erspan III without its subheader",
        "2001 0064 00000007 0000 0001 00",
        "erspan",
        "short: erspan",
    ),
    erspan3("erspan III of 11 bytes", "2001 0064 00000007 000000", "", "short: erspan"),
]

GRE_TUNNEL_CASES = [*GRE_CASES, *ERSPAN_CASES]
