"""Tunnels inside tunnels, and packets of very many headers."""

from __future__ import annotations

import pytest

from netdiag.model.layers import (
    ENCAPSULATION_NAMES,
    MAX_LAYERS,
    OVER_GRE,
    OVER_VXLAN,
    unpack_encapsulations,
)
from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.frames import (
    GRE,
    ICMP,
    IPIP,
    IPV4,
    MPLS,
    PING,
    PING_FRAME,
    PODS,
    SIX,
    UDP,
    VLAN,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    octets,
    udp,
)
from tests.decode.observing import decode, layer_names, observe

VXLAN = octets("08000000 00000100")


def ipip(depth: int, packet: bytes = PING) -> bytes:
    for _ in range(depth):
        packet = ipv4(IPIP, packet)
    return packet


def vxlan(depth: int, frame: bytes = PING_FRAME) -> bytes:
    for _ in range(depth):
        frame = ethernet(IPV4, ipv4(UDP, udp("1 > 8472", VXLAN + frame)))
    return frame


def gre(depth: int, packet: bytes = PING) -> bytes:
    for _ in range(depth):
        packet = ipv4(GRE, octets("0000 0800") + packet)
    return packet


def test_sixteen_tunnels_are_looked_through() -> None:
    for frame, layers, tunnels in (
        (ethernet(IPV4, ipip(16)), "eth" + " ipv4" * 17 + " icmp", ["ipip"] * 16),
        (ethernet(IPV4, gre(16)), "eth" + " ipv4 gre" * 16 + " ipv4 icmp", ["gre"] * 16),
        (vxlan(16), "eth ipv4 udp vxlan " * 16 + "eth ipv4 icmp", ["vxlan"] * 16),
    ):
        seen = observe(decode(frame, LINKTYPE_ETHERNET))
        assert (seen.layers, seen.tunnels.split()) == (layers, tunnels)
        assert (seen.addresses[-1], seen.icmp) == (PODS, "8/0 id 8448 seq 1")
        assert seen.problem == ""


def test_the_seventeenth_tunnel_is_not() -> None:
    for frame, layers in (
        (ethernet(IPV4, ipip(17)), "eth" + " ipv4" * 17),
        (ethernet(IPV4, gre(17)), "eth" + " ipv4 gre" * 16 + " ipv4"),
        (vxlan(17), "eth ipv4 udp vxlan " * 16 + "eth ipv4 udp"),
    ):
        seen = observe(decode(frame, LINKTYPE_ETHERNET))
        assert seen.layers == layers
        assert len(seen.tunnels.split()) == 16
        assert seen.problem.startswith("too deep: ")


def test_a_stack_of_several_kinds_is_packed_in_order() -> None:
    packet = ipv4(SIX, ipv6(SIX, ipv6(IPIP, ipv4(IPIP, gre(1)))))
    decoder = decode(vxlan(1, ethernet(IPV4, packet)), LINKTYPE_ETHERNET)
    packed = unpack_encapsulations(decoder.encapsulations)
    names = [ENCAPSULATION_NAMES[kind] for kind in packed]
    assert names == ["vxlan", "6in4", "6in6", "4in6", "ipip", "gre"]
    assert observe(decoder).tunnels.split() == names
    assert [decoder.tunnel(index)[0] for index in range(decoder.depth)] == list(packed)


def test_a_tunnel_tells_where_its_outer_header_and_its_own_stand() -> None:
    nested = ethernet(MPLS, octets("00010 1 40") + vxlan(1))
    frame = ethernet(IPV4, ipv4(GRE, octets("0000 6558") + nested))
    decoder = decode(frame, LINKTYPE_ETHERNET)
    assert observe(decoder).layers == "eth ipv4 gre eth mpls eth ipv4 udp vxlan eth ipv4 icmp"
    assert [decoder.tunnel(index) for index in range(2)] == [
        (OVER_GRE, 14, 34),
        (OVER_VXLAN, 70, 98),
    ]


def test_tunnels_of_a_quote_are_not_of_the_packet_but_count_as_depth() -> None:
    quoted = ipip(10)
    frame = ethernet(IPV4, ipip(7, ipv4(ICMP, icmp(11, 0, payload=quoted))))
    decoder = decode(frame, LINKTYPE_ETHERNET)
    seen = observe(decoder)
    assert seen.tunnels.split() == ["ipip"] * 7
    assert unpack_encapsulations(decoder.encapsulations) == (6,) * 7
    assert seen.quoted is not None
    assert seen.quoted.layers == " ".join(["ipv4"] * 10)
    assert (decoder.depth, decoder.quote_depth, seen.problem) == (16, 7, "")


@pytest.mark.parametrize(
    ("header", "name", "ethertype"),
    [("0001 8100", "vlan", VLAN), ("000010 40", "mpls", MPLS)],
)
def test_more_headers_than_the_limit_are_a_problem(header: str, name: str, ethertype: int) -> None:
    frame = ethernet(ethertype, octets(header) * 200)
    decoder = decode(frame, LINKTYPE_ETHERNET)
    assert layer_names(decoder) == ["eth", *[name] * (MAX_LAYERS - 1)]
    assert observe(decoder).problem == f"too many layers: {name}"
    assert decoder.tags == MAX_LAYERS - 1


def test_as_many_headers_as_the_limit_are_none() -> None:
    tags = octets("0001 8100") * (MAX_LAYERS - 4) + octets("0001 0800")
    decoder = decode(ethernet(VLAN, tags + PING), LINKTYPE_ETHERNET)
    assert layer_names(decoder)[-3:] == ["vlan", "ipv4", "icmp"]
    assert (decoder.count, observe(decoder).problem) == (MAX_LAYERS, "")
