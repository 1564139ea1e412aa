"""A capture file open for reading: names, directions, problems, buffers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.capture_file import (
    LARGEST_BUFFER_BYTES,
    SMALLEST_BUFFER_BYTES,
    OpenCapture,
    buffer_bytes,
    open_capture,
)
from netdiag.sources.found import CaptureFile
from netdiag.sources.streams import open_raw
from tests.captures import (
    IN,
    OUT,
    PACKET_HOST,
    PACKET_OUTGOING,
    SLL2,
    A,
    B,
    cooked2,
    enhanced,
    interface,
    ipv4,
    numbered,
    pcap,
    pcapng,
    ping,
)
from tests.sources.reading import (
    BUFFER_BYTES,
    TUNNELS,
    found,
    no_descriptor_left_open,
    opened,
    problem_of,
    read_all,
    read_on,
)

PACKET = ipv4(A, B, ping(1, 1))


def open_written(tmp_path: Path, name: str, content: bytes) -> OpenCapture:
    (tmp_path / name).write_bytes(content)
    return opened(*found(tmp_path / name))


def test_the_names_in_a_pcapng_file_count_more_than_the_file_name(tmp_path: Path) -> None:
    content = pcapng(
        interface("cni0"), interface(""), enhanced(1, b"", 0), enhanced(2, b"", 1)
    ) + pcapng(interface("veth1"), enhanced(3, b"", 0))
    capture = open_written(tmp_path, "eth0.pcapng", content)
    assert [seen.interface for seen in read_on(capture)] == ["cni0", "eth0", "veth1"]
    capture.close()


def test_a_name_of_an_interface_may_be_any_bytes(tmp_path: Path) -> None:
    content = pcapng(interface(b"\xff\x1b[31m\n"), enhanced(1, b""))
    capture = open_written(tmp_path, "eth0.pcapng", content)
    assert [seen.interface for seen in read_on(capture)] == ["\ufffd\x1b[31m\n"]
    capture.close()


def test_directions_come_from_the_record_or_the_link_header(tmp_path: Path) -> None:
    content = pcapng(
        interface("any", SLL2),
        interface("eth0"),
        enhanced(1, cooked2(PACKET, 2, PACKET_HOST), 0),
        enhanced(2, cooked2(PACKET, 2, PACKET_OUTGOING), 0),
        enhanced(3, b"", 1, direction=IN),
        enhanced(4, b"", 1, direction=OUT),
        enhanced(5, b"", 1),
    )
    capture = open_written(tmp_path, "a.pcapng", content)
    assert [capture.direction() for _ in read_on(capture)] == ["in", "out", "in", "out", None]
    capture.close()


def test_packets_of_one_place_share_its_name(tmp_path: Path) -> None:
    capture = open_written(tmp_path, "eth0.pcap", pcap(numbered(2)))
    points = [capture.point() for _ in read_on(capture)]
    assert points[0] is points[1]
    capture.close()


@pytest.mark.parametrize(("count", "words"), [(1, "1 packet read"), (2, "2 packets read")])
def test_a_file_that_breaks_off_tells_where(tmp_path: Path, count: int, words: str) -> None:
    content = pcap(numbered(count)) + bytes(7)
    (tmp_path / "eth0.pcap").write_bytes(content)
    seen, problem = read_all(*found(tmp_path / "eth0.pcap"))
    assert len(seen) == count
    assert problem is not None
    assert problem.label == str(tmp_path / "eth0.pcap")
    assert problem.reason.startswith(f"broken at offset {len(content) - 7}: ")
    assert problem.reason.endswith(f"; {words} before it")


@pytest.mark.parametrize("size", [4, 10, 23])
@pytest.mark.parametrize("content", [pcap([]), pcapng(interface())], ids=["pcap", "pcapng"])
def test_a_file_that_ends_in_its_header_has_no_packets(
    tmp_path: Path, content: bytes, size: int
) -> None:
    (tmp_path / "a").write_bytes(content[:size])
    seen, problem = read_all(*found(tmp_path / "a"))
    assert seen == []
    assert problem is not None
    assert problem.reason.endswith("; 0 packets read before it")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a capture file: it is empty"),
        (b"\n", "not a capture file: it begins with 0a, as no pcap or pcapng file does"),
        (b"snoop\0\0\0", "not a capture file: it is a snoop file, not pcap or pcapng"),
        (
            b"<html>",
            "not a capture file: it begins with 3c 68 74 6d, as no pcap or pcapng file does",
        ),
    ],
)
def test_other_files_are_told(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with no_descriptor_left_open():
        assert problem_of(*found(tmp_path / "a")) == reason


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(pcap([]))
    (file,) = found(tmp_path / "a")
    (tmp_path / "a").unlink()
    assert problem_of(file) == "No such file or directory"


@pytest.mark.parametrize(
    ("count", "size"),
    [
        (0, LARGEST_BUFFER_BYTES),
        (1, LARGEST_BUFFER_BYTES),
        (128, 128 * 1024),
        (100_000, SMALLEST_BUFFER_BYTES),
    ],
)
def test_many_files_share_the_memory_for_buffers(count: int, size: int) -> None:
    assert buffer_bytes(count) == size


@pytest.mark.parametrize("is_pipe", [True, False])
def test_only_a_wait_for_a_pipe_is_announced(tmp_path: Path, is_pipe: bool) -> None:
    (tmp_path / "a").write_bytes(pcap(numbered(1)))
    reading, writing = os.pipe()
    os.write(writing, pcap(numbered(1)))
    os.close(writing)
    path = f"/dev/fd/{reading}" if is_pipe else str(tmp_path / "a")
    file = CaptureFile(path, CapturePoint(None, None, None), lambda: open_raw(path))
    announced: list[int] = []
    capture = open_capture(file, TUNNELS, BUFFER_BYTES, before_wait=lambda: announced.append(1))
    assert isinstance(capture, OpenCapture)
    assert capture.reader.next() == 1
    assert bool(announced) == is_pipe
    capture.close()
    os.close(reading)
