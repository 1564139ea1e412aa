"""Capture files with impossible lengths: what came before is kept, and a sentence tells why."""

from __future__ import annotations

from struct import pack

import pytest

from netdiag.decode.decoder import Decoder
from netdiag.decode.open_reader import open_reader
from netdiag.decode.pcapng import PcapngReader
from netdiag.decode.window import MAX_WINDOW_BYTES, StreamError
from tests.decode.capture_files import (
    CUSTOM,
    ENHANCED,
    INTERFACE,
    ORDERS,
    PACKET,
    SECTION,
    SIMPLE,
    STATISTICS,
    Pcap,
    Pcapng,
    Record,
    read,
    read_all,
    stream,
)
from tests.decode.observing import UDP_TUNNELS

LITTLE, BIG = map(Pcapng, ORDERS)
BOTH = pytest.mark.parametrize("ng", [LITTLE, BIG], ids=["little", "big"])
KNOWN_BLOCKS = (INTERFACE, PACKET, SIMPLE, STATISTICS, ENHANCED)
PACKET_BLOCKS = (PACKET, SIMPLE, ENHANCED)
SOUND = Record(b"sound", 5, section=1)


def breaks(ng: Pcapng, block: bytes, because: str) -> None:
    """Assert that a file breaks off at this block, and that neither end of the buffer matters."""
    data = ng.section() + ng.interface() + ng.enhanced(b"sound")
    for chunk, capacity in ((1, 16), (1 << 30, 4096)):
        found = read(data + block + ng.enhanced(b"lost"), chunk=chunk, capacity=capacity)
        assert found.records == [SOUND]
        assert (found.broken, found.broken_at) == (because, len(data))


@BOTH
@pytest.mark.parametrize("kind", [*KNOWN_BLOCKS, CUSTOM])
@pytest.mark.parametrize("size", [0, 4, 8, 11, 13, 30, 0xFFFFFFFF])
def test_a_block_of_an_impossible_length(ng: Pcapng, kind: int, size: int) -> None:
    block = ng.block(kind, bytes(40), size=size)
    breaks(ng, block, f"a block claims the impossible length {size}")


@BOTH
@pytest.mark.parametrize("kind", KNOWN_BLOCKS)
def test_a_block_whose_two_lengths_differ(ng: Pcapng, kind: int) -> None:
    for trailer in (0, 48, 56, 0xFFFFFFFF):
        block = ng.block(kind, bytes(40), trailer=trailer)
        breaks(ng, block, "a block's two length fields differ")


@BOTH
@pytest.mark.parametrize("kind", [kind for kind in KNOWN_BLOCKS if kind not in PACKET_BLOCKS])
def test_a_block_larger_than_any_window(ng: Pcapng, kind: int) -> None:
    size = MAX_WINDOW_BYTES + 4
    block = ng.block(kind, bytes(40), size=size)
    breaks(ng, block, f"a block claims {size} bytes, more than {MAX_WINDOW_BYTES}")


@BOTH
def test_a_packet_with_endless_options_is_read_and_they_are_passed_over(ng: Pcapng) -> None:
    """Options need no memory: a packet's block is looked at for its first MiB only."""
    endless = [(1, bytes(60_000))] * 400
    start = ng.section() + ng.interface()
    data = start + ng.enhanced(b"one", *endless) + ng.enhanced(b"two")
    found = read(data, capacity=4096)
    assert [record.data for record in found.records] == [b"one", b"two"]
    assert found.broken == ""
    assert len(found.reader.buffer) <= 1 << 20
    cut = read(data[: len(start) + 5_000_000], capacity=4096)
    assert [record.data for record in cut.records] == [b"one"]
    assert cut.broken.startswith("the file ends within a block of ")


@BOTH
@pytest.mark.parametrize("kind", [ENHANCED, PACKET])
@pytest.mark.parametrize("size", [0, 4, 16])
def test_a_packet_block_too_short_for_its_header(ng: Pcapng, kind: int, size: int) -> None:
    block = ng.block(kind, bytes(size))
    breaks(ng, block, f"a packet block of {size + 12} bytes is too short")


@BOTH
def test_a_simple_packet_block_without_a_length(ng: Pcapng) -> None:
    breaks(ng, ng.block(SIMPLE, b""), "a packet block of 12 bytes is too short")


@BOTH
def test_an_interface_without_a_link_type(ng: Pcapng) -> None:
    breaks(ng, ng.block(INTERFACE, bytes(4)), "an interface description is too short")


@BOTH
def test_statistics_without_an_interface_are_passed_over(ng: Pcapng) -> None:
    data = ng.section() + ng.interface() + ng.block(STATISTICS, bytes(8)) + ng.enhanced(b"sound")
    assert (read(data).records, read(data).broken) == ([SOUND], "")


@BOTH
@pytest.mark.parametrize("captured", [6, 9, 262_145, 0xFFFFFFFF])
def test_a_packet_longer_than_its_block(ng: Pcapng, captured: int) -> None:
    block = ng.enhanced(b"12345", captured=captured)
    if captured == 6:  # fits into the padding
        data = ng.section() + ng.interface() + block
        assert [record.data for record in read(data).records] == [b"12345\0"]
    else:
        breaks(ng, block, f"a packet claims {captured} bytes in a block of {len(block)}")


