"""Compressed captures: told by their first bytes, and as much as possible of broken ones."""

from __future__ import annotations

import gzip
import io
import os
import random
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import zstandard

from netdiag.decode.window import StreamError
from netdiag.sources.streams import ByteStream, SliceReader
from tests.captures import START_NS, echo_frame, numbered, pcap
from tests.sources.reading import (
    found,
    no_descriptor_left_open,
    opened,
    packets,
    problem_of,
    read_all,
)

NOISE = random.Random(1)
PACKETS = [NOISE.randbytes(20) + data for _, data in numbered(2000)]
CAPTURE = pcap([(index, data) for index, data in enumerate(PACKETS)])
"""Random in part, so that its compressed form is long enough to be cut in the middle."""


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstd}
every_compression = pytest.mark.parametrize("kind", COMPRESSORS)


def salvaged(kind: str, data: bytes) -> bytes:
    """Return all that can be decompressed of broken data."""
    gz, zst = zlib.decompressobj(wbits=31), zstandard.ZstdDecompressor().decompressobj()
    decompress = gz.decompress if kind == "gzip" else zst.decompress
    parts = []
    with suppress(zlib.error, zstandard.ZstdError):
        for number in data:
            parts.append(decompress(bytes((number,))))
    return b"".join(parts)


def read_broken(folder: Path, kind: str, data: bytes) -> str:
    """Return what is said of broken data, all packets that can be salvaged having been read."""
    (folder / "a.pcap").write_bytes(data)
    (folder / "b.pcap").write_bytes(salvaged(kind, data))
    broken, plain = found(folder)
    seen, problem = read_all(broken)
    expected, _ = read_all(plain)
    assert len(seen) == len(expected) > 0
    assert [packet.data for packet in seen] == [packet.data for packet in expected]
    assert problem is not None
    return problem.reason


@every_compression
@pytest.mark.parametrize("name", ["a.pcap.gz", "a.pcap.zst", "a.pcap", "a", "a.gz"])
def test_the_first_bytes_decide_not_the_name(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(COMPRESSORS[kind](CAPTURE))
    assert packets(*found(tmp_path / name)) == PACKETS
    assert packets(*found(tmp_path)) == PACKETS


@pytest.mark.parametrize("name", ["a.pcap.gz", "a.zst"])
def test_a_plain_file_may_have_the_name_of_a_compressed_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CAPTURE)
    assert packets(*found(tmp_path / name)) == PACKETS


@every_compression
def test_several_compressed_parts_follow_each_other(tmp_path: Path, kind: str) -> None:
    compress = COMPRESSORS[kind]
    parts = (CAPTURE[:2], CAPTURE[2:3], CAPTURE[3:50_000], CAPTURE[50_000:])
    (tmp_path / "a").write_bytes(b"".join(map(compress, parts)))
    assert packets(*found(tmp_path)) == PACKETS


@every_compression
@pytest.mark.parametrize("size", [100, 1009, 16 * 1024])
def test_many_small_parts_follow_each_other(tmp_path: Path, kind: str, size: int) -> None:
    parts = [CAPTURE[at : at + size] for at in range(0, len(CAPTURE), size)]
    (tmp_path / "a").write_bytes(b"".join(map(COMPRESSORS[kind], parts)))
    assert packets(*found(tmp_path)) == PACKETS


@pytest.mark.parametrize("left", range(20))
def test_a_part_may_begin_anywhere_in_what_is_read_at_once(tmp_path: Path, left: int) -> None:
    """A header that begins so many bytes before a multiple of 16 KiB is read in two pieces."""
    first, second = zstd(CAPTURE[:20_000]), zstd(CAPTURE[20_000:])
    size = -(len(first) + 8 + left) % (16 * 1024)
    skippable = b"\x50\x2a\x4d\x18" + size.to_bytes(4, "little") + bytes(size)
    (tmp_path / "a").write_bytes(first + skippable + second)
    assert packets(*found(tmp_path)) == PACKETS


@every_compression
@pytest.mark.parametrize("part", [0.6, 0.99])
def test_a_file_cut_off_gives_the_packets_before(tmp_path: Path, kind: str, part: float) -> None:
    compressed = COMPRESSORS[kind](CAPTURE)
    told = read_broken(tmp_path, kind, compressed[: int(len(compressed) * part)])
    assert f"the {kind} data ends too early" in told


