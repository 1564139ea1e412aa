"""What is said of packets: whole ones, cut ones, and frames that carry neither IP nor ARP."""

from __future__ import annotations

import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.problems import NO_PROBLEM
from tests.captures import (
    ETHERNET,
    ICMP,
    IPV4,
    MAC_A,
    MAC_B,
    MPLS,
    NODE_1,
    NODE_2,
    RAW,
    SLL2,
    TCP,
    UDP,
    VLAN,
    A,
    B,
    cooked2,
    ethernet,
    ipv4,
    tcp,
    vlan,
    vxlan,
)
from tests.render.cases_text import CASES
from tests.render.saying import decoded, said

LLDP = 0x88CC
ESP = 50
NEGATIVE = re.compile(r" -\d")
FRAME_ENDS = f"{MAC_A} > {MAC_B}"


@pytest.mark.parametrize(("text", "frame"), CASES.items(), ids=CASES)
def test_what_is_said_of_a_packet(text: str, frame: bytes) -> None:
    assert said(frame) == text


@pytest.mark.parametrize("frame", CASES.values(), ids=CASES)
def test_a_packet_that_was_cut_has_the_length_of_the_whole(frame: bytes) -> None:
    for size in range(len(frame)):
        text = said(frame[:size], length=len(frame))
        assert text.isprintable()
        assert not NEGATIVE.search(text), (size, text)


@pytest.mark.parametrize("protocol", [ICMP, TCP, UDP])
def test_a_packet_that_is_too_short_has_no_negative_length(protocol: int) -> None:
    payload = tcp(1, 2, 0x10, b"0123456789")
    texts = [said(ethernet(ipv4(A, B, payload[:size], protocol))) for size in range(len(payload))]
    assert [text for text in texts if NEGATIVE.search(text)] == []


def test_a_tcp_header_of_any_length_leaves_no_negative_length() -> None:
    segment = tcp(1, 2, 0x10)
    headers = [segment[:12] + bytes((size << 4,)) + segment[13:] for size in range(16)]
    texts = [said(ethernet(ipv4(A, B, header, TCP))) for header in headers]
    assert [text for text in texts if NEGATIVE.search(text)] == []


@given(st.binary(max_size=120), st.sampled_from([IPV4, 0x0806, 0x86DD, VLAN, MPLS, LLDP, 0x88A8]))
def test_something_printable_is_said_of_any_bytes(payload: bytes, ethertype: int) -> None:
    text = said(ethernet(payload, ethertype))
    assert text
    assert text.isprintable()
    assert not NEGATIVE.search(text)


@pytest.mark.parametrize(
    ("frame", "text"),
    [
        (ethernet(bytes(40), LLDP), f"{FRAME_ENDS}: ethertype 0x88cc, length 54"),
        (ethernet(b"\x42\x42\x03" + bytes(35), 38), f"{FRAME_ENDS}: 802.3, length 52"),
        (
            ethernet(vlan(100, bytes(40), LLDP), VLAN),
            f"{FRAME_ENDS}: ethertype 0x88cc, length 58",
        ),
    ],
    ids=["lldp", "spanning tree", "lldp in a vlan"],
)
def test_a_frame_with_neither_ip_nor_arp(frame: bytes, text: str) -> None:
    assert said(frame) == text


def test_such_a_frame_in_a_tunnel() -> None:
    frame = ethernet(ipv4(NODE_1, NODE_2, vxlan(5, ethernet(bytes(40), LLDP)), UDP))
    assert said(frame) == f"{FRAME_ENDS}: ethertype 0x88cc, length 54"


def test_a_cooked_packet_with_neither_ip_nor_arp() -> None:
    """There is no destination to name, but what it carries is known."""
    assert "0x88cc" in said(cooked2(bytes(40), 2, 0, LLDP), SLL2)


@pytest.mark.parametrize(
    ("packet", "link_type", "text"),
    [
        (b"1234", 105, "link type 105, length 4"),
        (b"\xff" * 30, RAW, "link type 101, length 30"),
        (b"", 1, "link type 1, length 0"),
    ],
)
def test_what_cannot_be_decoded(packet: bytes, link_type: int, text: str) -> None:
    assert said(packet, link_type) == text


def test_a_packet_of_segmentation_offload_has_the_length_that_was_captured() -> None:
    packet = bytearray(ipv4(A, B, tcp(1, 2, 0x10, bytes(3000)), TCP))
    packet[2:4] = b"\0\0"
    text = f"{A}.1 > {B}.2: Flags [.], seq 1000, ack 2000, length 3000"
    assert said(ethernet(bytes(packet))) == text


def test_padding_of_a_short_frame_does_not_count() -> None:
    frame = ethernet(ipv4(A, B, tcp(1, 2, 0x10), TCP)) + bytes(6)
    assert said(frame) == f"{A}.1 > {B}.2: Flags [.], seq 1000, ack 2000, length 0"


@pytest.mark.parametrize("spi", [0x01000001, 0x06000001, 0x11000001, 0xC1A20304])
def test_what_is_encrypted_is_not_read(spi: int) -> None:
    payload = struct.pack(">II", spi, 1) + bytes(range(100, 140))
    frame = ethernet(ipv4(A, B, payload, ESP))
    assert said(frame) == f"{A} > {B}: proto 50 (esp), length 68"
    assert decoded(frame, ETHERNET, 0).problem == NO_PROBLEM


def test_a_packet_without_ethernet() -> None:
    assert said(ipv4(A, B, bytes(4), 253), RAW) == f"{A} > {B}: proto 253, length 24"
