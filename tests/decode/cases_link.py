"""Frames of every link type, and what may come between the link and IP.

Hex of ``ETHERNET`` frames begins at the type field: the two addresses before it are always there.
"""

from __future__ import annotations

from netdiag.model.link_types import LINKTYPE_ETHERNET as ETHERNET
from netdiag.model.link_types import LINKTYPE_IPV4, LINKTYPE_IPV6
from netdiag.model.link_types import LINKTYPE_LINUX_SLL as SLL
from netdiag.model.link_types import LINKTYPE_LINUX_SLL2 as SLL2
from netdiag.model.link_types import LINKTYPE_LOOP as LOOP
from netdiag.model.link_types import LINKTYPE_NULL as NULL
from netdiag.model.link_types import LINKTYPE_RAW as RAW
from netdiag.model.link_types import LINKTYPE_RAW_BSD as RAW_BSD
from netdiag.model.link_types import LINKTYPE_RAW_OPENBSD as RAW_OPENBSD
from tests.decode.frames import (
    ARP_REQUEST,
    PING,
    PING6,
    PING_FRAME,
    PODS,
    PODS6,
    octets,
)
from tests.decode.observing import Case, Seen
from tests.decode.payloads import ASKED, PINGED, PINGED6

ANSWERED = "2 10.244.2.3 (02:00:0a:f4:02:03) > 10.244.1.2 (02:00:0a:f4:01:02)"


def frame(link_type: int, text: str, payload: bytes = b"") -> bytes:
    """Return a frame that begins with these bytes, in hex."""
    macs = octets("020000000012 020000000011") if link_type == ETHERNET else b""
    return macs + octets(text) + payload


def ping(name: str, link_type: int, text: str, layers: str, vlans: tuple[int, ...] = ()) -> Case:
    """A ping, and some padding, behind the headers given in hex."""
    seen = Seen(f"{layers} ipv4 icmp".strip(), (PODS,), icmp=PINGED, vlans=vlans)
    return Case(name, link_type, frame(link_type, text, PING + bytes(4)), seen)


def ping6(name: str, link_type: int, text: str, layers: str, vlans: tuple[int, ...] = ()) -> Case:
    """The same over IPv6."""
    seen = Seen(f"{layers} ipv6 icmpv6".strip(), (PODS6,), icmp=PINGED6, vlans=vlans)
    return Case(name, link_type, frame(link_type, text, PING6 + bytes(4)), seen)


def ping_frame(name: str, link_type: int, text: str, layers: str) -> Case:
    """A whole frame with a ping behind the headers given in hex."""
    seen = Seen(f"{layers} eth ipv4 icmp", (PODS,), icmp=PINGED)
    return Case(name, link_type, frame(link_type, text, PING_FRAME), seen)


def arp(name: str, link_type: int, text: str, layers: str) -> Case:
    """An ARP request behind the headers given in hex."""
    return Case(
        name, link_type, frame(link_type, text, ARP_REQUEST), Seen(f"{layers} arp", arp=ASKED)
    )


def alone(name: str, link_type: int, text: str, layers: str, problem: str = "") -> Case:
    """A frame, all of it in hex, that leads to no network header."""
    return Case(name, link_type, frame(link_type, text), Seen(layers, problem=problem))


def of_macs(name: str, macs: str, problem: str) -> Case:
    """An Ethernet frame that is nothing but its two addresses, or less."""
    return Case(name, ETHERNET, octets(macs), Seen("", problem=problem))


ETHERNET_CASES = [
    ping("ethernet", ETHERNET, "0800", "eth"),
    ping6("ethernet with ipv6", ETHERNET, "86dd", "eth"),
    alone("ethernet with lldp", ETHERNET, "88cc 0207 04 020000000011", "eth"),
    alone(
        "ethernet with ipv4 of version 6", ETHERNET, "0800" + PING6.hex(), "eth", "version: ipv4"
    ),
    alone("ethernet of 13 bytes", ETHERNET, "08", "", "short: eth"),
    of_macs("an empty frame", "", "short: eth"),
    ping_frame("ethernet in ethernet", ETHERNET, "6558", "eth"),
    ping("802.1Q", ETHERNET, "8100 a064 0800", "eth vlan", vlans=(100,)),
    ping6(
        "802.1ad and 802.1Q",
        ETHERNET,
        "88a8 0fff 8100 0001 86dd",
        "eth vlan vlan",
        vlans=(4095, 1),
    ),
    ping(
        "three tags, of the old QinQ type",
        ETHERNET,
        "9100 0003 9100 0002 8100 0001 0800",
        "eth vlan vlan vlan",
        vlans=(3, 2, 1),
    ),
    ping(
        "a tag, a length and SNAP",
        ETHERNET,
        "8100 0007 002c aaaa03 000000 0800",
        "eth vlan llc",
        vlans=(7,),
    ),
    alone("ethernet with half a tag", ETHERNET, "8100 0007 08", "eth", "short: vlan"),
    ping("802.3 with SNAP", ETHERNET, "002c aaaa03 000000 0800", "eth llc"),
    ping("802.3 with bridge-tunnel SNAP", ETHERNET, "002c aaaa03 0000f8 0800", "eth llc"),
    ping("802.3 longer than the frame", ETHERNET, "05ff aaaa03 000000 0800", "eth llc"),
    alone("802.3 with spanning tree", ETHERNET, "0007 424203 00000000 0000", "eth llc"),
    alone("802.3 with cisco's SNAP", ETHERNET, "000a aaaa03 00000c 2000 02b4", "eth llc"),
    alone("802.3 of length 0", ETHERNET, "0000 aaaa03", "eth"),
    alone("802.3 too short for LLC", ETHERNET, "0002 aaaa 0300", "eth llc", "short: llc"),
    alone("802.3 too short for SNAP", ETHERNET, "0007 aaaa03 000000 0800", "eth llc", "short: llc"),
]

