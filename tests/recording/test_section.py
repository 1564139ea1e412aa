"""One probe's stream becomes packets of the merged file, however it is cut, whatever it holds."""

from __future__ import annotations

import io
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.inner_filter import parse_filter
from netdiag.decode.open_reader import open_reader
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.recording.blocks import Entry, pack_section_header
from netdiag.sources.recording.interfaces import MergedInterfaces, UnsoundError
from netdiag.sources.recording.section import LARGEST_BLOCK, Section
from netdiag.sources.recording.selection import Selection
from tests.captures import (
    START_NS,
    block,
    echo_frame,
    enhanced,
    interface,
    option,
    pcapng,
    statistics,
    vxlan_frame,
)

IN, OUT = 1, 2
PACKETS = [
    enhanced(START_NS + at, echo_frame(at), at % 2, OUT if at % 2 else IN) for at in range(5)
]
STREAM = pcapng(
    interface("eth0"), PACKETS[0], interface("flannel.1"), *PACKETS[1:], statistics(7, 1)
)


def section(
    interfaces: MergedInterfaces, place: str = "node-1", inner: str | None = None
) -> Section:
    tunnels = udp_tunnel_table()
    selection = None if inner is None else Selection(parse_filter(inner), tunnels)
    return Section(place, interfaces, selection)


def file_of(interfaces: MergedInterfaces, entries: list[Entry]) -> list[tuple[str, int, bytes]]:
    """Read what a file of them would be: interface, direction, bytes of each packet."""
    blocks = [pack_section_header(), *(each.block for each in interfaces.described)]
    stream = io.BytesIO(b"".join((*blocks, *(entry[2] for entry in entries))))
    reader = open_reader(stream.readinto, 65536, b"")
    found = []
    while reader.next():
        name = reader.interfaces[reader.interface].name
        found.append((name, reader.direction, reader.packet_bytes()))
    assert reader.broken == ""
    return found


@given(st.lists(st.integers(1, len(STREAM) - 1), max_size=6))
def test_however_it_is_cut(cuts: list[int]) -> None:
    interfaces = MergedInterfaces()
    one = section(interfaces)
    entries: list[Entry] = []
    bounds = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(bounds):
        entries += one.feed(STREAM[start:end])
    assert [time_ns for time_ns, _, _ in entries] == [START_NS + at for at in range(5)]
    assert interfaces.captured == {0: 3, 1: 2}
    assert interfaces.dropped == {"node-1": 7}
    names = ("node-1/eth0", "node-1/flannel.1")
    assert file_of(interfaces, entries) == [
        (names[at % 2], OUT if at % 2 else IN, echo_frame(at)) for at in range(5)
    ]


def test_two_places_share_one_numbering() -> None:
    interfaces = MergedInterfaces()
    first, second = section(interfaces, "node-1"), section(interfaces, "node-2/pod-a")
    entries = second.feed(STREAM) + first.feed(STREAM)
    names = [each.name for each in interfaces.described]
    assert names == [f"{place}/{name}" for place in ("node-2/pod-a", "node-1") for name in
                     ("eth0", "flannel.1")]  # fmt: skip
    assert {name for name, _, _ in file_of(interfaces, entries[5:])} == {*names[2:]}


def test_only_what_is_inside_of_tunnels_counts() -> None:
    interfaces = MergedInterfaces()
    stream = pcapng(interface("eth0"), enhanced(START_NS, vxlan_frame(3)), enhanced(START_NS, b""))
    entries = section(interfaces, inner="icmp seq 3").feed(stream)
    assert len(entries) == 1
    assert interfaces.captured.total() == 2
    assert section(MergedInterfaces(), inner="icmp seq 4").feed(stream) == []


def test_interfaces_keep_what_is_told_of_them() -> None:
    options = option(2, b"eth0") + option(3, b"uplink") + option(6, bytes(6))
    options += option(9, b"\x09") + option(11, b"\0icmp") + option(0, b"")
    told = block(1, struct.pack("<HHI", 101, 0, 262144) + options)
    interfaces = MergedInterfaces()
    section(interfaces).feed(pcapng(told))
    (found,) = interfaces.described
    assert found.link_type == 101
    assert found.block == block(1, told[8:-4].replace(
        option(2, b"eth0"), option(2, b"node-1/eth0")))  # fmt: skip


def test_a_slash_in_a_name_makes_no_other_place() -> None:
    interfaces = MergedInterfaces()
    section(interfaces).feed(pcapng(interface("node-2/eth0")))
    assert interfaces.described[0].name == "node-1/node-2_eth0"


HUGE = struct.pack("<IIIIIII", 6, LARGEST_BLOCK + 4, 0, 0, 0, 60, 60)


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (b"#!/bin/sh\necho hello", "no capture"),
        (pcapng()[:8] + bytes.fromhex("1a2b3c4d") + bytes(16), "byte order"),
        (pcapng(enhanced(START_NS, b"")), "broken"),
        (pcapng(interface("eth0"), PACKETS[1]), "broken"),
        (pcapng(interface("eth0")) + PACKETS[0][:20] + b"\xff\xff\0\0" + PACKETS[0][24:], "claims"),
        (pcapng(interface("eth0")) + PACKETS[0][:-4] + bytes(4), "broken"),
        (pcapng(interface("eth0")) + HUGE + bytes(64), "claims"),
        (pcapng(interface("eth0")) + struct.pack("<II", 5, 0) + bytes(64), "impossible length 0"),
        (pcapng(interface("eth0")) + struct.pack("<II", 5, 1 << 31) + bytes(64), "impossible"),
        (pcapng(block(1, bytes(4))), "too short"),
        (pcapng(block(1, bytes(8))), "nanoseconds"),
    ],
)
def test_what_no_probe_sends_is_refused(stream: bytes, why: str) -> None:
    with pytest.raises(UnsoundError, match=why):
        section(MergedInterfaces()).feed(stream)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_capture_or_refused(noise: bytes) -> None:
    interfaces = MergedInterfaces()
    one = section(interfaces, inner="icmp")
    try:
        entries = one.feed(STREAM) + one.feed(noise)
    except UnsoundError:
        return
    file_of(interfaces, entries)
