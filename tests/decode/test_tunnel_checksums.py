"""UDP checksums of tunnels around a packet: right, unfinished, wrong, and not to be known."""

from __future__ import annotations

from struct import pack

import pytest

from netdiag.decode.checksums import judge_tunnel_checksum
from tests.decode.frames import (
    ECHO,
    ICMP,
    IPIP,
    IPV4,
    MORE_FRAGMENTS,
    NODES,
    NODES6,
    PODS,
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
from tests.decode.test_checksums import NAMES, longer, packet, partial, sealed, stored, wrong

RAW = 101
VXLAN = octets("0800000000000100")
INNER = ipv4(TCP, sealed(TCP, tcp("40000 > 443", b"odd"), PODS), PODS)
DATAGRAMS = {
    "vxlan": udp("33333 > 8472", VXLAN + ethernet(IPV4, INNER)),
    "geneve": udp("33333 > 6081", octets("0000 0800 00000100") + INNER),
    "in udp": udp("8285 > 8285", INNER),
}
EACH = pytest.mark.parametrize("addresses", [NODES, NODES6], ids=["ipv4", "ipv6"])
EACH_TUNNEL = pytest.mark.parametrize("datagram", DATAGRAMS.values(), ids=DATAGRAMS)


def judge(data: bytes, *, length: int | None = None) -> str:
    found = {
        judge_tunnel_checksum(decode(data, RAW, length=length, express=express, before=b"\xff"))
        for express in (0, 1)
    }
    assert len(found) == 1
    return NAMES[found.pop()]


@EACH
@EACH_TUNNEL
def test_right_and_wrong(datagram: bytes, addresses: str) -> None:
    for size in range(4):
        right = sealed(UDP, longer(UDP, datagram, b"\xfe" * size), addresses)
        assert judge(packet(UDP, right, addresses)) == "right"
        assert judge(packet(UDP, wrong(UDP, right), addresses)) == "wrong"
        assert judge(packet(UDP, right, addresses) + b"trailer") == "right"


@EACH
def test_the_pseudo_headers_sum_is_unfinished(addresses: str) -> None:
    for size in (None, 0):
        datagram = partial(UDP, DATAGRAMS["vxlan"], addresses, size)
        assert judge(packet(UDP, datagram, addresses)) == "unfinished"
        assert judge(packet(UDP, wrong(UDP, datagram), addresses)) == "wrong"


@EACH
def test_tunnels_may_have_none(addresses: str) -> None:
    assert judge(packet(UDP, stored(UDP, DATAGRAMS["vxlan"], 0), addresses)) == "right"


@EACH
def test_what_was_cut_off_or_is_in_fragments_is_unknown(addresses: str) -> None:
    whole = packet(UDP, wrong(UDP, sealed(UDP, DATAGRAMS["vxlan"], addresses)), addresses)
    for size in range(len(whole)):
        assert judge(whole[:size], length=len(whole)) == "unknown"
    bad = stored(UDP, DATAGRAMS["vxlan"], 0xBAD)
    for place in (MORE_FRAGMENTS, MORE_FRAGMENTS | 1, 1):
        assert judge(ipv4(UDP, bad, NODES, fragment=place)) == "unknown"
    assert judge(ipv6(44, pack("!BBHI", UDP, 0, 1, 7) + bad, NODES6)) == "unknown"


def test_ip_options_belong_to_ip() -> None:
    bad = stored(UDP, DATAGRAMS["vxlan"], 0xBAD)
    assert judge(ipv4(UDP, bad, NODES, options=octets("94040000"))) == "wrong"
    right = sealed(UDP, bad, NODES)
    assert judge(ipv4(UDP, right, NODES, options=octets("94040000"))) == "right"


def test_the_innermost_tunnel_is_judged() -> None:
    bad = stored(UDP, DATAGRAMS["vxlan"], 0xBAD)
    assert judge(ipv4(IPIP, ipv4(UDP, bad, NODES), NODES)) == "wrong"
    around = udp("33333 > 8472", VXLAN + ethernet(IPV4, ipv4(IPIP, INNER, NODES)))
    assert judge(ipv4(UDP, stored(UDP, around, 0xBAD), NODES)) == "unknown"


def test_what_has_no_udp_around_it_is_unknown() -> None:
    assert judge(INNER) == "unknown"
    assert judge(ipv4(IPIP, INNER, NODES)) == "unknown"
    assert judge(ipv4(47, octets("0000 0800") + INNER, NODES)) == "unknown"
    assert judge(b"") == "unknown"


def test_what_an_icmp_error_quotes_is_unknown() -> None:
    bad = ipv4(UDP, stored(UDP, DATAGRAMS["vxlan"], 0xBAD), NODES)
    assert judge(ipv4(ICMP, icmp(3, 4, payload=bad), PODS)) == "unknown"
    assert judge(ipv4(ICMP, ECHO, PODS)) == "unknown"
