"""Reads captures for the tests: what was found, and all packets of it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.sources.capture_file import OpenCapture, open_capture
from netdiag.sources.found import CaptureFile, Problem
from netdiag.sources.paths import find_captures

TUNNELS = udp_tunnel_table()
BUFFER_BYTES = 16 * 1024


class Seen(NamedTuple):
    """A packet, and what its file says about it."""

    frame: int
    time_ns: int
    interface: str | None
    data: bytes


def found(*paths: Path | str) -> list[CaptureFile]:
    """Return the captures of paths that hold nothing else."""
    files, problems = find_captures(tuple(str(path) for path in paths))
    assert problems == []
    return files


def places(folder: Path, *paths: Path | str) -> dict[str, str]:
    """Return for each capture found its label below ``folder`` and its capture point."""
    return {
        os.path.relpath(file.label, folder): str(file.point)
        for file in found(*(paths or (folder,)))
    }


def problems(*paths: Path | str) -> list[Problem]:
    """Return the problems of paths that hold no captures."""
    files, found_problems = find_captures(tuple(str(path) for path in paths))
    assert files == []
    return found_problems


def opened(file: CaptureFile, *, sort: bool = False) -> OpenCapture:
    """Open a file that can be opened."""
    capture = open_capture(file, TUNNELS, BUFFER_BYTES, in_order_of_time=sort)
    assert isinstance(capture, OpenCapture), capture
    return capture


def problem_of(file: CaptureFile) -> str:
    """Return why a file cannot be opened."""
    problem = open_capture(file, TUNNELS, BUFFER_BYTES)
    assert isinstance(problem, Problem)
    return problem.reason


def read_on(capture: OpenCapture) -> Iterator[Seen]:
    """Yield the packets that are left."""
    reader = capture.reader
    while reader.next():
        reader.decode()
        yield Seen(reader.frame, reader.time_ns(), capture.point().interface, reader.packet_bytes())


def read_all(file: CaptureFile, *, sort: bool = False) -> tuple[list[Seen], Problem | None]:
    """Return a file's packets, and why it broke off."""
    capture = opened(file, sort=sort)
    try:
        return list(read_on(capture)), capture.problem()
    finally:
        capture.close()


def packets(file: CaptureFile, *, sort: bool = False) -> list[bytes]:
    """Return the bytes of all packets of a file that is sound."""
    seen, problem = read_all(file, sort=sort)
    assert problem is None
    return [packet.data for packet in seen]


@contextmanager
def no_descriptor_left_open() -> Iterator[None]:
    """Fail if the block leaves a file open; what was left before it is collected first."""
    gc.collect()
    before = set(os.listdir("/proc/self/fd"))
    yield
    assert set(os.listdir("/proc/self/fd")) <= before
