"""Files of a recording: whole blocks, complete sections, rings."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from netdiag.sources.recording.block_file import (
    BlockFile,
    OutputFailedError,
    OutputGoneError,
    open_file,
)
from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.interfaces import MergedInterfaces
from netdiag.sources.recording.output import OneFile
from netdiag.sources.recording.rotation import RingOfFiles
from netdiag.sources.recording.section import Section
from tests.captures import START_NS, echo_frame, enhanced, interface, pcapng, statistics
from tests.probe.capturing import File, read_capture

PACKETS = 40


@pytest.fixture
def interfaces() -> MergedInterfaces:
    return MergedInterfaces()


@pytest.fixture
def entries(interfaces: MergedInterfaces) -> list[Entry]:
    packets = [enhanced(START_NS + at, echo_frame(at), at % 2) for at in range(PACKETS)]
    section = Section("n", interfaces, None)
    return section.feed(pcapng(interface("a"), interface("b"), *packets, statistics(3)))


def sequence(file: File) -> list[int]:
    return [int.from_bytes(packet.data[40:42], "big") for packet in file.packets]


def test_one_file(tmp_path: Path, interfaces: MergedInterfaces, entries: list[Entry]) -> None:
    path = tmp_path / "out.pcapng"
    path.write_bytes(bytes(100_000))
    interfaces.dropped.clear()
    output = OneFile(open_file(str(path)), interfaces)
    output.write(entries[:7])
    assert sequence(read_capture(path)) == [*range(7)]
    output.write(entries[7:])
    interfaces.dropped["n"] = 3
    output.finish()
    file = read_capture(path)
    assert (sequence(file), file.dropped) == ([*range(PACKETS)], 3)
    assert list(file.interfaces) == ["n/a", "n/b"]


def test_new_files_are_for_their_user_alone(tmp_path: Path) -> None:
    file = open_file(str(tmp_path / "out.pcapng"))
    assert os.fstat(file.descriptor).st_mode & 0o777 == 0o600
    file.close()


def test_each_file_of_a_ring_is_complete(
    tmp_path: Path, interfaces: MergedInterfaces, entries: list[Entry]
) -> None:
    interfaces.dropped["n"] = 0
    ring = RingOfFiles(str(tmp_path / "out.pcapng"), 2000, None, interfaces)
    for at in range(0, PACKETS, 8):
        ring.write(entries[at : at + 8])
        interfaces.dropped["n"] += 1
    ring.finish()
    paths = sorted(tmp_path.iterdir())
    assert [str(path) for path in paths] == list(ring.paths)
    assert all(path.name.startswith(f"out_{at:05d}_20") for at, path in enumerate(paths, 1))
    files = [read_capture(path) for path in paths]
    assert [number for file in files for number in sequence(file)] == [*range(PACKETS)]
    assert all(list(file.interfaces) == ["n/a", "n/b"] for file in files)
    assert sum(file.dropped for file in files) == 5
    assert len(files) > 2
    assert all(path.stat().st_size <= 2300 for path in paths), "2000, and the statistics"


def test_the_oldest_of_a_ring_is_deleted(
    tmp_path: Path, interfaces: MergedInterfaces, entries: list[Entry]
) -> None:
    ring = RingOfFiles(str(tmp_path / "out"), 1, 3, interfaces)
    (tmp_path / "out_00009_mine").touch()
    ring.write(entries[:2])
    Path(ring.paths[0]).unlink()
    ring.write(entries[2:])
    ring.finish()
    left = sorted(tmp_path.glob("out_*_2*"))
    assert [sequence(read_capture(path)) for path in left] == [[37], [38], [39]]
    assert left[-1].name.startswith(f"out_{PACKETS:05d}_")
    assert (tmp_path / "out_00009_mine").exists()


def test_a_full_disk_leaves_whole_blocks(tmp_path: Path) -> None:
    path = tmp_path / "out"
    child = os.fork()
    if child == 0:  # the limit is of the process
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        file = open_file(str(path))
        try:
            file.write([b"a" * 300, b"b" * 300])
            file.write([b"c" * 300, b"d" * 300])
        except OutputFailedError as error:
            os._exit(0 if str(error) == f"{path}: File too large" and file.size == 900 else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert path.read_bytes() == b"a" * 300 + b"b" * 300 + b"c" * 300


def test_a_reader_that_is_gone_is_no_failure() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    file = BlockFile(writer, "a pipe")
    with pytest.raises(OutputGoneError):
        file.write([b"abcd"])
    file.close()


@pytest.mark.parametrize(("path", "why"), [("", "No such file"), ("/dev/full/x", "Not a direct")])
def test_what_cannot_be_opened(path: str, why: str) -> None:
    with pytest.raises(OutputFailedError, match=f"{path}: {why}"):
        open_file(path)
