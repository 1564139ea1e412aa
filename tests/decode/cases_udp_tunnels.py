"""Tunnels in UDP other than VXLAN: GENEVE, flannel's udp backend, WireGuard, ESP."""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.frames import (
    IPV4,
    NODES,
    PING_FRAME,
    UDP,
    ethernet,
    ipv4,
    octets,
    udp,
)
from tests.decode.observing import Case, Seen
from tests.decode.payloads import INSIDE


def tunnel(
    name: str, port: int, header: str, kind: str, inside: str, vni: int, problem: str = ""
) -> Case:
    """A tunnel over IPv4 whose header is given in hex; ``kind`` is its layer."""
    payload, seen = INSIDE[inside]
    ports = f"40000 > {port}"
    seen = seen._replace(
        layers=f"eth ipv4 udp {kind} {inside}".strip(),
        ports=(ports,),
        tunnels=kind,
        vnis=(vni,),
        problem=problem,
    )
    frame = ethernet(IPV4, ipv4(UDP, udp(ports, octets(header) + payload)))
    return Case(name, LINKTYPE_ETHERNET, frame, seen)


def bare(name: str, inside: str) -> Case:
    """A packet in UDP without a header between them."""
    case = tunnel(name, 8285, "", "", inside, 0)
    layers = f"eth ipv4 udp {inside}"
    return case._replace(seen=case.seen._replace(layers=layers, tunnels="udp", vnis=()))


def opaque(name: str, port: int, payload: bytes, kind: str = "", problem: str = "") -> Case:
    """A UDP payload that is no tunnel, or one that cannot be looked into."""
    ports = f"40000 > {port}"
    layers = f"eth ipv4 udp {kind}".strip()
    seen = Seen(layers, (NODES,), (ports,), tunnels=kind, problem=problem)
    frame = ethernet(IPV4, ipv4(UDP, udp(ports, payload)))
    return Case(name, LINKTYPE_ETHERNET, frame, seen)


GENEVE_CASES = [
    tunnel("geneve", 6081, "00 00 6558 00000300", "geneve", "eth ipv4 icmp", 3),
    tunnel("geneve with ipv4", 6081, "00 40 0800 ffffff00", "geneve", "ipv4 icmp", 0xFFFFFF),
    tunnel(
        "geneve with options",
        6081,
        "04 80 86dd 00000300 0102 80 01 00000005 0103 00 01 00000006",
        "geneve",
        "ipv6 icmpv6",
        3,
    ),
    tunnel("geneve with something else", 6081, "00 00 894f 00000300 0fc60102", "geneve", "", 3),
    tunnel(
        "geneve that does not end",
        6081,
        "02 00 6558 00000300 01020000",
        "geneve",
        "",
        3,
        "short: geneve",
    ),
    opaque("no geneve: version 1", 6081, octets("40 00 6558 00000300") + PING_FRAME),
]

FLANNEL_UDP_CASES = [
    bare("flannel's udp", "ipv4 icmp"),
    bare("flannel's udp with ipv6", "ipv6 icmpv6"),
    opaque("no flannel's udp: version 5", 8285, b"\x55" * 20),
]

INITIATION, RESPONSE, COOKIE = (octets(f"{n:02x} 000000") for n in (1, 2, 3))
DATA = octets("04 000000 12345678 0700000000000000") + b"\xee" * 32

COUNTED = DATA[:12] + b"%b" + DATA[16:]
"""Data whose counter's upper half is still to be given."""

WIREGUARD_CASES = [
    opaque("wireguard initiation", 51820, INITIATION + b"\xee" * 144, "wireguard"),
    opaque("wireguard response", 51821, RESPONSE + b"\xee" * 88, "wireguard"),
    opaque("wireguard cookie", 51820, COOKIE + b"\xee" * 60, "wireguard"),
    opaque("wireguard data", 51820, DATA, "wireguard"),
    opaque("wireguard data on any port", 41641, DATA, "wireguard"),
    opaque("wireguard keepalive on any port", 41641, DATA[:32], "wireguard"),
    opaque("no wireguard: type 5", 51820, octets("05 000000") + bytes(60)),
    opaque("no wireguard: type 0", 51820, bytes(64)),
    opaque("no wireguard: reserved bits", 51820, octets("04 000001") + bytes(60)),
    opaque("no wireguard: 47 bytes on any port", 41641, DATA[:47]),
    opaque("no wireguard: 16 bytes on any port", 41641, DATA[:16]),
    opaque("no wireguard: a counter past 2^32 on any port", 41641, COUNTED % b"\1\0\0\0"),
    opaque("no wireguard: a huge counter on any port", 41641, COUNTED % b"\0\1\0\0"),
    opaque("no wireguard: a larger one on any port", 41641, COUNTED % b"\0\0\0\1"),
    opaque("no wireguard: initiation on any port", 41641, INITIATION + b"\xee" * 144),
]

ESP_CASES = [
    opaque("esp in udp", 4500, octets("00000100 00000001") + b"\xee" * 24, "esp"),
    opaque("no esp: a key exchange", 4500, bytes(4) + b"\xee" * 28),
    opaque("no esp: a keepalive", 4500, b"\xff"),
]

UDP_TUNNEL_CASES = [
    *GENEVE_CASES,
    *FLANNEL_UDP_CASES,
    *WIREGUARD_CASES,
    *ESP_CASES,
]