def begun(kind: str, data: bytes) -> bytes:
    """Return compressed data as a program that goes on writing has flushed it."""
    if kind == "gzip":
        gz = zlib.compressobj(wbits=31)
        return gz.compress(data) + gz.flush(zlib.Z_SYNC_FLUSH)
    zst = zstandard.ZstdCompressor().compressobj()
    return zst.compress(data) + zst.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


@every_compression
def test_a_file_cut_off_between_two_packets_is_still_cut_off(tmp_path: Path, kind: str) -> None:
    told = read_broken(tmp_path, kind, begun(kind, pcap(numbered(5))))
    assert f"the {kind} data ends too early" in told


@every_compression
def test_corrupt_data_gives_the_packets_before(tmp_path: Path, kind: str) -> None:
    compressed = bytearray(COMPRESSORS[kind](CAPTURE))
    place = int(len(compressed) * 0.6)
    compressed[place : place + 64] = bytes(64)
    read_broken(tmp_path, kind, bytes(compressed))


@pytest.mark.parametrize(("kind", "part"), [("gzip", 0.3), ("gzip", 0.9), ("zstd", 0.99)])
def test_corrupt_data_that_was_compressed_well(tmp_path: Path, kind: str, part: float) -> None:
    compressed = COMPRESSORS[kind](pcap([(START_NS, echo_frame())] * 20_000))
    kept = compressed[: int(len(compressed) * part)]
    read_broken(tmp_path, kind, kept + NOISE.randbytes(1000))


@every_compression
def test_a_wrong_checksum_is_told_and_all_packets_are_given(tmp_path: Path, kind: str) -> None:
    compressed = bytearray(COMPRESSORS[kind](pcap(numbered(3))))
    compressed[-8 if kind == "gzip" else -4] ^= 1
    assert f"the {kind} data is broken" in read_broken(tmp_path, kind, bytes(compressed))


@pytest.mark.parametrize("head", ["1f8b", "1f8b0800", "28b52ffd"])
@pytest.mark.parametrize("tail", ["", "ff" * 100], ids=["nothing", "garbage"])
def test_a_compressed_head_alone_is_a_problem(tmp_path: Path, head: str, tail: str) -> None:
    (tmp_path / "a.pcap").write_bytes(bytes.fromhex(head + tail))
    kind = "gzip" if head.startswith("1f") else "zstd"
    with no_descriptor_left_open():
        assert problem_of(*found(tmp_path)).startswith(f"the {kind} data ")


def test_zstd_may_not_ask_for_any_amount_of_memory(tmp_path: Path) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=30)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    (tmp_path / "a.pcap").write_bytes(packer.compress(CAPTURE) + packer.flush())
    reason = problem_of(*found(tmp_path))
    assert reason.startswith("the zstd data is broken")
    assert "memory" in reason


@every_compression
def test_closing_a_compressed_file_leaves_none_open(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.pcap").write_bytes(COMPRESSORS[kind](CAPTURE))
    with no_descriptor_left_open():
        capture = opened(*found(tmp_path))
        assert capture.reader.next()
        capture.close()


@every_compression
def test_a_pipe_may_be_compressed(kind: str) -> None:
    reading, writing = os.pipe()
    os.write(writing, COMPRESSORS[kind](b"\xd4\xc3\xb2\xa1" + b"rest"))
    os.close(writing)
    stream = ByteStream(io.FileIO(reading))
    data = bytearray(20)
    count = stream.read_into(memoryview(data)[:4])
    while more := stream.read_into(memoryview(data)[count:]):
        count += more
    assert bytes(data[:count]) == b"\xd4\xc3\xb2\xa1rest"
    assert stream.compressed == kind
    stream.close()


def test_a_pipe_is_announced_before_each_read() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"abcdef")
    os.close(writing)
    announced: list[int] = []
    stream = ByteStream(io.FileIO(reading), lambda: announced.append(1))
    while stream.read_into(memoryview(bytearray(4))):
        pass
    stream.close()
    assert len(announced) == 3


def test_a_slice_is_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    with (tmp_path / "file").open("rb") as file:
        slices = [SliceReader(file.fileno(), at, 3) for at in (0, 5, 9)]
        assert [part.read(2) for part in slices] == [b"01", b"56", b"9"]
        assert [part.read(100) for part in slices] == [b"2", b"7", b""]


def test_a_failure_to_read_is_a_stream_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with io.FileIO(writing, "w") as not_readable, pytest.raises(StreamError):
        ByteStream(not_readable).read_into(memoryview(bytearray(4)))
    os.close(reading)
