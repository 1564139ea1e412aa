"""A merged capture as lines of text, or of JSON, as they come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from netdiag.cli.output import ReaderGoneError, ResultWriter, palette
from netdiag.decode.decoder import Decoder
from netdiag.decode.pcapng import PcapngReader
from netdiag.model.capture_point import CapturePoint
from netdiag.render.packet_line import PacketLines
from netdiag.sources.capture_file import DIRECTION_NAMES
from netdiag.sources.interface_names import point_of_name
from netdiag.sources.recording.block_file import STDOUT, OutputGoneError
from netdiag.sources.recording.blocks import Entry, pack_section_header
from netdiag.sources.recording.interfaces import MergedInterface, MergedInterfaces

_CAPACITY: Final = 256 * 1024
_NOWHERE: Final = CapturePoint(None, None, None)


class TextOutput:
    """Decodes packets and prints them, in the words of ``netdiag packets``."""

    pipe: int | None = STDOUT

    def __init__(
        self, interfaces: MergedInterfaces, udp_tunnels: bytes, *, as_json: bool, utc: bool
    ) -> None:
        """``udp_tunnels`` says which UDP ports announce tunnels (``udp_tunnel_table``)."""
        self._given = memoryview(b"")
        self._reader = PcapngReader(self._read_into, _CAPACITY, Decoder(udp_tunnels))
        self._points: list[CapturePoint] = []
        self._as_json = as_json
        self._lines = PacketLines(palette(), utc, 0)
        self._writer = ResultWriter()
        self._feed([pack_section_header()])
        for interface in interfaces.described:
            self.describe(interface)

    def describe(self, interface: MergedInterface) -> None:
        """Take a new interface."""
        self._points.append(point_of_name(interface.name, _NOWHERE))
        self._feed([interface.block])

    def write(self, entries: Sequence[Entry]) -> None:
        """Print packets."""
        try:
            self._feed([block for _, _, block in entries])
            self._writer.flush()
        except ReaderGoneError:
            raise OutputGoneError from None

    def finish(self) -> None:
        """Print what is left: nothing."""

    def _feed(self, blocks: Sequence[bytes | bytearray]) -> None:
        """Have the reader read whole blocks: at their end it waits for the next."""
        self._given = memoryview(b"".join(blocks))
        while self._reader.next():
            self._reader.decode()
            self._writer.write(self._line(self._points[self._reader.interface]))

    def _line(self, point: CapturePoint) -> str:
        if not self._as_json:
            return self._lines.line(self._reader, point)
        from netdiag.render.packet_json import packet_json

        reader = self._reader
        direction = DIRECTION_NAMES[reader.direction or reader.decoder.direction]
        return packet_json(reader, "-", point, direction)

    def _read_into(self, view: memoryview) -> int:
        count = min(len(view), len(self._given))
        view[:count] = self._given[:count]
        self._given = self._given[count:]
        return count
