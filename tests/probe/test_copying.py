"""Packets of a ring's block as blocks of the file, where they are copied many at once or singly.

A packet that is alone in its block is copied singly. So the blocks of many packets must be, byte
for byte, those of each of them alone.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag_probe.recording.copying import PORTION, Copier, Place
from netdiag_probe.recording.layout import RUN
from netdiag_probe.recording.ring import BLOCK_BYTES

SECOND = 1_000_000_000
NOON = 1_700_000_000 * SECOND
WRAP = (NOON >> 32) + 1 << 32
"""A moment from which on the lower half of times begins anew."""
TAGGED, TAG_KIND_TOLD = 0x10, 0x40
FIRST, OTHER, BARE, UNWANTED = 2, 3, 5, 9
PLACES = {FIRST: Place(0, False), OTHER: Place(1, False), BARE: Place(2, True), UNWANTED: None}
HEADER_END, MAC = 60, 82
EPB_HEAD_BYTES, EPB_TAIL_BYTES = 28, 16


class Packet(NamedTuple):
    """A packet as the kernel tells of it."""

    time_ns: int
    size: int = 98
    length: int = 98
    interface: int = FIRST
    kind: int = 0
    status: int = 1
    protocol: int = 0x0008
    mark: int = 0
    """Makes its bytes differ from those of others."""

    @property
    def data(self) -> bytes:
        pattern = struct.pack("=I", self.mark) + bytes(range(60))
        return (pattern * (self.size // len(pattern) + 1))[: self.size]

    def in_ring(self, is_last: bool) -> bytes:
        """Return it as it is in the ring; behind the last one of a block is none."""
        distance = MAC + self.size + 7 & -8
        seconds, nanoseconds = divmod(self.time_ns, SECOND)
        tag = (3, 0x88A8) if self.status & TAGGED else (0, 0)
        header = struct.pack(
            "=IIIIIIHH4xIH10x", 0 if is_last else distance, seconds, nanoseconds, self.size,
            self.length, self.status, MAC, MAC if self.interface == BARE else MAC + 14, *tag,
        )  # fmt: skip
        hardware_type = 65534 if self.interface == BARE else 1
        address = struct.pack("=HHiHBB8s", 17, self.protocol, self.interface, hardware_type,
                              self.kind, 6, struct.pack("=Q", self.mark))  # fmt: skip
        return ((header + address).ljust(MAC, b"\x55") + self.data).ljust(distance, b"\x77")


def copy(*blocks: Sequence[Packet], most: int | None = None) -> tuple[bytes, int]:
    """Copy blocks of a ring with one copier; return what it wrote, and how many packets it says."""
    with mmap.mmap(-1, BLOCK_BYTES * len(blocks)) as memory:
        copier = Copier(memory, lambda number, _: PLACES[number])
        written, told = b"", 0
        for number, packets in enumerate(blocks):
            ring = b"".join(each.in_ring(each is packets[-1]) for each in packets)
            # The last block ends where the memory does.
            here = (number + 1) * BLOCK_BYTES - len(ring)
            memory[here : here + len(ring)] = ring
            out, count = copier.copy(here, len(packets), None if most is None else most - told)
            written, told = written + out, told + count
        return written, told


def alone(packet: Packet) -> bytes:
    """Return a packet's block if nothing is near it."""
    return copy([packet])[0]


def many(count: int, start_ns: int = NOON, apart_ns: int = 10_000, **same: int) -> list[Packet]:
    """Return packets that are all alike but for their time and their bytes."""
    return [Packet(start_ns + at * apart_ns, mark=at, **same) for at in range(count)]


def changed(packets: list[Packet], at: int, **different: int) -> list[Packet]:
    """Return the packets, one of them being different."""
    return [*packets[:at], packets[at]._replace(**different), *packets[at + 1 :]]


ALIKE = many(1 + 3 * RUN)
BLOCKS = {
    "one packet": many(1),
    "two packets": many(2),
    "one less than a run": many(RUN - 1),
    "a run": many(RUN),
    "one more than a run": many(RUN + 1),
    "more than a portion": many(PORTION + 2 * RUN + 1),
    "another size": changed(ALIKE, RUN + 5, size=66, length=66),
    "another size of the same distance": changed(ALIKE, RUN + 5, size=97, length=97),
    "another length of those cut": changed(many(200, size=60, length=98), RUN + 5, length=99),
    "another interface": changed(ALIKE, RUN + 5, interface=OTHER),
    "another direction": changed(ALIKE, RUN + 5, kind=4),
    "another protocol": changed(ALIKE, RUN + 5, protocol=0x0608),
    "a tag in between": changed(ALIKE, RUN + 5, status=1 | TAGGED),
    "not wanted in between": changed(ALIKE, RUN + 5, interface=UNWANTED),
    "a change at the end of a run": changed(ALIKE, 1 + 2 * RUN, interface=OTHER),
    "tagged all": many(200, status=1 | TAGGED),
    "tagged by a kind that is told": many(200, status=1 | TAGGED | TAG_KIND_TOLD),
    "none wanted": many(200, interface=UNWANTED),
    "without Ethernet": many(200, interface=BARE),
    "without Ethernet and IP": many(200, interface=BARE, protocol=0x0608),
    "cut": many(200, size=256, length=1514),
    "cut to one byte": many(200, size=1, length=1514),
    "cut amid a tag": many(200, size=13, length=64, status=1 | TAGGED),
    "a second ends": many(200, NOON - 100 * 10_000),
    "the lower half of the time begins anew": many(200, WRAP - 100 * 10_000),
    "the second after that": many(200, WRAP + 10_000),
    "going back before that": many(200, WRAP + 100 * 10_000, -10_000),
    "going back a second": changed(ALIKE, RUN + 5, time_ns=NOON - 1),
    "by turns": [each._replace(kind=4 * (each.mark % 2), size=60 + each.mark % 30)
                 for each in many(600)],
}  # fmt: skip


