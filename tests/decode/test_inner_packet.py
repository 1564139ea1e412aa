"""The innermost packet, as the filter language sees it."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from netdiag.decode.fields import inner_packet
from netdiag.model.inner_packet import InnerPacket
from netdiag.model.link_types import LINKTYPE_ETHERNET
from netdiag.model.link_types import LINKTYPE_RAW as RAW
from tests.decode.frames import (
    ARP,
    ARP_REQUEST,
    GRE,
    ICMP,
    IPV4,
    IPV6,
    MORE_FRAGMENTS,
    NO_NEXT,
    PING,
    PING6,
    PODS,
    PODS6,
    SCTP,
    TCP,
    UDP,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    octets,
    tcp,
    udp,
)
from tests.decode.observing import decode

A, B = (int(ip_address(address)) for address in PODS.split(" > "))
A6, B6 = (int(ip_address(address)) for address in PODS6.split(" > "))
NOTHING = InnerPacket("", None, None, None, None, None, None, None, None, None, None, 0, False)
OVER_IPV4 = NOTHING._replace(network="ipv4", source=A, destination=B)
OVER_IPV6 = NOTHING._replace(network="ipv6", source=A6, destination=B6)
DATAGRAM = ipv4(UDP, udp("40000 > 53"), PODS)
SEGMENT = ipv4(TCP, tcp("40000 > 443", offset=5, flags=0x12), PODS)

FROM_40000 = OVER_IPV4._replace(source_port=40000)
OTHER = OVER_IPV4._replace(ip_protocol=132, length=20)

INNER_PACKETS = {
    PING: OVER_IPV4._replace(
        ip_protocol=1, icmp_type=8, icmp_code=0, icmp_id=0x2100, icmp_seq=1, length=36
    ),
    PING6: OVER_IPV6._replace(
        ip_protocol=58, icmp_type=128, icmp_code=0, icmp_id=0x2100, icmp_seq=1, length=56
    ),
    DATAGRAM: FROM_40000._replace(ip_protocol=17, destination_port=53, length=28),
    SEGMENT: FROM_40000._replace(ip_protocol=6, destination_port=443, tcp_flags=0x12, length=40),
    SEGMENT[:33]: FROM_40000._replace(ip_protocol=6, destination_port=443, length=40),
    ipv4(ICMP, icmp(3, 1, payload=DATAGRAM), PODS): OVER_IPV4._replace(
        ip_protocol=1, icmp_type=3, icmp_code=1, length=56
    ),
    ipv4(SCTP, addresses=PODS): OTHER,
    ipv4(UDP, addresses=PODS, fragment=8): OTHER._replace(ip_protocol=17, fragment=True),
    ipv4(SCTP, addresses=PODS, fragment=MORE_FRAGMENTS): OTHER._replace(fragment=True),
    ipv4(SCTP, addresses=PODS, length=0): OTHER,
    ipv6(NO_NEXT, addresses=PODS6): OVER_IPV6._replace(ip_protocol=59, length=40),
    b"": NOTHING,
}


@pytest.mark.parametrize(("packet", "expected"), INNER_PACKETS.items())
def test_the_innermost_packet(packet: bytes, expected: InnerPacket) -> None:
    assert inner_packet(decode(packet, RAW)) == expected


@pytest.mark.parametrize(("packet", "expected"), list(INNER_PACKETS.items())[:-1])
def test_the_innermost_packet_in_a_tunnel(packet: bytes, expected: InnerPacket) -> None:
    frame = ethernet(IPV6 if expected.network == "ipv6" else IPV4, packet)
    tunnel = ipv4(GRE, octets("0000 6558") + frame)
    assert inner_packet(decode(tunnel, RAW)) == expected


def test_arp_as_the_filter_sees_it() -> None:
    expected = NOTHING._replace(network="arp", source=A, destination=B, length=28)
    frame = ethernet(ARP, ARP_REQUEST)
    assert inner_packet(decode(frame, LINKTYPE_ETHERNET)) == expected
    inside = ipv4(UDP, udp("1 > 4789", octets("08000000 00000100") + frame))
    assert inner_packet(decode(inside, RAW)) == expected