@BOTH
def test_a_packet_larger_than_any_packet(ng: Pcapng) -> None:
    block = ng.enhanced(bytes(262_145))
    breaks(ng, block, f"a packet claims 262145 bytes in a block of {len(block)}")


@BOTH
@pytest.mark.parametrize("interface", [1, 2, 0xFFFF, 0xFFFFFFFF])
def test_a_packet_of_an_interface_that_was_not_described(ng: Pcapng, interface: int) -> None:
    reason = f"a packet is of interface {interface}, which is not described"
    breaks(ng, ng.enhanced(b"lost", interface=interface), reason)
    if interface <= 0xFFFF:
        breaks(ng, ng.obsolete(b"lost", interface=interface), reason)


@BOTH
def test_a_packet_before_any_interface(ng: Pcapng) -> None:
    for block in (ng.enhanced(b"lost"), ng.simple(b"lost"), ng.obsolete(b"lost")):
        data = ng.section() + ng.interface() + ng.enhanced(b"sound") + ng.section()
        found = read(data + block)
        assert found.records == [SOUND]
        assert found.broken == "a packet is of interface 0, which is not described"
        assert found.broken_at == len(data)


@BOTH
@pytest.mark.parametrize("major", [0, 2, 0x0100])
def test_a_section_of_another_version(ng: Pcapng, major: int) -> None:
    breaks(ng, ng.section(major=major), f"pcapng version {major} is not supported, only 1")


@BOTH
@pytest.mark.parametrize("magic", ["1a2b3c4e", "1a000000", "4d000000", "00000000", "4d3c2b1b"])
def test_a_section_without_a_byte_order(ng: Pcapng, magic: str) -> None:
    block = ng.block(SECTION, bytes.fromhex(magic) + bytes(12))
    breaks(ng, block, "a section header has no byte-order magic")


@BOTH
@pytest.mark.parametrize("size", [0, 4, 8, 13, 27, 0xFFFFFFFF])
def test_a_section_header_of_an_impossible_length(ng: Pcapng, size: int) -> None:
    body = pack(f"{ng.order}IHHq", 0x1A2B3C4D, 1, 0, -1)
    block = ng.block(SECTION, body, size=size)
    breaks(ng, block, f"a block claims the impossible length {size}")


@BOTH
def test_huge_claims_take_no_memory(ng: Pcapng) -> None:
    start = ng.section() + ng.interface() + ng.enhanced(b"sound")
    for kind, size, bound, reason in (
        (CUSTOM, 0xFFFFFFFC, 4096, "the file ends within a block"),
        (ENHANCED, 0xFFFFFFFC, 131_072, "the file ends within a block"),
        (ENHANCED, MAX_WINDOW_BYTES, 131_072, "the file ends within a block"),
        (INTERFACE, MAX_WINDOW_BYTES, 131_072, "the file ends within a block"),
    ):
        found = read(start + ng.block(kind, bytes(100_000), size=size), capacity=4096)
        assert found.records == [SOUND]
        assert found.broken.startswith(reason)
        assert found.broken_at == len(start)
        assert len(found.reader.buffer) <= bound


@BOTH
def test_a_block_is_passed_over_past_the_end_of_the_file(ng: Pcapng) -> None:
    start = ng.section() + ng.interface() + ng.enhanced(b"sound")
    found = read(start + ng.block(CUSTOM, bytes(100), size=120))
    assert found.broken == "the file ends within a block of 120 bytes"
    assert found.broken_at == len(start)


def test_a_file_that_begins_with_another_block() -> None:
    reader = PcapngReader(stream(LITTLE.enhanced(b"lost")), 4096, Decoder(UDP_TUNNELS))
    found = read_all(reader)
    assert found.records == []
    assert found.broken == "a packet is of interface 0, which is not described"


PCAP_START = Pcap().header() + Pcap().record(b"sound")
PCAPNG_START = LITTLE.section() + LITTLE.interface() + LITTLE.enhanced(b"sound")


@pytest.mark.parametrize(
    ("start", "rest"),
    [
        (PCAP_START, b""),
        (PCAP_START, Pcap().record(b"lost")[:7]),
        (PCAP_START, Pcap().record(b"lost")[:-1]),
        (PCAPNG_START, b""),
        (PCAPNG_START, LITTLE.enhanced(b"lost")[:7]),
        (PCAPNG_START, LITTLE.enhanced(b"lost")[:-1]),
        (PCAPNG_START, LITTLE.section()[:-1]),
        (PCAPNG_START, LITTLE.block(CUSTOM, bytes(40))[:-1]),
    ],
)
def test_a_stream_that_fails_gives_its_own_reason(start: bytes, rest: bytes) -> None:
    read_on = stream(start + rest)

    def read_into(view: memoryview) -> int:
        count = read_on(view)
        if count == 0:
            raise StreamError("the gzip data is broken")
        return count

    found = read_all(open_reader(read_into, 4096, UDP_TUNNELS))
    assert [record.data for record in found.records] == [b"sound"]
    assert (found.broken, found.broken_at) == ("the gzip data is broken", len(start))
