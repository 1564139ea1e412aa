"""pcapng files: sections, interfaces, all packet blocks, and the blocks that are passed over."""

from __future__ import annotations

from struct import pack

import pytest

from netdiag.decode.reader import MAX_INTERFACES, MAX_PACKET_BYTES
from tests.decode.capture_files import (
    COMMENT,
    CUSTOM,
    ENHANCED,
    FLAGS,
    IF_NAME,
    INTERFACE,
    ISB_IFDROP,
    ISB_OSDROP,
    NAMES,
    ORDERS,
    Pcapng,
    Record,
    read,
)

LITTLE, BIG = map(Pcapng, ORDERS)
BOTH = pytest.mark.parametrize("ng", [LITTLE, BIG], ids=["little", "big"])


def packet(data: bytes, length: int | None = None, **more: int | None) -> Record:
    """A record of a file with one section."""
    length = len(data) if length is None else length
    return Record(data, length, section=1)._replace(**more)  # type: ignore[arg-type]


@BOTH
def test_all_packet_blocks(ng: Pcapng) -> None:
    data = ng.section() + ng.interface(link_type=113)
    data += ng.enhanced(b"one", units=5, length=1500)
    data += ng.simple(b"seven77")
    data += ng.obsolete(b"four", units=1 << 40)
    data += ng.enhanced(b"")
    found = read(data)
    assert found.records == [
        packet(b"one", 1500, time_ns=5000, link_type=113),
        packet(b"seven77", time_ns=None, link_type=113),
        packet(b"four", time_ns=1000 << 40, link_type=113),
        packet(b"", link_type=113),
    ]
    assert found.broken == ""


@BOTH
def test_a_simple_packet_is_as_long_as_the_snaplen_lets_it_be(ng: Pcapng) -> None:
    data = ng.section() + ng.interface(snaplen=6) + ng.simple(b"123456", length=9000)
    data += ng.simple(b"1234", length=4) + ng.simple(b"12345678", length=7)
    found = read(data)
    lengths = [(record.data, record.length) for record in found.records]
    assert lengths == [(b"123456", 9000), (b"1234", 4), (b"123456", 7)]
    assert found.broken == ""


@BOTH
def test_a_simple_packet_without_a_snaplen_is_all_that_its_block_holds(ng: Pcapng) -> None:
    found = read(ng.section() + ng.interface() + ng.simple(b"123456", length=9000))
    assert [(record.data, record.length) for record in found.records] == [(b"123456\0\0", 9000)]


@BOTH
def test_a_simple_packet_has_the_time_of_the_packet_before(ng: Pcapng) -> None:
    data = ng.section() + ng.interface() + ng.enhanced(b"", units=5) + ng.simple(b"")
    found = read(data)
    assert (found.reader.has_time, found.reader.time_ns()) == (0, 5000)


@BOTH
@pytest.mark.parametrize(("flags", "direction"), [(0, 0), (1, 1), (2, 2), (3, 0), (0xFFFFFFFE, 2)])
def test_flags_tell_the_direction(ng: Pcapng, flags: int, direction: int) -> None:
    option = (FLAGS, pack(f"{ng.order}I", flags))
    comment = (COMMENT, b"five\0")  # whose padding must not be taken for the end mark
    data = ng.section() + ng.interface()
    data += ng.enhanced(b"1", option) + ng.obsolete(b"22", comment, option, (4, bytes(8)))
    data += ng.enhanced(b"333") + ng.enhanced(b"4444", (FLAGS, b"\1"), comment)
    assert [record.direction for record in read(data).records] == [direction, direction, 0, 0]


@BOTH
def test_a_direction_without_an_end_mark_after_it_counts(ng: Pcapng) -> None:
    option = pack(f"{ng.order}HHI", FLAGS, 4, 2)
    fields = pack(f"{ng.order}5I", 0, 0, 0, 0, 0)
    data = ng.section() + ng.interface() + ng.block(ENHANCED, fields + option)
    assert [record.direction for record in read(data).records] == [2]


