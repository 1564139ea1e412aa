"""What a decoder tells of any bytes is consistent, and nothing of it is of the packet before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import inner_packet, tcp_fields
from netdiag.model.layers import LAYER_NAMES, STOP
from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.cases import CASES
from tests.decode.frames import ICMP, IPV4, MORE_FRAGMENTS, PING, UDP, ethernet, icmp, ipv4, udp
from tests.decode.mutations import FRAMES
from tests.decode.observing import (
    UDP_TUNNELS,
    Case,
    Seen,
    decode,
    decode_next,
    layer_names,
    observe,
    state,
)


def innermost(names: list[str]) -> tuple[str, str]:
    """Return network and transport layer of the innermost packet that has these layers."""
    network = transport = ""
    for name in names:
        if name in ("eth", "arp", "ipv4", "ipv6"):
            network, transport = name.replace("eth", ""), ""
        elif name in ("tcp", "udp", "icmp", "icmpv6"):
            transport = name
    return network, transport


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_network_and_transport_are_of_the_innermost_packet(case: Case) -> None:
    decoder = decode(case.frame, case.link_type)
    names = layer_names(decoder)
    own, quoted = names[: decoder.quote or None], names[decoder.quote :]
    if own[-1:] == ["arp"] and not case.seen.arp:
        own.pop()  # its addresses are of sizes that are not read
    found = LAYER_NAMES[decoder.network], LAYER_NAMES[decoder.transport]
    assert found == innermost(own)
    if decoder.quote:
        found = LAYER_NAMES[decoder.quoted_network], LAYER_NAMES[decoder.quoted_transport]
        assert found == innermost(quoted)


@settings(max_examples=500, deadline=None)
@given(FRAMES)
def test_any_bytes_are_decoded(frame: tuple[bytes, int]) -> None:
    decoder = decode(*frame, before=b"\x45")
    observe(decoder)
    inner_packet(decoder)
    tcp_fields(decoder)
    layers = [(decoder.layer(i), decoder.layer_offset(i)) for i in range(decoder.count)]
    offsets = [at for _, at in layers]
    assert offsets == sorted(offsets)
    assert all(decoder.start <= at < decoder.limit for at in offsets)
    assert decoder.start <= decoder.at <= decoder.end <= decoder.limit
    own = layers[: decoder.quote or None]
    assert decoder.network == STOP or (decoder.network, decoder.network_at) in own
    assert decoder.transport == STOP or (decoder.transport, decoder.transport_at) in own
    if decoder.quote and decoder.quoted_network:
        assert (decoder.quoted_network, decoder.quoted_network_at) in layers[decoder.quote :]


@settings(max_examples=500, deadline=None)
@given(FRAMES, FRAMES)
def test_nothing_is_left_of_the_packet_before(
    first: tuple[bytes, int], second: tuple[bytes, int]
) -> None:
    decoder = Decoder(UDP_TUNNELS)
    decode_next(decoder, *first)
    decode_next(decoder, *second)
    assert state(decoder) == state(decode(*second))


def test_a_quote_that_cannot_be_read_says_nothing_of_the_quote_before() -> None:
    datagram = ipv4(UDP, udp("40000 > 53"))
    decoder = Decoder(UDP_TUNNELS)
    for quote in (datagram, datagram[:16]):
        frame = ethernet(IPV4, ipv4(ICMP, icmp(3, 3, payload=quote)))
        decode_next(decoder, frame, LINKTYPE_ETHERNET)
    assert (decoder.quoted_network, decoder.quoted_transport) == (STOP, STOP)
    assert observe(decoder).quoted == Seen("")


def test_a_packet_is_decoded_where_it_stands_among_others() -> None:
    decoder = Decoder(UDP_TUNNELS)
    frame = ethernet(IPV4, PING)
    buffer = bytearray(b"\x45" * 100 + frame + b"\x45" * 100)
    decoder.attach(buffer)
    decoder.decode(100, 100 + len(frame), len(frame), LINKTYPE_ETHERNET)
    assert state(decoder) == state(decode(frame, LINKTYPE_ETHERNET))
    assert [decoder.layer_offset(index) for index in range(3)] == [100, 114, 134]


def test_a_buffer_may_be_filled_again_between_packets() -> None:
    decoder = Decoder(UDP_TUNNELS)
    frame = bytearray(ethernet(IPV4, PING))
    decoder.attach(frame)
    decoder.decode(0, len(frame), len(frame), LINKTYPE_ETHERNET)
    assert decoder.octets(30, 4) == bytes([10, 244, 2, 3])
    frame[33] = 99
    assert (decoder.octets(30, 4), decoder.u32(30), decoder.u16(32), decoder.byte(33)) == (
        bytes([10, 244, 2, 99]),
        0x0AF40263,
        0x0263,
        99,
    )
    assert decoder.octets(len(frame) - 2, 10) == b"gh"


def test_a_cut_by_the_capture_is_told_from_a_fragment() -> None:
    frame = ethernet(IPV4, PING)
    fragment = ethernet(IPV4, ipv4(ICMP, fragment=MORE_FRAGMENTS))
    told = [
        decode(data, LINKTYPE_ETHERNET, length=len(data) + more).partial
        for data in (frame, fragment)
        for more in (0, 1)
    ]
    assert told == [0, 1, 2, 1]
