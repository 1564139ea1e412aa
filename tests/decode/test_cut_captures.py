"""Small capture files cut at every byte: all whole packets are given, and the rest is told of."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.decode.capture_files import (
    COMMENT,
    CUSTOM,
    IF_NAME,
    ISB_IFDROP,
    MODIFIED,
    NANOSECONDS,
    ORDERS,
    Pcap,
    Pcapng,
    read,
)

LITTLE, BIG = map(Pcapng, ORDERS)


class File(NamedTuple):
    """A capture file in its parts; after ``whole`` of them, it can be cut without a loss."""

    name: str
    parts: list[bytes]
    packets: list[bytes | None]
    """For each part the packet in it; None = it holds none."""


def pcap_file(pcap: Pcap) -> File:
    packets = [b"first", b"", b"the third"]
    parts = [pcap.header(), *map(pcap.record, packets)]
    return File(f"pcap {pcap.order}{pcap.magic:x}", parts, [None, *packets])


def pcapng_file(ng: Pcapng, other: Pcapng) -> File:
    parts: list[tuple[bytes, bytes | None]] = [
        (ng.section((COMMENT, b"a comment")), None),
        (ng.interface((IF_NAME, b"eth0")), None),
        (ng.enhanced(b"first", (COMMENT, b"hello")), b"first"),
        (ng.block(CUSTOM, b"passed over"), None),
        (ng.simple(b""), b""),
        (ng.obsolete(b"the third"), b"the third"),
        (ng.statistics((ISB_IFDROP, ng.number64(1))), None),
        (other.section(), None),
        (other.interface(), None),
        (other.enhanced(b"the fourth"), b"the fourth"),
    ]
    return File(f"pcapng {ng.order}", [part for part, _ in parts], [packet for _, packet in parts])


FILES = [
    *(pcap_file(Pcap(order)) for order in ORDERS),
    pcap_file(Pcap("<", MODIFIED)),
    pcap_file(Pcap(">", NANOSECONDS)),
    pcapng_file(LITTLE, BIG),
    pcapng_file(BIG, LITTLE),
]


@pytest.mark.parametrize("chunk", [1, 1 << 30])
@pytest.mark.parametrize("capacity", [16, 4096])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_whole_packets_are_given_and_the_rest_is_told_of(
    file: File, capacity: int, chunk: int
) -> None:
    data = b"".join(file.parts)
    whole, start = 0, 0
    for cut in range(4, len(data) + 1):
        while whole < len(file.parts) and start + len(file.parts[whole]) <= cut:
            start += len(file.parts[whole])
            whole += 1
        found = read(data[:cut], chunk=chunk, capacity=capacity)
        expected = [packet for packet in file.packets[:whole] if packet is not None]
        assert [record.data for record in found.records] == expected, cut
        assert bool(found.broken) == (cut > start), (cut, found.broken)
        if found.broken:
            assert found.broken_at == start, cut
            assert found.broken.startswith("the file ends within a"), cut
