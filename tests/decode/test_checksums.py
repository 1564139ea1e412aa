"""Checksums of the innermost transport header: right, unfinished, wrong, and not to be known."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.decode.checksums import (
    CHECKSUM_RIGHT,
    CHECKSUM_UNFINISHED,
    CHECKSUM_UNKNOWN,
    CHECKSUM_WRONG,
    judge_checksum,
)
from netdiag.decode.decoder import Decoder
from tests.decode.frames import (
    AH,
    ARP,
    ARP_REQUEST,
    DSTOPTS,
    ECHO,
    ECHO6,
    FRAGMENT,
    HOPOPTS,
    ICMP,
    ICMPV6,
    IPIP,
    IPV4,
    IPV6,
    MORE_FRAGMENTS,
    NODES,
    NODES6,
    PODS,
    PODS6,
    ROUTING,
    SCTP,
    SIX,
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
from tests.decode.mutations import FRAMES
from tests.decode.observing import decode

NAMES = {
    CHECKSUM_UNKNOWN: "unknown",
    CHECKSUM_RIGHT: "right",
    CHECKSUM_UNFINISHED: "unfinished",
    CHECKSUM_WRONG: "wrong",
}
ETHERNET, RAW = 1, 101
UDP_LITE = 136
PLACE = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}
"""Where in its header each protocol has its checksum."""

PING = octets(
    "e61bcabfa834 4e981764ed55 0800 45000054 6cfb4000 4001b6c2 0af40002 0af40102"
    "0800 0bd2 006b0001 d8e6006b00000000 4b9d080000000000 1011121314151617 18191a1b1c1d1e1f"
    "2021222324252627 28292a2b2c2d2e2f 3031323334353637"
)
SOLICITATION = octets(
    "333300000002 7e781b4b15a9 86dd 60000000 00103aff fe800000000000007c781bfffe4b15a9"
    "ff020000000000000000000000000002 8500 2055 00000000 01017e781b4b15a9"
)
UNFINISHED_SYN = octets(
    "86e4a77c9e45 e61bcabfa834 0800 4500003c 294a4000 4006fb86 0af40001 0af40003"
    "acdc1ff5 9fee3590 00000000 a002fd5c 161a 0000 020405820402080ae5129a2a000000000103030a"
)
UNFINISHED_IN_VXLAN = octets(
    "000c29112210 000c29112209 0800 4500006e eaca0000 401167a0 0a010a09 0a010a0a"
    "bc942118005aca59 0800000000000100 be1a5c000202 be1a5c000101 0800"
    "4500003c fc534000 3f06267d 0af40102 0af40202"
    "c5ca1f90 d9d8daca 00000000 a002fd5c 191a 0000 020405820402080ae6a6d499000000000103030a"
)
"""The outer checksum fits only once the inner one is finished."""


def ones_sum(data: bytes) -> int:
    """Return the ones' complement sum of the 16-bit words, 0 to 0xFFFE."""
    return int.from_bytes(data + bytes(len(data) % 2), "big") % 0xFFFF


def pseudo_header(protocol: int, size: int, addresses: str) -> bytes:
    """Return what a checksum covers besides the segment: nothing for ICMP."""
    if protocol == ICMP:
        return b""
    ends = pair(addresses)
    return ends + pack("!HH" if len(ends) == 8 else "!II", protocol, size)


def stored(protocol: int, segment: bytes, checksum: int) -> bytes:
    """Write a checksum into a segment."""
    place = PLACE[protocol]
    return segment[:place] + pack("!H", checksum) + segment[place + 2 :]


def sealed(protocol: int, segment: bytes, addresses: str) -> bytes:
    """Write the right checksum into a segment."""
    segment = stored(protocol, segment, 0)
    total = ones_sum(pseudo_header(protocol, len(segment), addresses) + segment)
    return stored(protocol, segment, 0xFFFF - total)


def partial(protocol: int, segment: bytes, addresses: str, size: int | None = None) -> bytes:
    """Write the pseudo header's sum into a segment, ``size`` in place of its length."""
    size = len(segment) if size is None else size
    return stored(protocol, segment, ones_sum(pseudo_header(protocol, size, addresses)))


def longer(protocol: int, segment: bytes, payload: bytes) -> bytes:
    """Append to a segment's payload."""
    segment += payload
    if protocol != UDP:
        return segment
    return segment[:4] + pack("!H", len(segment)) + segment[6:]


