"""A reader that gives a file's packets in order of time, when the file itself does not."""

from __future__ import annotations

from array import array

from netdiag.decode.reader import MAX_PACKET_BYTES, CaptureInterface, CaptureReader
from netdiag.sources.spool import Spool


class SortedReader(CaptureReader):
    """Reads all packets of another reader into a nameless temporary file, then gives them sorted.

    Memory: about 160 bytes a packet. Packets of one time keep the file's order.
    """

    def __init__(self, reader: CaptureReader) -> None:
        super().__init__(_no_more, MAX_PACKET_BYTES, reader.decoder)
        self._spool = Spool()
        self._times = array("q")
        self._offsets = array("q")
        self._shapes = array("q")
        """Captured bytes, wire bytes, interface, ifindex, direction, time known: six a packet."""
        self._load(reader)
        self._order = sorted(range(len(self._times)), key=self._times.__getitem__)
        self._next = 0
        self.decoder.attach(self.buffer)

    def _load(self, reader: CaptureReader) -> None:
        known: dict[tuple[int, int], int] = {}
        while reader.next():
            place = (reader.section, reader.interface)
            if place not in known:
                known[place] = len(self.interfaces)
                self.interfaces.append(_copied(reader.interfaces[reader.interface]))
            data = reader.packet_bytes()
            self._times.append(reader.time_ns())
            self._offsets.append(self._spool.size)
            self._spool.write(data)
            self._shapes.extend(
                (
                    len(data),
                    reader.length,
                    known[place],
                    reader.ifindex,
                    reader.direction,
                    reader.has_time,
                )
            )
        self.broken, self.broken_at = reader.broken, reader.broken_at
        self.dropped = reader.dropped_packets()

    def close(self) -> None:
        """Free the temporary file."""
        self._spool.close()

    def next(self) -> int:
        """Move to the next packet; return 0 if there is none."""
        if self._next == len(self._order):
            self.frame = len(self._order)
            return 0
        index = self._order[self._next]
        self._next += 1
        size, self.length, self.interface, self.ifindex, self.direction, self.has_time = (
            self._shapes[6 * index : 6 * index + 6]
        )
        self.buffer[:size] = self._spool.read(self._offsets[index], size)
        self.start, self.end = 0, size
        self.stamp_ns = self._times[index]
        self.link_type = self.interfaces[self.interface].link_type
        self.frame = index + 1
        return 1


def _no_more(view: memoryview) -> int:
    return 0


def _copied(interface: CaptureInterface) -> CaptureInterface:
    copy = CaptureInterface(interface.link_type)
    copy.name = interface.name
    return copy
