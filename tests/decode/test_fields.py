"""Fields of decoded packets as Python values."""

from __future__ import annotations

import pytest

from netdiag.decode.fields import (
    arp_fields,
    discovery_fields,
    gre_key,
    icmp_fields,
    inner_packet,
    layer_fields,
    quoted_fields,
    tcp_fields,
    tunnel_vni,
    vnis,
)
from netdiag.model.layers import ICMP as ICMP_LAYER
from netdiag.model.layers import ICMPV6 as ICMPV6_LAYER
from netdiag.model.layers import OVER_GENEVE, OVER_GRE, OVER_VXLAN, OVER_VXLAN_GPE
from netdiag.model.link_types import LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2
from netdiag.model.link_types import LINKTYPE_RAW as RAW
from tests.decode.frames import (
    ARP,
    ARP_REQUEST,
    ICMP,
    ICMPV6,
    IPV4,
    NODES,
    PING,
    PING6,
    PING_FRAME,
    PODS,
    PODS6,
    SYN,
    TCP,
    UDP,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    octets,
    pair,
    tcp,
    udp,
)
from tests.decode.observing import decode

DATAGRAM = ipv4(UDP, udp("40000 > 53"), PODS)
SEGMENT = ipv4(TCP, tcp("40000 > 443", flags=0x12), PODS)


def test_layer_fields_of_a_range_of_layers() -> None:
    outer = ipv4(UDP, udp("1 > 4789", octets("08000000 00000100") + ethernet(0x86DD, PING6)))
    decoder = decode(outer, RAW)
    assert layer_fields(decoder, 0, decoder.count) == {
        "layers": ["ipv4", "udp", "vxlan", "eth", "ipv6", "icmpv6"],
        "addresses": [("192.168.56.11", "192.168.56.12"), ("fd00:244:1::2", "fd00:244:2::3")],
        "ports": [(1, 4789)],
        "ttl": [64, 64],
    }
    assert layer_fields(decoder, 4, 5) == {
        "layers": ["ipv6"],
        "addresses": [("fd00:244:1::2", "fd00:244:2::3")],
        "ports": [],
        "ttl": [64],
    }


def test_ttl_and_hop_limit_stand_at_different_places() -> None:
    packet = octets("45 00 0028 0000 0000 07 29 0000") + pair(NODES)
    packet += octets("60 000000 0000 3b 09") + pair(PODS6)
    decoder = decode(packet[:2] + octets("003c") + packet[4:], RAW)
    assert layer_fields(decoder, 0, 2)["ttl"] == [7, 9]


def test_tcp_fields() -> None:
    assert tcp_fields(decode(ipv4(TCP, SYN), RAW)) == {"flags": "S", "seq": 7, "ack": 9}
    assert tcp_fields(decode(SEGMENT[:34], RAW)) == {"flags": "S.", "seq": 7, "ack": 9}
    assert tcp_fields(decode(SEGMENT[:33], RAW)) is None
    assert tcp_fields(decode(DATAGRAM, RAW)) is None


def test_arp_fields() -> None:
    assert arp_fields(decode(ethernet(ARP, ARP_REQUEST), LINKTYPE_ETHERNET)) == {
        "operation": 1,
        "sender": "10.244.1.2",
        "sender_mac": "02:00:0a:f4:01:02",
        "target": "10.244.2.3",
        "target_mac": "00:00:00:00:00:00",
    }
    assert arp_fields(decode(PING, RAW)) is None


WANTED = "fd00:244:2::3"
SOURCE_OPTION = octets("01 01 02000af40102")
TARGET_OPTION = octets("02 01 02000af40203")


@pytest.mark.parametrize(
    ("number", "option", "mac"),
    [
        (135, SOURCE_OPTION, "02:00:0a:f4:01:02"),
        (136, TARGET_OPTION, "02:00:0a:f4:02:03"),
        (135, b"", None),
        (135, SOURCE_OPTION[:7], None),
        (135, octets("0e 01 000102030405"), None),
    ],
)
def test_discovery_fields(number: int, option: bytes, mac: str | None) -> None:
    message = icmp(number, 0, "00000000", pair(f":: > {WANTED}")[16:] + option)
    fields = discovery_fields(decode(ipv6(ICMPV6, message), RAW))
    assert fields == {"target": WANTED, "mac": mac}


def test_other_messages_discover_nothing() -> None:
    for packet in (
        ipv6(ICMPV6, icmp(134, 0, payload=bytes(24))),
        ipv6(ICMPV6, icmp(135, 0, payload=bytes(15))),
        ipv4(ICMP, icmp(135, 0, payload=bytes(24))),
        PING6,
        SEGMENT,
    ):
        assert discovery_fields(decode(packet, RAW)) is None


