"""Packets of many files in order of time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest

from netdiag.sources.merge import merge_packets
from tests.captures import echo_frame, enhanced, interface, pcap, pcapng, simple
from tests.sources.reading import found, opened

FRAME = echo_frame()


def merged(tmp_path: Path, contents: Iterable[bytes]) -> list[tuple[str, int, int]]:
    """Return file name, frame number and time of all packets, merged."""
    paths = [tmp_path / f"{letter}" for letter, _ in zip("abcdefgh", contents, strict=False)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    captures = [opened(file) for file in found(*paths)]
    packets = [
        (Path(capture.file.label).name, capture.reader.frame, capture.reader.time_ns())
        for capture in merge_packets(captures)
    ]
    for capture in captures:
        capture.close()
    return packets


def at(*times: int) -> bytes:
    """Return a file with packets at these times."""
    return pcap([(time_ns, FRAME) for time_ns in times])


def test_packets_of_several_files_interleave(tmp_path: Path) -> None:
    assert merged(tmp_path, [at(10, 40), at(20, 21, 22), at(5, 30, 99)]) == [
        ("c", 1, 5),
        ("a", 1, 10),
        ("b", 1, 20),
        ("b", 2, 21),
        ("b", 3, 22),
        ("c", 2, 30),
        ("a", 2, 40),
        ("c", 3, 99),
    ]


def test_packets_of_one_time_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    order = [(name, frame) for name, frame, _ in merged(tmp_path, [at(7, 7), at(7), at(6, 7, 7)])]
    assert order == [("c", 1), ("a", 1), ("a", 2), ("b", 1), ("c", 2), ("c", 3)]


def test_nanoseconds_count(tmp_path: Path) -> None:
    late = 1_618_257_578_000_000_000
    times = [time_ns for *_, time_ns in merged(tmp_path, [at(late + 2), at(late + 1, late + 3)])]
    assert times == [late + 1, late + 2, late + 3]


def test_the_order_inside_a_file_is_kept(tmp_path: Path) -> None:
    order = [(name, time_ns) for name, _, time_ns in merged(tmp_path, [at(50, 10), at(20, 60)])]
    assert order == [("b", 20), ("a", 50), ("a", 10), ("b", 60)]


def test_a_packet_without_a_time_follows_the_one_before_it(tmp_path: Path) -> None:
    timeless = pcapng(interface(), enhanced(30, FRAME), simple(FRAME), enhanced(50, FRAME))
    order = [(name, frame) for name, frame, _ in merged(tmp_path, [at(20, 40), timeless])]
    assert order == [("a", 1), ("b", 1), ("b", 2), ("a", 2), ("b", 3)]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_files_without_packets(tmp_path: Path, count: int) -> None:
    assert merged(tmp_path, [at()] * count) == []
    assert merged(tmp_path, [*[at()] * count, at(1)]) == [("abcd"[count], 1, 1)]


def test_a_file_that_breaks_off_leaves_the_others_going(tmp_path: Path) -> None:
    order = [name for name, *_ in merged(tmp_path, [at(1, 3)[:-1], at(2, 4)])]
    assert order == ["a", "b", "b"]


def test_no_packet_is_kept_in_memory(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(pcap((time_ns, FRAME * 10) for time_ns in range(10_000)))
    captures = [opened(file) for file in found(*paths)]
    tracemalloc.start()
    assert sum(1 for _ in merge_packets(captures)) == 20_000
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 200_000
    for capture in captures:
        capture.close()