COOKED_CASES = [
    ping("sll", SLL, "0000 0001 0006 0200000000110000 0800", "sll"),
    ping("sll of a loopback", SLL, "0004 0304 0006 0000000000000000 0800", "sll"),
    ping("sll of a tun device", SLL, "0000 fffe 0000 0000000000000000 0800", "sll"),
    ping("sll of a gre device", SLL, "0000 030a 0004 0a01010200000000 0800", "sll"),
    ping6("sll with ipv6", SLL, "0004 0001 0006 0200000000110000 86dd", "sll"),
    ping(
        "sll with a tag",
        SLL,
        "0000 0001 0006 0200000000110000 8100 0005 0800",
        "sll vlan",
        vlans=(5,),
    ),
    ping(
        "sll with 802.2", SLL, "0001 0001 0006 0200000000110000 0004 aaaa03 000000 0800", "sll llc"
    ),
    alone("sll with novell's 802.3", SLL, "0001 0001 0006 0200000000110000 0001 ffff0022", "sll"),
    alone("sll of netlink", SLL, "0004 0338 0000 0000000000000000 0800 4500", "sll"),
    alone("sll of 15 bytes", SLL, "0000 0001 0006 0200000000110000 08", "", "short: sll"),
    arp("sll with arp", SLL, "0001 0001 0006 0200000000110000 0806", "sll"),
    ping("sll2", SLL2, "0800 0000 00000005 0001 04 06 0200000000110000", "sll2"),
    ping("sll2 of a gre device", SLL2, "0800 0000 00000005 030a 00 04 0a01010200000000", "sll2"),
    ping6("sll2 with ipv6", SLL2, "86dd 0000 ffffffff 0001 00 06 0200000000110000", "sll2"),
    ping(
        "sll2 with 802.2",
        SLL2,
        "0004 0000 00000005 0001 01 06 0200000000110000 aaaa03 000000 0800",
        "sll2 llc",
    ),
    alone("sll2 of netlink", SLL2, "0800 0000 00000005 0338 04 00 0000000000000000 4500", "sll2"),
    arp("sll2 with arp", SLL2, "0806 0000 00000002 0001 01 06 0200000000110000", "sll2"),
]

LOOPBACK_CASES = [
    ping("null, little-endian", NULL, "02000000", "null"),
    ping("null, big-endian", NULL, "00000002", "null"),
    ping6("null, linux's ipv6", NULL, "0a000000", "null"),
    ping6("null, windows's ipv6", NULL, "17000000", "null"),
    ping6("null, netbsd's ipv6", NULL, "18000000", "null"),
    ping6("null, freebsd's ipv6", NULL, "0000001c", "null"),
    ping6("null, macos's ipv6", NULL, "1e000000", "null"),
    alone("null, appletalk", NULL, "10000000 4500", "null"),
    alone("null of 3 bytes", NULL, "020000", "", "short: null"),
    ping("loop", LOOP, "00000002", "loop"),
    ping6("loop with ipv6", LOOP, "00000018", "loop"),
    alone("loop in the wrong order", LOOP, "02000000 4500", "loop"),
]

RAW_CASES = [
    ping("raw", RAW, "", ""),
    ping6("raw ipv6", RAW, "", ""),
    ping("raw, bsd", RAW_BSD, "", ""),
    ping6("raw ipv6, bsd", RAW_BSD, "", ""),
    ping("raw, openbsd", RAW_OPENBSD, "", ""),
    ping6("raw ipv6, openbsd", RAW_OPENBSD, "", ""),
    alone("raw, neither version", RAW, "50000000", "", "version: "),
    alone("raw, empty", RAW, "", ""),
    ping("ipv4 without a link", LINKTYPE_IPV4, "", ""),
    ping6("ipv6 without a link", LINKTYPE_IPV6, "", ""),
    alone("ipv4 that is ipv6", LINKTYPE_IPV4, PING6.hex(), "", "version: ipv4"),
    alone("ipv6 that is ipv4", LINKTYPE_IPV6, PING.hex() + "00" * 4, "", "version: ipv6"),
    alone("a link type that is not decoded", 147, PING_FRAME.hex(), ""),
]

ARP_CASES = [
    arp("arp request", ETHERNET, "0806", "eth"),
    Case(
        "arp reply with padding",
        ETHERNET,
        frame(ETHERNET, "0806 0001 0800 06 04 0002 02000af40203 0af40203 02000af40102 0af40102")
        + bytes(18),
        Seen("eth arp", arp=ANSWERED),
    ),
    alone(
        "arp over infiniband",
        ETHERNET,
        "0806 0020 0800 14 04 0001" + "00" * 48,
        "eth arp",
        "header length: arp",
    ),
    alone("arp for appletalk", ETHERNET, "0806 0001 809b 06 03 0001" + "00" * 18, "eth arp"),
    alone("arp of 27 bytes", ETHERNET, "0806" + ARP_REQUEST[:-1].hex(), "eth", "short: arp"),
]

LINK_CASES = [
    *ETHERNET_CASES,
    *COOKED_CASES,
    *LOOPBACK_CASES,
    *RAW_CASES,
    *ARP_CASES,
]