def balanced(protocol: int, segment: bytes, addresses: str) -> bytes:
    """Append a word that makes 0 the right checksum, and write that."""
    segment = longer(protocol, stored(protocol, segment, 0), b"\0\0")
    total = ones_sum(pseudo_header(protocol, len(segment), addresses) + segment)
    return segment[:-2] + pack("!H", 0xFFFF - total)


def packet(protocol: int, segment: bytes, addresses: str) -> bytes:
    """Put the IP header that these addresses need before a segment."""
    build = ipv6 if ":" in addresses else ipv4
    return build(protocol, segment, addresses)


def judge(data: bytes, link_type: int = RAW, *, length: int | None = None) -> str:
    """Judge a packet, which the decoder's express lane must not make different."""
    found = {
        judge_checksum(decode(data, link_type, length=length, express=express, before=b"\xff"))
        for express in (0, 1)
    }
    assert len(found) == 1
    return NAMES[found.pop()]


def wrong(protocol: int, segment: bytes) -> bytes:
    """Add one to a segment's checksum."""
    place = PLACE[protocol]
    return stored(protocol, segment, int.from_bytes(segment[place : place + 2], "big") ^ 1)


SEGMENTS = {
    "tcp": (TCP, tcp("40000 > 443", b"GET / HTTP/1.1\r\n"), PODS),
    "tcp with options": (TCP, SYN, PODS),
    "udp": (UDP, udp("40000 > 53", b"who is it?"), PODS),
    "icmp": (ICMP, ECHO, PODS),
    "tcp over ipv6": (TCP, tcp("40000 > 443", b"GET / HTTP/1.1\r\n"), PODS6),
    "udp over ipv6": (UDP, udp("40000 > 53", b"who is it?"), PODS6),
    "icmpv6": (ICMPV6, ECHO6, PODS6),
}
EACH = pytest.mark.parametrize(
    ("protocol", "segment", "addresses"), SEGMENTS.values(), ids=SEGMENTS
)
OFFLOADED = pytest.mark.parametrize(
    ("protocol", "segment", "addresses"),
    [case for case in SEGMENTS.values() if case[0] in (TCP, UDP)],
    ids=[name for name, case in SEGMENTS.items() if case[0] in (TCP, UDP)],
)


@pytest.mark.parametrize(
    ("frame", "verdict"),
    [
        (PING, "right"),
        (SOLICITATION, "right"),
        (UNFINISHED_SYN, "unfinished"),
        (UNFINISHED_IN_VXLAN, "unfinished"),
    ],
    ids=["ping", "router solicitation", "syn", "syn in vxlan"],
)
def test_packets_from_a_cluster(frame: bytes, verdict: str) -> None:
    assert judge(frame, ETHERNET) == verdict
    assert judge(frame + bytes(6), ETHERNET) == verdict, "a trailer does not count"
    assert judge(frame[:-1] + bytes([frame[-1] ^ 1]), ETHERNET) == (
        "wrong" if verdict == "right" else "unfinished"
    )


@EACH
def test_right_and_wrong(protocol: int, segment: bytes, addresses: str) -> None:
    for size in range(4):
        right = sealed(protocol, longer(protocol, segment, b"\xfe" * size), addresses)
        assert judge(packet(protocol, right, addresses)) == "right"
        assert judge(packet(protocol, wrong(protocol, right), addresses)) == "wrong"


@OFFLOADED
def test_the_pseudo_headers_sum_is_unfinished(
    protocol: int, segment: bytes, addresses: str
) -> None:
    for unfinished in (
        partial(protocol, segment, addresses),
        partial(protocol, segment, addresses, 0),
    ):
        assert judge(packet(protocol, unfinished, addresses)) == "unfinished"
        assert judge(packet(protocol, wrong(protocol, unfinished), addresses)) == "wrong"
    other_length = partial(protocol, segment, addresses, len(segment) + 100)
    assert judge(packet(protocol, other_length, addresses)) == "wrong"


def test_icmp_is_never_left_unfinished() -> None:
    assert judge(ipv6(ICMPV6, partial(ICMPV6, ECHO6, PODS6), PODS6)) == "wrong"
    assert judge(ipv4(ICMP, ECHO, PODS)) == "wrong"
    assert judge(ipv4(ICMP, bytes(8), PODS)) == "wrong"
    assert judge(ipv4(ICMP, b"\0\0\xff\xff" + bytes(4), PODS)) == "right"


@EACH
def test_a_packet_cut_off_is_unknown(protocol: int, segment: bytes, addresses: str) -> None:
    whole = packet(protocol, sealed(protocol, segment, addresses), addresses)
    for size in range(len(whole)):
        assert judge(whole[:size], length=len(whole)) == "unknown"
        assert judge(whole[:size]) == "unknown"
    assert judge(whole, length=len(whole) + 6) == "right", "only a trailer was cut off"