@pytest.mark.parametrize("packets", BLOCKS.values(), ids=BLOCKS)
def test_many_packets_are_copied_like_each_alone(packets: list[Packet]) -> None:
    expected = b"".join(map(alone, packets))
    copied, count = copy(many(1), packets, packets)  # the second time all keys are known
    assert copied == alone(many(1)[0]) + expected + expected
    assert count == 1 + 2 * sum(alone(each) != b"" for each in packets)


def test_a_block_is_what_the_format_says() -> None:
    packet = Packet(WRAP + 5, 30, 98, OTHER, 4)
    head = struct.pack("=7I", 6, 76, 1, WRAP >> 32, 5, 30, 98)
    tail = struct.pack("=HHIHHI", 2, 4, 2, 0, 0, 76)
    assert alone(packet) == head + packet.data + bytes(2) + tail


def test_a_tag_is_put_back_and_a_bare_packet_left_as_it_is() -> None:
    tagged = Packet(NOON, status=1 | TAGGED | TAG_KIND_TOLD)
    whole = tagged.data[:12] + b"\x88\xa8\x00\x03" + tagged.data[12:]
    assert alone(tagged)[EPB_HEAD_BYTES : EPB_HEAD_BYTES + len(whole)] == whole
    assert struct.unpack_from("=II", alone(tagged), 20) == (102, 102)
    bare = Packet(NOON, interface=BARE)
    assert alone(bare)[EPB_HEAD_BYTES:][: bare.size] == bare.data
    assert alone(bare._replace(protocol=0x0608)) == b""


@pytest.mark.parametrize("most", [1, RUN - 1, RUN, RUN + 1, 3 * RUN + 2, 10_000])
def test_no_more_are_copied_than_asked_for(most: int) -> None:
    packets = [each._replace(interface=UNWANTED if each.mark % 100 == 7 else FIRST)
               for each in many(5 * RUN)]  # fmt: skip
    wanted = [each for each in packets if each.interface == FIRST][:most]
    copied, count = copy(packets, most=most)
    assert copied == b"".join(map(alone, wanted))
    assert count == len(wanted)


class Forging(Packet):
    """A packet full of headers, where they would be if all packets were like one before it."""

    @property
    def data(self) -> bytes:
        header = ALIKE[0].in_ring(False)
        begin = (self.mark + MAC) % len(header)
        return (header * (self.size // len(header) + 2))[begin : begin + self.size]


@pytest.mark.parametrize("behind", [500, 0])
def test_a_header_inside_of_a_packet_is_no_packet(behind: int) -> None:
    """Where the last packet of a run would be is such a header; it may be near memory's end."""
    known = ALIKE[0]
    before = [known, *many(RUN, size=1, length=1)]
    begin = sum(len(each.in_ring(False)) for each in before)
    size = (RUN - 1) * len(known.in_ring(False)) + HEADER_END + 4 + behind - begin - MAC
    forging = Forging(NOON, size, size, mark=begin)
    assert known.in_ring(False)[:HEADER_END] in forging.data
    copied, _ = copy(ALIKE[:2], [*before, forging])
    assert copied == b"".join(map(alone, [*ALIKE[:2], *before, forging]))


RUNS = st.tuples(
    st.sampled_from([1, 1, 2, RUN - 1, RUN, RUN + 1, 2 * RUN]),
    st.builds(
        Packet,
        time_ns=st.sampled_from([NOON, NOON - 50_000, WRAP - 40_000, WRAP + SECOND]),
        size=st.sampled_from([66, 67, 98, 256]),
        length=st.sampled_from([256, 1514]),
        interface=st.sampled_from([FIRST, OTHER, BARE, UNWANTED]),
        kind=st.integers(0, 5),
        status=st.sampled_from([1, 1, 9, 1 | TAGGED]),
        protocol=st.sampled_from([0x0008, 0x0608]),
        mark=st.just(0),
    ),
)


@given(st.lists(st.lists(RUNS, min_size=1, max_size=4), min_size=1, max_size=3))
def test_runs_of_all_kinds(blocks: list[list[tuple[int, Packet]]]) -> None:
    rings = [
        [packet._replace(time_ns=packet.time_ns + 1000 * at, mark=at)
         for count, packet in runs for at in range(count)]
        for runs in blocks
    ]  # fmt: skip
    copied, count = copy(*rings)
    each_alone = [alone(packet) for ring in rings for packet in ring]
    assert copied == b"".join(each_alone)
    assert count == sum(block != b"" for block in each_alone)
