"""Packets by encapsulation, as a table and as JSON."""

from __future__ import annotations

import json

from netdiag.decode.counts import PacketCounts
from netdiag.render.count_table import count_json, count_table
from tests.captures import (
    ARP,
    ETHERNET,
    ICMPV6,
    IPIP,
    IPV6,
    NODE_1,
    NODE_2,
    START_NS,
    TCP,
    UDP,
    A,
    B,
    arp,
    echo_frame,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    pcap,
    ping,
    tcp,
    udp,
    vxlan,
    vxlan_frame,
)
from tests.render.saying import reader_of

IPIP_IN_VXLAN = vxlan(5, ethernet(ipv4(NODE_1, NODE_2, ipv4(A, B, ping(1, 1)), IPIP)))


def counted(*frames: bytes, link_type: int = ETHERNET) -> PacketCounts:
    counts = PacketCounts()
    counts.count_all(reader_of(pcap([(START_NS, frame) for frame in frames], link_type)))
    return counts


def table(*frames: bytes, link_type: int = ETHERNET) -> list[str]:
    return count_table(counted(*frames, link_type=link_type)).splitlines()


def test_nothing() -> None:
    assert table() == [
        "packets  bytes  encapsulation  innermost",
        "      0      0  total",
    ]


def test_most_packets_come_first() -> None:
    frames = [echo_frame(), *[vxlan_frame()] * 1200, ethernet(ipv4(A, B, IPIP_IN_VXLAN, UDP))]
    assert table(*frames) == [
        "packets    bytes  encapsulation  innermost",
        "  1,200  177,600  vxlan          icmp",
        "      1       98  none           icmp",
        "      1      168  vxlan > ipip   icmp",
        "  1,202  177,866  total",
    ]


def test_kinds_of_innermost_packets() -> None:
    frames = [
        ethernet(arp(1, A, B), ARP),
        ethernet(ipv4(A, B, tcp(1, 2, 2), TCP)),
        ethernet(ipv4(A, B, udp(1, 2), UDP)),
        ethernet(ipv4(A, B, bytes(8), 253)),
        ethernet(ipv6("::1", "::2", tcp(1, 2, 2), TCP), IPV6),
        ethernet(ipv6("::1", "::2", icmp(128, 0), ICMPV6), IPV6),
        ethernet(bytes(20), 0x88CC),
    ]
    names = {line.partition("none")[2].strip() for line in table(*frames)[1:-1]}
    assert names == {"arp", "tcp", "udp", "proto 253", "tcp (ipv6)", "icmp6", "not ip"}


def test_an_unknown_link_type() -> None:
    assert table(b"abc", b"de", link_type=105)[1] == "      2      5  none           link type 105"


def test_what_is_encrypted() -> None:
    frame = ethernet(ipv4(A, B, bytes((6, 0, 0, 1, 0, 0, 0, 1)) + bytes(range(40)), 50))
    assert table(frame)[1] == "      1     82  esp            esp"


def test_a_hostile_number_of_kinds_shares_the_last_row() -> None:
    """Protocols 0 to 255 over IPv4 and over IPv6."""
    over_ipv4 = [ethernet(ipv4(A, B, b"", number)) for number in range(256)]
    over_ipv6 = [ethernet(ipv6("::1", "::2", b"", number), IPV6) for number in range(256)]
    counts = counted(*over_ipv4, *over_ipv6)
    lines = count_table(counts).splitlines()
    assert lines[1].endswith("  other kinds")
    assert lines[-1].split()[0] == "512"
    found = json.loads(count_json(counts))
    assert sum(kind["packets"] for kind in found["kinds"]) == found["packets"] == 512


def test_json() -> None:
    text = count_json(counted(echo_frame(), vxlan_frame(), vxlan_frame()[:-1], echo_frame()[:20]))
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    found = json.loads(text)
    assert (found["packets"], found["bytes"], found["problems"]) == (4, 98 + 148 + 147 + 20, 2)
    assert found["kinds"] == [
        {"encapsulation": ["vxlan"], "innermost": "icmp", "packets": 2, "bytes": 295},
        {"encapsulation": [], "innermost": "icmp", "packets": 1, "bytes": 98},
        {"encapsulation": [], "innermost": "not ip", "packets": 1, "bytes": 20},
    ]
