"""A capture file open for reading: its reader, and names for what the reader gives as numbers."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.decode.open_reader import NotACaptureError, open_reader
from netdiag.decode.reader import CaptureReader
from netdiag.decode.window import StreamError
from netdiag.model.capture_point import CapturePoint
from netdiag.sources.found import CaptureFile, Problem
from netdiag.sources.interface_names import point_of_name
from netdiag.sources.streams import ByteStream, PlainFile, is_pipe

DIRECTION_NAMES = (None, "in", "out")
LARGEST_BUFFER_BYTES = 256 * 1024
SMALLEST_BUFFER_BYTES = 16 * 1024
FEW_FILES = 64
"""So many files, and what else a process has open, any system allows."""

MAX_POINTS = 65_536
"""Capture points of one file whose names are remembered."""

ALL_BUFFERS_BYTES = 16 * 1024 * 1024


def buffer_bytes(file_count: int) -> int:
    """Return how large each buffer should be at first when so many files are open at once."""
    share = ALL_BUFFERS_BYTES // max(file_count, 1)
    return max(SMALLEST_BUFFER_BYTES, min(LARGEST_BUFFER_BYTES, share))


class OpenCapture:
    """One capture file, its reader at a packet; ``frame`` and so on are the reader's."""

    def __init__(self, file: CaptureFile, stream: ByteStream, reader: CaptureReader) -> None:
        self.file = file
        self.reader = reader
        self._stream = stream
        self._points: dict[tuple[int, int, int], CapturePoint] = {}
        self._section = self._interface = self._ifindex = -1
        self._point = file.point
        self._names: dict[int, str] | None = None

    def point(self) -> CapturePoint:
        """Return where the packet that was decoded last was captured."""
        reader = self.reader
        ifindex = reader.ifindex or reader.decoder.ifindex
        if (
            ifindex != self._ifindex
            or reader.interface != self._interface
            or reader.section != self._section
        ):
            self._section, self._interface, self._ifindex = (
                reader.section,
                reader.interface,
                ifindex,
            )
            self._point = self._remembered((reader.section, reader.interface, ifindex))
        return self._point

    def _remembered(self, key: tuple[int, int, int]) -> CapturePoint:
        point = self._points.get(key)
        if point is None:
            if len(self._points) >= MAX_POINTS:
                self._points.clear()
            point = self._points[key] = self._find_point(key[2])
        return point

    def _find_point(self, ifindex: int) -> CapturePoint:
        given = self.reader.interfaces[self.reader.interface].name
        if not ifindex:
            return point_of_name(given, self.file.point)
        if self._names is None:
            self._names = self.file.interface_names()
        known = self._names.get(ifindex)
        if known is None and "/" in given:  # as it was named when it was written from a bundle
            return point_of_name(given, self.file.point)
        return self.file.point._replace(interface=known)

    def points_named(self) -> list[CapturePoint]:
        """Return where the interfaces are that the file names, so far as it was read."""
        return [
            point_of_name(each.name, self.file.point)
            for each in self.reader.interfaces
            if each.name
        ]

    def ifindex(self) -> int:
        """Return the interface's index where the packet's record or link header gives it, or 0."""
        return self.reader.ifindex or self.reader.decoder.ifindex

    def direction(self) -> str | None:
        """Return ``in`` or ``out`` if the record or the link header of the packet says so."""
        return DIRECTION_NAMES[self.reader.direction or self.reader.decoder.direction]

    def problem(self) -> Problem | None:
        """Return where and why the file broke off, None if it did not."""
        reader = self.reader
        if not reader.broken:
            return None
        read = f"{reader.frame} packet{'' if reader.frame == 1 else 's'} read before it"
        return Problem(
            self.file.label, f"broken at offset {reader.broken_at}: {reader.broken}; {read}"
        )

    def size_bytes(self) -> int:
        """Return the file's size, compressed as it is; 0 = not known."""
        return self._stream.size

    def bytes_read(self) -> int:
        """Return how many of the file's bytes were read so far."""
        return self._stream.position()

    def plain_file(self) -> PlainFile | None:
        """Return the file in which packets can be read again, where the reader met them."""
        return self._stream.plain_file

    def close(self) -> None:
        """Close the file."""
        self.reader.close()
        self._stream.close()


def open_capture(
    file: CaptureFile,
    udp_tunnels: bytes,
    capacity: int,
    *,
    in_order_of_time: bool = False,
    before_wait: Callable[[], None] | None = None,
) -> OpenCapture | Problem:
    """Open a capture file; return the problem if it is none, or cannot be read.

    ``before_wait`` is called before each read of a pipe, which may have to wait.
    """
    try:
        raw = file.open()
    except StreamError as error:
        return Problem(file.label, str(error))
    try:
        stream = ByteStream(raw, before_wait if is_pipe(raw) else None)
        reader = open_reader(stream.read_into, capacity, udp_tunnels)
        if in_order_of_time:
            from netdiag.sources.sorting import SortedReader

            reader = SortedReader(reader)
    except NotACaptureError as error:
        raw.close()
        return Problem(file.label, f"not a capture file: {error}")
    except StreamError as error:
        raw.close()
        return Problem(file.label, str(error))
    return OpenCapture(file, stream, reader)


def open_captures(
    files: list[CaptureFile],
    udp_tunnels: bytes,
    *,
    in_order_of_time: bool = False,
    before_wait: Callable[[], None] | None = None,
) -> tuple[list[OpenCapture], list[Problem]]:
    """Open many capture files at once; return those that could be, and the problems of others."""
    allow_open_files(len(files))
    capacity = buffer_bytes(len(files))
    captures: list[OpenCapture] = []
    problems: list[Problem] = []
    for file in files:
        opened = open_capture(
            file,
            udp_tunnels,
            capacity,
            in_order_of_time=in_order_of_time,
            before_wait=before_wait,
        )
        if isinstance(opened, Problem):
            problems.append(opened)
        else:
            captures.append(opened)
    return captures, problems


def allow_open_files(count: int) -> None:
    """Raise this process's own limit of open files as far as ``count`` files need it."""
    if count < FEW_FILES:
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + FEW_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, limit), hard))
