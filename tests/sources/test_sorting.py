"""A file's packets in order of time, when the file itself has them in another."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from tests.captures import (
    IN,
    OUT,
    PACKET_HOST,
    PACKET_OUTGOING,
    RAW,
    SLL2,
    A,
    B,
    cooked2,
    echo_frame,
    enhanced,
    interface,
    ipv4,
    pcap,
    pcap_record,
    pcapng,
    ping,
    simple,
    statistics,
)
from tests.sources.reading import found, no_descriptor_left_open, opened, read_all, read_on

pytestmark = pytest.mark.usefixtures("temporary_folder")


def in_order(tmp_path: Path, content: bytes) -> list[tuple[int, int, str | None, bytes]]:
    """Return frame number, time, interface and bytes of a file's packets, sorted."""
    (tmp_path / "eth0").write_bytes(content)
    seen, problem = read_all(*found(tmp_path / "eth0"), sort=True)
    assert problem is None
    return [tuple(packet) for packet in seen]  # type: ignore[misc]


def test_packets_are_sorted_and_keep_their_numbers(tmp_path: Path) -> None:
    content = pcap([(30, b"third"), (10, b"first"), (40, b"fourth"), (20, b"second")])
    assert in_order(tmp_path, content) == [
        (2, 10, "eth0", b"first"),
        (4, 20, "eth0", b"second"),
        (1, 30, "eth0", b"third"),
        (3, 40, "eth0", b"fourth"),
    ]


def test_packets_of_one_time_keep_their_order(tmp_path: Path) -> None:
    content = pcap([(5, b"c"), (1, b"a"), (5, b"d"), (1, b"b"), (5, b"e")])
    assert b"".join(packet[3] for packet in in_order(tmp_path, content)) == b"abcde"


def test_an_empty_file(tmp_path: Path) -> None:
    assert in_order(tmp_path, pcap([])) == []


def test_interfaces_keep_their_names(tmp_path: Path) -> None:
    content = pcapng(
        interface("eth0"),
        interface("cni0"),
        enhanced(30, b"a", 1),
        enhanced(20, b"b", 0),
        enhanced(10, b"c", 1),
    )
    order = [(frame, name, data) for frame, _, name, data in in_order(tmp_path, content)]
    assert order == [(3, "cni0", b"c"), (2, "eth0", b"b"), (1, "cni0", b"a")]


def test_each_section_has_interfaces_of_its_own(tmp_path: Path) -> None:
    first = pcapng(interface("eth0"), interface("cni0"), enhanced(40, b"a", 1), enhanced(10, b"b"))
    second = pcapng(interface("veth1"), enhanced(30, b"c"), enhanced(20, b"d"))
    order = [(frame, name, data) for frame, _, name, data in in_order(tmp_path, first + second)]
    assert order == [
        (2, "eth0", b"b"),
        (4, "veth1", b"d"),
        (3, "veth1", b"c"),
        (1, "cni0", b"a"),
    ]


def test_packets_keep_their_link_types(tmp_path: Path) -> None:
    packet = ipv4(A, B, ping(1, 1))
    content = pcapng(
        interface("eth0"),
        interface("tunl0", RAW),
        enhanced(20, echo_frame()),
        enhanced(10, packet, 1),
    )
    (tmp_path / "a").write_bytes(content)
    capture = opened(*found(tmp_path / "a"), sort=True)
    layers = []
    for _ in read_on(capture):
        decoder = capture.reader.decoder
        layers.append((capture.reader.link_type, decoder.count, decoder.transport_at > 0))
    assert layers == [(RAW, 2, True), (1, 3, True)]
    capture.close()


def test_a_packet_without_a_time_stays_behind_the_one_before_it(tmp_path: Path) -> None:
    content = pcapng(
        interface(), enhanced(30, b"d"), simple(b"e"), enhanced(10, b"b"), simple(b"c")
    )
    (tmp_path / "a").write_bytes(pcapng(interface(), simple(b"a")) + content)
    capture = opened(*found(tmp_path / "a"), sort=True)
    seen = [(packet.data, bool(capture.reader.has_time)) for packet in read_on(capture)]
    assert seen == [(b"a", False), (b"b", True), (b"c", False), (b"d", True), (b"e", False)]
    capture.close()


def test_directions_and_lengths_are_kept(tmp_path: Path) -> None:
    content = pcapng(
        interface(), enhanced(20, b"a", direction=OUT), enhanced(10, b"b", direction=IN)
    )
    for name, data in (("a", content), ("b", pcap([]) + pcap_record(1, b"cut", 1500))):
        (tmp_path / name).write_bytes(data)
    first, second = (opened(file, sort=True) for file in found(tmp_path / "a", tmp_path / "b"))
    assert [first.direction() for _ in read_on(first)] == ["in", "out"]
    assert [(packet.data, second.reader.length) for packet in read_on(second)] == [(b"cut", 1500)]
    first.close()
    second.close()


def test_interfaces_of_any_keep_their_names(tmp_path: Path) -> None:
    packets = [(20, cooked2(b"", 2, PACKET_HOST)), (10, cooked2(b"", 3, PACKET_OUTGOING))]
    (tmp_path / "any.pcap").write_bytes(pcap(packets, SLL2))
    (tmp_path / "facts").mkdir()
    document = '[{"ifindex": 2, "ifname": "eth0"}, {"ifindex": 3, "ifname": "cni0"}]'
    (tmp_path / "facts/ip_link.json").write_text(document)
    capture = opened(*found(tmp_path), sort=True)
    seen = [(packet.interface, capture.direction()) for packet in read_on(capture)]
    assert seen == [("cni0", "out"), ("eth0", "in")]
    capture.close()


def test_a_broken_file_gives_the_packets_before_the_break(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(pcap([(3, b"c"), (1, b"a"), (2, b"b"), (0, b"cut")])[:-1])
    seen, problem = read_all(*found(tmp_path / "a"), sort=True)
    assert [packet.data for packet in seen] == [b"a", b"b", b"c"]
    assert problem is not None
    assert problem.reason.endswith("; 3 packets read before it")


@pytest.mark.parametrize("sort", [False, True])
def test_drops_are_counted(tmp_path: Path, sort: bool) -> None:
    sections = [pcapng(interface(), enhanced(1, b"a"), statistics(count)) for count in (7, 3)]
    (tmp_path / "a").write_bytes(b"".join(sections))
    capture = opened(*found(tmp_path / "a"), sort=sort)
    assert len(list(read_on(capture))) == 2
    assert capture.reader.dropped_packets() == 10
    capture.close()


def test_sorting_leaves_no_file_behind(tmp_path: Path, temporary_folder: Path) -> None:
    (tmp_path / "a").write_bytes(pcap([(1, b"a")]))
    with no_descriptor_left_open():
        capture = opened(*found(tmp_path / "a"), sort=True)
        assert os.listdir(temporary_folder) == []
        capture.close()


def test_packets_are_not_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(pcap((-index % 7, echo_frame() * 10) for index in range(10_000)))
    (file,) = found(tmp_path / "a")
    tracemalloc.start()
    capture = opened(file, sort=True)
    assert sum(capture.reader.next() for _ in range(10_000)) == 10_000
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 3_000_000
    capture.close()