def test_zero_and_all_ones_are_the_same_except_for_udp() -> None:
    segment = balanced(TCP, tcp("40000 > 443"), PODS)
    for checksum in (0, 0xFFFF):
        assert judge(ipv4(TCP, stored(TCP, segment, checksum), PODS)) == "right"
    datagram = stored(UDP, balanced(UDP, udp("40000 > 53"), PODS), 0xFFFF)
    assert judge(ipv4(UDP, datagram, PODS)) == "right"
    assert judge(ipv4(UDP, wrong(UDP, datagram), PODS)) == "wrong"


def test_an_unfinished_sum_of_all_ones_may_be_stored_as_zero() -> None:
    low = 0xFFFF - 0x0A00 - 1 - 0x0A00 - TCP - 20
    addresses = f"10.0.0.1 > 10.0.{low >> 8}.{low & 0xFF}"
    segment = tcp("40000 > 443")
    assert ones_sum(pseudo_header(TCP, 20, addresses)) == 0
    for checksum in (0, 0xFFFF):
        assert judge(ipv4(TCP, stored(TCP, segment, checksum), addresses)) == "unfinished"


def test_udp_without_a_checksum() -> None:
    datagram = udp("40000 > 53", b"who is it?")
    assert judge(ipv4(UDP, datagram, PODS)) == "right"
    assert judge(ipv6(UDP, datagram, PODS6)) == "wrong"
    sealed_in_wireguard = udp("51820 > 51820", b"\x04\0\0\0" + bytes(28))
    assert judge(ipv6(UDP, sealed_in_wireguard, NODES6)) == "right"
    vxlan = octets("0800000000000100") + ethernet(IPV6, ipv6(UDP, datagram, PODS6))
    assert judge(ipv6(UDP, udp("33333 > 8472", vxlan))) == "wrong", "the tunnel is around it"
    balanced_to_zero = balanced(UDP, udp("40000 > 53"), PODS6)
    assert judge(ipv6(UDP, balanced_to_zero, PODS6)) == "wrong"


def test_udp_says_itself_how_long_it_is() -> None:
    datagram = sealed(UDP, udp("40000 > 53", b"odd"), PODS)
    assert judge(ipv4(UDP, datagram + b"more", PODS)) == "right"
    unfinished = partial(UDP, datagram, PODS)
    assert judge(ipv4(UDP, unfinished + b"more", PODS)) == "unfinished"
    for length in (0, 7, len(datagram) + 1, 0xFFFF):
        assert judge(ipv4(UDP, udp("40000 > 53", b"odd", length=length), PODS)) == "unknown"
    jumbo = sealed(UDP, udp("40000 > 53", b"odd", length=0), PODS6)
    assert judge(ipv6(UDP, jumbo, PODS6)) == "right"
    assert judge(ipv6(UDP, wrong(UDP, jumbo), PODS6)) == "wrong"


@EACH
def test_under_tunnels_the_innermost_is_judged(
    protocol: int, segment: bytes, addresses: str
) -> None:
    ethertype = IPV6 if ":" in addresses else IPV4
    right = sealed(protocol, segment, addresses)
    for inner, verdict in ((right, "right"), (wrong(protocol, right), "wrong")):
        carried = packet(protocol, inner, addresses)
        vxlan = udp("33333 > 8472", octets("0800000000000100") + ethernet(ethertype, carried))
        outer = stored(UDP, vxlan, 0xBAD)
        assert judge(ethernet(IPV4, ipv4(UDP, outer)), ETHERNET) == verdict
        assert judge(ethernet(IPV6, ipv6(UDP, outer)), ETHERNET) == verdict
        if ethertype == IPV4:
            assert judge(ipv4(IPIP, carried)) == verdict
        assert judge(ipv4(UDP, outer)[:-1], length=len(outer) + 20) == "unknown"


def test_what_is_unreadable_inside_a_tunnel_leaves_nothing_to_judge() -> None:
    for inner in (ethernet(ARP, ARP_REQUEST), ethernet(0x88CC, b"lldp")):
        vxlan = udp("33333 > 8472", octets("0800000000000100") + inner)
        assert judge(ethernet(IPV4, ipv4(UDP, vxlan)), ETHERNET) == "unknown"
    geneve = udp("33333 > 6081", octets("0000 0806 00000100") + ARP_REQUEST)
    assert judge(ipv4(UDP, geneve)) == "unknown"