@BOTH
def test_a_direction_after_the_end_of_options_is_none(ng: Pcapng) -> None:
    options = bytes(4) + pack(f"{ng.order}HHI", FLAGS, 4, 1)
    fields = pack(f"{ng.order}5I", 0, 0, 0, 0, 0)
    data = ng.section() + ng.interface() + ng.block(ENHANCED, fields + options)
    assert [record.direction for record in read(data).records] == [0]


def test_sections_of_either_order_have_interfaces_of_their_own() -> None:
    data = b""
    for ng, link_type in ((LITTLE, 1), (BIG, 113), (BIG, 276), (LITTLE, 101)):
        data += ng.section() + ng.interface(link_type=228) + ng.interface(link_type=link_type)
        data += ng.enhanced(b"packet", interface=1, units=link_type)
    found = read(data)
    told = [(record.section, record.link_type, record.time_ns) for record in found.records]
    assert told == [(1, 1, 1000), (2, 113, 113_000), (3, 276, 276_000), (4, 101, 101_000)]
    assert (found.broken, found.reader.section, len(found.reader.interfaces)) == ("", 4, 2)


@BOTH
def test_a_hundred_interfaces(ng: Pcapng) -> None:
    data = ng.section()
    for number in range(100):
        name = f"veth{number}".encode()
        data += ng.interface((IF_NAME, name), link_type=number, snaplen=number)
    data += b"".join(ng.enhanced(b"", interface=number) for number in reversed(range(100)))
    found = read(data)
    assert [record.interface for record in found.records] == list(reversed(range(100)))
    assert all(record.link_type == record.interface for record in found.records)
    described = [(i.name, i.link_type, i.snaplen) for i in found.reader.interfaces]
    assert described == [(f"veth{number}", number, number) for number in range(100)]


@BOTH
def test_interfaces_may_be_described_after_packets(ng: Pcapng) -> None:
    data = ng.section() + ng.interface() + ng.enhanced(b"") + ng.interface(link_type=113)
    found = read(data + ng.enhanced(b"", interface=1))
    assert [record.link_type for record in found.records] == [1, 113]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"eth0", "eth0"),
        (b"eth0\0\0", "eth0"),
        (b"", ""),
        ("büro".encode(), "büro"),
        (b"\xff\xfe\x1b[0m", "\ufffd\ufffd\x1b[0m"),
        (b"x" * 300, "x" * 256),
    ],
)
def test_names_of_interfaces(value: bytes, name: str) -> None:
    found = read(LITTLE.section() + LITTLE.interface((COMMENT, b"?"), (IF_NAME, value)))
    assert found.reader.interfaces[0].name == name


@BOTH
def test_a_name_that_is_cut_or_after_the_end_of_options_is_none(ng: Pcapng) -> None:
    name = pack(f"{ng.order}HH", IF_NAME, 4) + b"eth0"
    for options in (bytes(4) + name, pack(f"{ng.order}HH", IF_NAME, 5) + b"eth0"):
        found = read(ng.section() + ng.block(INTERFACE, pack(f"{ng.order}II", 1, 0) + options))
        assert [interface.name for interface in found.reader.interfaces] == [""]
        assert found.broken == ""


@BOTH
def test_statistics_tell_of_drops(ng: Pcapng) -> None:
    def drops(number: int) -> bytes:
        return ng.number64(number)

    data = ng.section() + ng.interface() + ng.interface()
    data += ng.statistics((ISB_IFDROP, drops(3)), (ISB_OSDROP, drops(4)))
    data += ng.statistics((ISB_IFDROP, drops(10)), interface=1)
    data += ng.statistics((4, drops(99)), (ISB_OSDROP, drops(11)), interface=1)
    data += ng.statistics((ISB_IFDROP, drops(99)), interface=2)
    data += ng.statistics((ISB_IFDROP, b"\1"), interface=0)
    before = read(data)
    assert [interface.dropped for interface in before.reader.interfaces] == [0, 11]
    after = read(data + ng.section() + ng.interface() + ng.statistics((ISB_IFDROP, drops(1 << 63))))
    assert after.reader.dropped_packets() == 11 + (1 << 63)
    assert (before.broken, after.broken) == ("", "")