@pytest.mark.parametrize(
    ("kind", "number", "has_id"),
    [
        *((ICMP_LAYER, number, True) for number in (0, 8, 13, 14, 17, 18)),
        *((ICMP_LAYER, number, False) for number in (3, 5, 9, 11, 128)),
        *((ICMPV6_LAYER, number, True) for number in (128, 129)),
        *((ICMPV6_LAYER, number, False) for number in (0, 1, 8, 135)),
    ],
)
def test_only_some_icmp_messages_have_an_id(kind: int, number: int, has_id: bool) -> None:
    decoder = decode(icmp(number, 5, "0102 0304"), RAW)  # told apart by the kind that is given
    fields = icmp_fields(decoder, kind, 0, decoder.limit)
    known = (0x0102, 0x0304) if has_id else (None, None)
    assert (fields["type"], fields["code"], fields["id"], fields["seq"]) == (number, 5, *known)


def test_an_id_that_was_cut_off_is_not_known() -> None:
    decoder = decode(PING[:27], RAW, length=len(PING))
    assert icmp_fields(decoder, ICMP_LAYER, 20, decoder.transport_end) == {
        "type": 8,
        "code": 0,
        "id": None,
        "seq": None,
    }


def test_nothing_quoted() -> None:
    assert quoted_fields(decode(PING, RAW)) is None


def test_the_first_vni_of_several_is_a_quotes() -> None:
    inner = udp("1 > 4789", octets("08000000 00000200") + PING_FRAME)
    outer = udp("1 > 6081", octets("0000 6558 00000300") + ethernet(IPV4, ipv4(UDP, inner)))
    error = icmp(3, 3, payload=ipv4(UDP, outer))
    around = udp("1 > 4790", octets("0c000001 00000100") + ipv4(ICMP, error))
    decoder = decode(ipv4(UDP, around), RAW)
    fields = quoted_fields(decoder)
    assert fields is not None
    assert (fields["vni"], vnis(decoder)) == (3, [1])


def test_the_vni_of_a_tunnel() -> None:
    decoder = decode(octets("08000000 abcdef99"), RAW)
    for kind in (OVER_VXLAN, OVER_VXLAN_GPE, OVER_GENEVE):
        assert tunnel_vni(decoder, kind, 0) == 0xABCDEF
    assert tunnel_vni(decoder, OVER_GRE, 0) is None


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("2000 0800 00000007 00000001", 7),
        ("a000 0800 00000001 00000007", 7),
        ("6000 0800 00000001 00000007", 7),
        ("3001 880b 00040007 00000001", None),
        ("2002 0800 00000007 00000001", None),
        ("0000 0800 00000007 00000001", None),
        ("9000 0800 00000007 00000001", None),
    ],
)
def test_the_key_of_a_gre_header(header: str, key: int | None) -> None:
    assert gre_key(decode(octets(header), RAW), 0) == key


@pytest.mark.parametrize(("packet_type", "direction"), [(0, 1), (1, 1), (2, 1), (3, 1), (4, 2)])
def test_cooked_headers_tell_the_direction(packet_type: int, direction: int) -> None:
    sll = octets(f"{packet_type:04x} 0001 0006 0200000000110000 0800") + PING
    sll2 = octets(f"0800 0000 00000007 0001 {packet_type:02x} 06 0200000000110000") + PING
    assert decode(sll, LINKTYPE_LINUX_SLL).direction == direction
    decoder = decode(sll2, LINKTYPE_LINUX_SLL2)
    assert (decoder.direction, decoder.ifindex) == (direction, 7)


def test_an_interface_index_has_32_bits() -> None:
    header = octets("0800 0000 ffffffff 0001 00 06 0200000000110000")
    assert decode(header + PING, LINKTYPE_LINUX_SLL2).ifindex == 0xFFFFFFFF
    assert decode(ethernet(IPV4, PING), LINKTYPE_ETHERNET).ifindex == 0


def test_padding_is_no_header() -> None:
    """Ethernet pads short packets; the padding is not read as the end of their headers."""
    short = ethernet(IPV4, ipv4(ICMP, icmp(8, 0, "0102 0304")[:4])) + octets("deadbeef" * 4)
    decoder = decode(short, LINKTYPE_ETHERNET)
    assert icmp_fields(decoder, ICMP_LAYER, 34, decoder.transport_end)["id"] is None
    assert inner_packet(decoder).icmp_id is None