def test_a_fragment_is_unknown() -> None:
    right = sealed(UDP, udp("40000 > 53", b"who is it?"), PODS)
    for fragment in (MORE_FRAGMENTS, MORE_FRAGMENTS | 1, 1):
        assert judge(ipv4(UDP, right, PODS, fragment=fragment)) == "unknown"
    right = sealed(UDP, right, PODS6)
    for place, verdict in ((0, "right"), (1, "unknown"), (8, "unknown")):
        header = pack("!BBHI", UDP, 0, place, 7)
        assert judge(ipv6(FRAGMENT, header + right, PODS6)) == verdict


def test_an_outer_fragment_has_not_all_of_the_inner_packet() -> None:
    inner = ipv4(TCP, sealed(TCP, tcp("40000 > 443", b"much" * 9), PODS), PODS)
    vxlan = udp("33333 > 8472", octets("0800000000000100") + ethernet(IPV4, inner))
    for build, addresses in ((vxlan, NODES), (inner, NODES)):
        protocol = UDP if build is vxlan else IPIP
        first = ipv4(protocol, build[:-4], addresses, fragment=MORE_FRAGMENTS)
        assert judge(first) == "unknown"
        assert judge(first + build[-4:]) == "unknown", "the rest is a trailer"
    header = pack("!BBHI", UDP, 0, 1, 7)
    assert judge(ipv6(FRAGMENT, header + vxlan[:-4])) == "unknown"


@EACH
def test_a_length_of_0_means_all_that_is_there(
    protocol: int, segment: bytes, addresses: str
) -> None:
    build = ipv6 if ":" in addresses else ipv4
    right = sealed(protocol, segment, addresses)
    assert judge(build(protocol, right, addresses, length=0)) == "right"
    assert judge(build(protocol, wrong(protocol, right), addresses, length=0)) == "unknown"


@pytest.mark.parametrize("addresses", [PODS, PODS6])
def test_super_packets(addresses: str) -> None:
    build = ipv6 if addresses == PODS6 else ipv4
    size = 0xFFFF if build is ipv6 else 0xFFFF - 20
    largest = tcp("40000 > 443", bytes(range(256)) * 256)[:size]
    right = sealed(TCP, largest, addresses)
    assert judge(build(TCP, right, addresses)) == "right"
    assert judge(build(TCP, partial(TCP, largest, addresses), addresses)) == "unfinished"
    assert judge(build(TCP, right[:-1] + b"\0", addresses)) == "wrong"
    beyond = tcp("40000 > 443", b"\xff" * 150_000)
    unfinished = stored(TCP, beyond, ones_sum(pair(addresses) + pack("!HI", TCP, len(beyond))))
    assert judge(build(TCP, unfinished, addresses, length=0)) == "unfinished"


def test_extension_headers_belong_to_ip() -> None:
    right = sealed(TCP, SYN, PODS6)
    pad = octets("0104 00000000")
    assert judge(ipv6(HOPOPTS, bytes([TCP, 0]) + pad + right, PODS6)) == "right"
    assert judge(ipv6(HOPOPTS, bytes([TCP, 0]) + pad + wrong(TCP, right), PODS6)) == "wrong"
    authenticated = bytes([TCP, 4]) + bytes(22) + right
    assert judge(ipv6(AH, authenticated, PODS6)) == "right"
    assert judge(ipv4(AH, bytes([TCP, 4]) + bytes(22) + sealed(TCP, SYN, PODS), PODS)) == "right"
    options = bytes([TCP, 0]) + pad
    assert judge(ipv6(DSTOPTS, options + right, PODS6)) == "right"
    assert judge(ipv6(DSTOPTS, options + partial(TCP, SYN, PODS6), PODS6)) == "unfinished"
    moved = judge(ipv6(DSTOPTS, options + wrong(TCP, right), PODS6))
    assert moved == "unknown", "the options may hold the address that the source has at home"


def test_a_packet_on_its_way_by_a_source_route_is_unknown() -> None:
    right = sealed(TCP, SYN, PODS6)
    for left, verdict in ((0, "right"), (1, "unknown")):
        routing = bytes([TCP, 2, 0, left]) + bytes(20)
        assert judge(ipv6(ROUTING, routing + right, PODS6)) == verdict
        twice = bytes([ROUTING, 0, 0, 0]) + bytes(4) + routing
        assert judge(ipv6(ROUTING, twice + right, PODS6)) == verdict
    inner = ipv6(TCP, right, PODS6)
    assert judge(ipv6(ROUTING, bytes([SIX, 2, 0, 1]) + bytes(20) + inner)) == "right"
    right = sealed(TCP, SYN, PODS)
    for options, verdict in (
        ("94040000", "right"),
        ("01 44 07 05 00 00 00 00", "right"),
        ("01 83 07 04 0a000001", "unknown"),
        ("94040000 89 07 04 0a000001 00", "unknown"),
        ("00 02 83 03", "right"),
        ("94 00 94 01", "right"),
        ("01 01 01 83", "unknown"),
        ("01 01 01 94", "right"),
    ):
        assert judge(ipv4(TCP, right, PODS, options=octets(options))) == verdict, options
    routed = octets("01 83 07 04 0a000001")
    assert judge(ipv4(ICMP, sealed(ICMP, ECHO, PODS), PODS, options=routed)) == "right"