@BOTH
@pytest.mark.parametrize(("code", "name"), [(2, "started_ns"), (3, "ended_ns")])
def test_statistics_tell_when_it_began_and_ended(ng: Pcapng, code: int, name: str) -> None:
    """In the interface's own unit of time: nanoseconds, milliseconds."""
    end = (code, pack(f"{ng.order}II", 0x18, 0x6A0B_0001))
    units = (b"\x09", b"\x03")
    data = ng.section() + b"".join(ng.interface((9, unit)) for unit in units)
    data += ng.statistics(end) + ng.statistics(end, interface=1)
    data += ng.interface() + ng.statistics((code, b"\1"), interface=2)
    wanted = 0x18 << 32 | 0x6A0B_0001
    assert [getattr(interface, name) for interface in read(data).reader.interfaces] == [
        wanted, wanted * 1_000_000, 0]  # fmt: skip


@BOTH
@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 1000, 60_000, 65_535])
def test_options_of_any_length(ng: Pcapng, size: int) -> None:
    comment = (COMMENT, b"c" * size)
    data = ng.section(comment) + ng.interface(comment, (IF_NAME, b"eth0"))
    data += ng.enhanced(b"packet", comment, (FLAGS, pack(f"{ng.order}I", 2)))
    data += ng.statistics(comment, (ISB_IFDROP, ng.number64(5)))
    found = read(data, capacity=64)
    assert found.records == [packet(b"packet", direction=2)]
    (interface,) = found.reader.interfaces
    assert (interface.name, interface.dropped, found.broken) == ("eth0", 5, "")


@BOTH
def test_other_blocks_are_passed_over_without_being_kept(ng: Pcapng) -> None:
    data = ng.section() + ng.interface()
    for kind in (NAMES, CUSTOM, 0x40000BAD, 9, 0x80000001):
        data += ng.block(kind, b"") + ng.block(kind, bytes(300_000)) + ng.enhanced(b"packet")
    found = read(data, capacity=4096)
    assert found.records == [packet(b"packet")] * 5
    assert (found.broken, len(found.reader.buffer)) == ("", 4096)


@BOTH
@pytest.mark.parametrize("chunk", [1, 5, 1 << 30])
@pytest.mark.parametrize("capacity", [1, 16, 50, 4096])
def test_any_chunks_and_buffers_give_the_same(ng: Pcapng, chunk: int, capacity: int) -> None:
    frames = [bytes([size]) * size for size in range(60)]
    data = ng.section() + ng.interface((IF_NAME, b"eth0")) + ng.block(CUSTOM, bytes(5000))
    data += b"".join(ng.enhanced(frame, (COMMENT, b"hello")) for frame in frames)
    found = read(data, chunk=chunk, capacity=capacity)
    assert found.records == [packet(frame) for frame in frames]
    assert found.broken == ""
    assert len(found.reader.buffer) <= 4096


@BOTH
def test_the_largest_packet(ng: Pcapng) -> None:
    start = ng.section() + ng.interface()
    found = read(start + ng.enhanced(bytes(MAX_PACKET_BYTES)), capacity=4096)
    assert [len(record.data) for record in found.records] == [MAX_PACKET_BYTES]
    assert found.broken == ""


def test_as_many_interfaces_as_a_number_can_tell() -> None:
    data = LITTLE.section() + LITTLE.interface() * MAX_INTERFACES
    found = read(data + LITTLE.enhanced(b"packet", interface=MAX_INTERFACES - 1))
    assert found.records == [packet(b"packet", interface=MAX_INTERFACES - 1)]
    more = read(data + LITTLE.interface())
    assert (more.broken, more.broken_at) == ("more than 65536 interfaces", len(data))


def test_what_chose_the_packets() -> None:
    told, code = b"\0icmp", b"\x01\x00\x00\x00"  # text, and a program that nobody can show
    found = read(
        LITTLE.section()
        + LITTLE.interface((IF_FILTER, told))
        + LITTLE.interface((IF_FILTER, code))
        + LITTLE.interface()
    )
    assert [each.filter for each in found.reader.interfaces] == ["icmp", "", ""]


IF_FILTER = 11
