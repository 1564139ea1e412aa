"""``capture`` as a real process, and its file as netdiag's own reader sees it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from netdiag.decode.open_reader import open_reader
from tests.probe.processes import SECONDS, command, environment

ARMED = "netdiag-probe: armed\n"
BUFFER_BYTES = 64 * 1024
IN, OUT = 1, 2


class Seen(NamedTuple):
    """A packet of a capture file."""

    interface: str
    data: bytes
    length: int
    direction: int
    time_ns: int


class File(NamedTuple):
    """A whole capture file."""

    packets: list[Seen]
    interfaces: dict[str, int]
    """Link type by name."""
    dropped: int

    def data(self, interface: str | None = None, direction: int | None = None) -> list[bytes]:
        """Return the packets of an interface, those of one direction."""
        return [
            packet.data
            for packet in self.packets
            if interface in (None, packet.interface) and direction in (None, packet.direction)
        ]


class Capture:
    """A running probe."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path) -> None:
        self.process = process
        self.path = path
        self.complaints: list[str] = []

    def wait_until_told(self, sentence: str) -> None:
        """Wait until it says something on stderr; keep what it said before."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if sentence in line.decode():
                return
            self.complaints.append(line.decode())
        raise AssertionError(self.complaints)

    def close_stdin(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self, number: signal.Signals = signal.SIGTERM) -> File:
        """End it by a signal and read what it wrote."""
        self.process.send_signal(number)
        return self.read()

    def read(self) -> File:
        """Wait for its end, and read what it wrote."""
        assert self.process.wait(SECONDS) == 0
        assert self.process.stderr is not None
        self.complaints += [line.decode() for line in self.process.stderr]
        return read_capture(self.path)


@contextmanager
def capturing(
    path: Path, *words: object, output: IO[bytes] | int | None = None
) -> Iterator[Capture]:
    """Run ``capture`` until it is armed, into a file or elsewhere."""
    with path.open("wb") as file:
        process = subprocess.Popen(
            command("capture", *words), env=environment(), stdin=subprocess.PIPE,
            stdout=output or file, stderr=subprocess.PIPE,
        )  # fmt: skip
    capture = Capture(process, path)
    try:
        capture.wait_until_told(ARMED)
        yield capture
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def read_capture(path: Path) -> File:
    """Read a file with netdiag's reader; it must be whole."""
    with io.BytesIO(path.read_bytes()) as stream:
        reader = open_reader(stream.readinto, BUFFER_BYTES, b"")
        packets = []
        while reader.next():
            interface = reader.interfaces[reader.interface].name
            told = (reader.length, reader.direction, reader.time_ns())
            packets.append(Seen(interface, reader.packet_bytes(), *told))
        assert reader.broken == ""
        types = {each.name: each.link_type for each in reader.interfaces}
        return File(packets, types, reader.dropped_packets())


def is_gone(pid: int) -> bool:
    """Tell whether no process has this number."""
    return not os.path.exists(f"/proc/{pid}")