def test_other_protocols_are_unknown() -> None:
    assert judge(ethernet(ARP, ARP_REQUEST), ETHERNET) == "unknown"
    assert judge(b"", ETHERNET) == "unknown"
    for protocol in (SCTP, UDP_LITE, IPIP):
        assert judge(ipv4(protocol, bytes(40), PODS)) == "unknown"
    assert judge(ipv6(ICMP, sealed(ICMP, ECHO, PODS6), PODS6)) == "unknown"
    assert judge(ipv4(ICMPV6, sealed(ICMPV6, ECHO6, PODS), PODS)) == "unknown"
    assert judge(ipv4(TCP, tcp("40000 > 443")[:19], PODS)) == "unknown"
    for size in range(8):
        assert judge(ipv4(UDP, udp("40000 > 53")[:size], PODS)) == "unknown"
        assert judge(ipv6(UDP, udp("40000 > 53", length=0)[:size], PODS6)) == "unknown"
    assert judge(ipv4(ICMP, ECHO[:3], PODS)) == "unknown"
    assert judge(ipv6(ICMPV6, ECHO6[:3], PODS6)) == "unknown"


def test_of_an_icmp_error_its_own_checksum_is_judged() -> None:
    for quoted in (sealed(TCP, SYN, PODS), SYN):
        error = sealed(ICMP, icmp(3, 1, payload=ipv4(TCP, quoted, PODS)), NODES)
        assert judge(ipv4(ICMP, error, NODES)) == "right"
        assert judge(ipv4(ICMP, wrong(ICMP, error), NODES)) == "wrong"
        routing = bytes([TCP, 0, 0, 1]) + bytes(4)
        quoted6 = ipv6(ROUTING, routing + quoted, PODS6)
        error = sealed(ICMPV6, icmp(1, 0, payload=quoted6), NODES6)
        options = bytes([ICMPV6, 0]) + octets("0104 00000000")
        assert judge(ipv6(HOPOPTS, options + error, NODES6)) == "right"


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(SEGMENTS)), st.binary(max_size=40), st.data())
def test_one_bit_that_flips_is_noticed(name: str, payload: bytes, data: st.DataObject) -> None:
    protocol, segment, addresses = SEGMENTS[name]
    segment = sealed(protocol, longer(protocol, segment, payload), addresses)
    bit = data.draw(st.integers(0, 8 * len(segment) - 1))
    changed = bytearray(segment)
    changed[bit >> 3] ^= 1 << (bit & 7)
    allowed = {"wrong"}
    if protocol == UDP and bit >> 3 in (4, 5):
        allowed = {"wrong", "unknown"}  # longer than IP says
    if protocol in (TCP, UDP) and bit >> 4 == PLACE[protocol] >> 1:
        allowed = {"wrong", "unfinished"}
        if protocol == UDP and changed[6:8] == b"\0\0" and ":" not in addresses:
            allowed = {"right"}
    assert judge(packet(protocol, segment, addresses)) == "right"
    assert judge(packet(protocol, bytes(changed), addresses)) in allowed


@settings(max_examples=500, deadline=None)
@given(FRAMES)
def test_any_bytes_are_judged(frame: tuple[bytes, int]) -> None:
    assert judge(*frame) in NAMES.values()


def test_a_verdict_is_of_the_packet_that_was_decoded_last() -> None:
    decoder = Decoder(bytes(65536))
    assert judge_checksum(decoder) == CHECKSUM_UNKNOWN
    frames = [PING, UNFINISHED_SYN, PING[:60], UNFINISHED_SYN[:-20] + bytes(20)]
    buffer = bytearray(b"".join(frames))
    decoder.attach(buffer)
    found, at = [], 0
    for frame in frames:
        decoder.decode(at, at + len(frame), len(frame), ETHERNET)
        found.append(NAMES[judge_checksum(decoder)])
        at += len(frame)
    assert found == ["right", "unfinished", "unknown", "unfinished"]
