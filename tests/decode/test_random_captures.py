"""Random valid files come back as they were written; random bytes never raise."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decode.capture_files import (
    COMMENT,
    CUSTOM,
    FLAGS,
    MICROSECONDS,
    MODIFIED,
    NAMES,
    NANOSECONDS,
    ORDERS,
    STATISTICS,
    ByteOrder,
    Pcap,
    Pcapng,
    Record,
    read,
)
from tests.decode.mutations import FRAMES
from tests.decode.observing import observe

BYTES = st.binary(max_size=60)
NUMBERS = st.integers(0, 0xFFFFFFFF)
CHUNKS = st.integers(1, 60)
CAPACITIES = st.integers(1, 200)
PCAPS = st.builds(
    Pcap, st.sampled_from(ORDERS), st.sampled_from([MICROSECONDS, NANOSECONDS, MODIFIED])
)


@st.composite
def pcap_files(draw: st.DrawFn) -> tuple[bytes, list[Record]]:
    """Return a pcap file and what it holds."""
    pcap = draw(PCAPS)
    link_type = draw(st.integers(0, 0xFFFF))
    data, records = pcap.header(link_type), []
    for packet in draw(st.lists(BYTES, max_size=6)):
        length, seconds, fraction, ifindex = draw(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
        packet_type = draw(st.integers(0, 4))
        data += pcap.record(
            packet,
            seconds=seconds,
            fraction=fraction,
            length=length,
            interface=ifindex,
            packet_type=packet_type,
        )
        time_ns = seconds * 10**9 + fraction * (1 if pcap.magic == NANOSECONDS else 1000)
        record = Record(packet, length, time_ns, link_type)
        if pcap.magic == MODIFIED:
            record = record._replace(direction=2 if packet_type == 4 else 1, ifindex=ifindex)
        records.append(record)
    return data, records


@settings(max_examples=200, deadline=None)
@given(pcap_files(), CHUNKS, CAPACITIES)
def test_random_pcap_files_come_back(
    file: tuple[bytes, list[Record]], chunk: int, capacity: int
) -> None:
    data, records = file
    found = read(data, chunk=chunk, capacity=capacity)
    assert (found.records, found.broken) == (records, "")


Block = Callable[[Pcapng], tuple[bytes, Record | None]]


def enhanced(packet: bytes, units: int, flags: int, comment: bytes) -> Block:
    def write(ng: Pcapng) -> tuple[bytes, Record]:
        option = (FLAGS, flags.to_bytes(4, "little" if ng.order == "<" else "big"))
        block = ng.enhanced(packet, (COMMENT, comment), option, units=units, length=units & 0xFFFF)
        return block, Record(packet, units & 0xFFFF, units * 1000, direction=flags & 3)

    return write


def simple(packet: bytes) -> Block:
    return lambda ng: (ng.simple(packet), Record(packet, len(packet), None))


def obsolete(packet: bytes, units: int) -> Block:
    return lambda ng: (ng.obsolete(packet, units=units), Record(packet, len(packet), units * 1000))


def other(kind: int, body: bytes) -> Block:
    return lambda ng: (ng.block(kind, body), None)


BLOCKS = st.one_of(
    st.builds(enhanced, BYTES, st.integers(0, 1 << 50), st.integers(0, 2), BYTES),
    st.builds(simple, BYTES),
    st.builds(obsolete, BYTES, st.integers(0, 1 << 50)),
    st.builds(other, st.sampled_from([NAMES, CUSTOM, STATISTICS, 0x7FFFFFFF]), BYTES),
)
SECTIONS = st.lists(
    st.tuples(st.sampled_from(ORDERS), st.integers(0, 0xFFFF), st.lists(BLOCKS, max_size=4)),
    min_size=1,
    max_size=3,
)


@settings(max_examples=200, deadline=None)
@given(SECTIONS, CHUNKS, CAPACITIES)
def test_random_pcapng_files_come_back(
    sections: list[tuple[ByteOrder, int, list[Block]]], chunk: int, capacity: int
) -> None:
    data, records = b"", []
    for number, (order, link_type, blocks) in enumerate(sections, 1):
        ng = Pcapng(order)
        data += ng.section() + ng.interface(link_type=link_type)
        for write in blocks:
            block, record = write(ng)
            data += block
            if record is not None:
                records.append(record._replace(link_type=link_type, section=number))
    found = read(data, chunk=chunk, capacity=capacity)
    assert (found.records, found.broken) == (records, "")


STARTS = st.one_of(
    st.builds(lambda pcap: pcap.header() + pcap.record(b"sound"), PCAPS),
    st.builds(
        lambda order: Pcapng(order).section() + Pcapng(order).interface(), st.sampled_from(ORDERS)
    ),
)
LIKELY = st.lists(
    st.sampled_from([b"\0\0\0", b"\0\0\0\1", b"\6\0\0\0", b"\n\r\r\n", b"\x20", b"\x0c", b"\xff"]),
    max_size=60,
).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(STARTS, st.binary(max_size=200) | LIKELY, CHUNKS, CAPACITIES)
def test_any_bytes_after_a_header_are_read_or_broken_off(
    start: bytes, rest: bytes, chunk: int, capacity: int
) -> None:
    found = read(start + rest, chunk=chunk, capacity=capacity)
    assert 0 <= found.broken_at <= len(start + rest)
    assert len(found.reader.buffer) <= max(capacity, 2 * len(start + rest))
    assert read(start + rest)._replace(reader=found.reader) == found


@settings(max_examples=200, deadline=None)
@given(st.lists(FRAMES, min_size=1, max_size=3), st.data())
def test_a_file_with_bytes_changed_is_read_and_decoded(
    frames: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    ng = Pcapng(data.draw(st.sampled_from(ORDERS)))
    file = bytearray(ng.section() + ng.interface(link_type=frames[0][1]))
    file += b"".join(ng.enhanced(frame) for frame, _ in frames)
    for _ in range(data.draw(st.integers(0, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    if file[:4] == b"\n\r\r\n":
        reader = read(bytes(file[: data.draw(st.integers(4, len(file)))]), capacity=64).reader
        if reader.frame:
            reader.decode()
            observe(reader.decoder)
