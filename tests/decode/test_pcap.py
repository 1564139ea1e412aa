"""pcap files: byte orders, clocks, the modified format, and what a record may be."""

from __future__ import annotations

import pytest

from netdiag.decode.reader import MAX_PACKET_BYTES
from tests.decode.capture_files import (
    MICROSECONDS,
    MODIFIED,
    NANOSECONDS,
    ORDERS,
    Pcap,
    Record,
    read,
)
from tests.decode.frames import PING_FRAME
from tests.decode.observing import observe

FORMATS = [
    Pcap(order, magic) for order in ORDERS for magic in (MICROSECONDS, NANOSECONDS, MODIFIED)
]
NOON = 1_700_000_000


def name_of(pcap: Pcap) -> str:
    return f"{pcap.order}{pcap.magic:x}"


@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
def test_packets_of_every_format(pcap: Pcap) -> None:
    data = pcap.header()
    data += pcap.record(b"one", seconds=NOON, fraction=999_999, interface=3, packet_type=4)
    data += pcap.record(b"", seconds=NOON + 1, length=1500)
    data += pcap.record(b"three", seconds=0xFFFFFFFF, fraction=999_999, interface=0xFFFFFFFF)
    fraction_ns = 999_999 * (1 if pcap.magic == NANOSECONDS else 1000)
    expected = [
        Record(b"one", 3, NOON * 10**9 + fraction_ns),
        Record(b"", 1500, (NOON + 1) * 10**9),
        Record(b"three", 5, 0xFFFFFFFF * 10**9 + fraction_ns),
    ]
    if pcap.magic == MODIFIED:
        for index, (direction, ifindex) in enumerate([(2, 3), (1, 0), (1, 0xFFFFFFFF)]):
            expected[index] = expected[index]._replace(direction=direction, ifindex=ifindex)
    found = read(data)
    assert (found.records, found.broken) == (expected, "")


@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
def test_the_file_header_describes_the_one_interface(pcap: Pcap) -> None:
    found = read(pcap.header(0x1234_0071, snaplen=96))
    (interface,) = found.reader.interfaces
    assert (found.reader.link_type, interface.link_type, interface.snaplen) == (0x71, 0x71, 96)
    assert interface.unit_ns == (1 if pcap.magic == NANOSECONDS else 1000)
    assert (found.reader.section, interface.name, interface.dropped) == (0, "", 0)
    assert (found.records, found.broken) == ([], "")


def test_frame_check_bits_are_no_part_of_the_link_type() -> None:
    pcap = Pcap()
    found = read(pcap.header(0x5400_0001) + pcap.record(PING_FRAME))
    assert found.records[0].link_type == 1


@pytest.mark.parametrize("chunk", [1, 7, 1 << 30])
@pytest.mark.parametrize("capacity", [1, 24, 41, 4096])
def test_any_chunks_and_buffers_give_the_same(chunk: int, capacity: int) -> None:
    pcap = Pcap(">")
    frames = [PING_FRAME[:size] for size in range(len(PING_FRAME))]
    data = pcap.header() + b"".join(pcap.record(frame, seconds=7) for frame in frames)
    found = read(data, chunk=chunk, capacity=capacity)
    assert found.records == [Record(frame, len(frame), 7 * 10**9) for frame in frames]
    assert found.broken == ""
    assert len(found.reader.buffer) <= max(4096, 2 * capacity)


def test_packets_are_decoded_in_a_buffer_that_grew() -> None:
    pcap = Pcap()
    data = pcap.header() + pcap.record(bytes(10)) + pcap.record(PING_FRAME)
    found = read(data, capacity=24)
    found.reader.decode()
    assert observe(found.reader.decoder).layers == "eth ipv4 icmp"


@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
@pytest.mark.parametrize(("length", "problem"), [(20, "short: ipv4"), (50, "cut: ipv4")])
def test_a_packet_cut_by_the_snaplen_is_told_from_a_short_one(
    pcap: Pcap, length: int, problem: str
) -> None:
    found = read(pcap.header() + pcap.record(PING_FRAME[:20], length=length))
    found.reader.decode()
    assert observe(found.reader.decoder).problem == problem


@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
def test_the_largest_packet_is_read_and_a_larger_one_breaks_the_file_off(pcap: Pcap) -> None:
    largest = pcap.record(bytes(MAX_PACKET_BYTES))
    data = pcap.header() + largest
    found = read(data + pcap.record(bytes(MAX_PACKET_BYTES + 1)), capacity=4096)
    assert [len(record.data) for record in found.records] == [MAX_PACKET_BYTES]
    assert found.broken == "a record claims 262145 bytes, more than the 262144 possible"
    assert found.broken_at == len(data)


@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
def test_a_record_that_claims_four_gigabytes_takes_no_memory(pcap: Pcap) -> None:
    data = pcap.header() + pcap.record(b"sound")
    claim = pcap.record(bytes(100_000), captured=0xFFFFFFFF)
    found = read(data + claim, capacity=4096)
    assert [record.data for record in found.records] == [b"sound"]
    assert found.broken == "a record claims 4294967295 bytes, more than the 262144 possible"
    assert found.broken_at == len(data)
    assert len(found.reader.buffer) == 4096


def test_a_record_that_claims_more_than_there_is_takes_no_more_memory_than_there_is() -> None:
    pcap = Pcap()
    found = read(pcap.header() + pcap.record(bytes(5000), captured=200_000), capacity=4096)
    assert found.broken == "the file ends within a record of 200000 bytes, 5016 bytes into it"
    assert len(found.reader.buffer) == 8192


@pytest.mark.parametrize("version", [0, 1, 3, 0x0200])
@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
def test_another_version_gives_no_packets(pcap: Pcap, version: int) -> None:
    found = read(pcap.header(version=version) + pcap.record(PING_FRAME))
    assert found.records == []
    assert found.broken == f"pcap version {version} is not supported, only 2"
    assert found.broken_at == 0


@pytest.mark.parametrize("pcap", FORMATS, ids=name_of)
def test_half_a_file_header_gives_no_packets(pcap: Pcap) -> None:
    for cut in range(4, 24):
        found = read(pcap.header()[:cut])
        assert found.records == []
        assert found.broken == f"the file ends within a file header, {cut} bytes into it"
        assert found.broken_at == 0
