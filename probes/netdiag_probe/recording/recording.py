"""One namespace's packets: from the ring, as blocks, into the capture file.

The loop over the packets of a block is what capturing costs, so it does only what an ordinary
packet needs: one struct is read, one packed. Whatever else there is goes another way.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from netdiag_probe.filters.pings import ETHERNET_TYPES
from netdiag_probe.recording.interfaces import Interface, Interfaces
from netdiag_probe.recording.pcapng import CaptureFile, PacketShape, shape_packet
from netdiag_probe.recording.ring import BLOCK_BYTES, Ring

ETHERNET, RAW_IP = 1, 101
"""Link types of the file: with an Ethernet header, or from the IP header on."""

ETHERTYPE_AT = 12
VLAN_VALID, VLAN_PROTOCOL_VALID = 0x10, 0x40
"""Status bits of a packet: the kernel took a tag off; it says which kind of tag."""
DEFAULT_TAG = 0x8100
_IP = (b"\x08\x00", b"\x86\xdd")

INBOUND, OUTBOUND = 1, 2
UNICAST, MULTICAST, BROADCAST, PROMISCUOUS = 1 << 2, 2 << 2, 3 << 2, 4 << 2
FLAGS = {
    0: INBOUND | UNICAST,
    1: INBOUND | BROADCAST,
    2: INBOUND | MULTICAST,
    3: INBOUND | PROMISCUOUS,
    4: OUTBOUND,
}
"""epb_flags by the packet type of ``struct sockaddr_ll``: host, broadcast, multicast, other host,
outgoing."""

MOST_SHAPES = 10_000
"""Some MB: then they are made anew."""

_PACKET = struct.Struct("=IIIIIIH26xi2xB")
"""Of a packet in the ring: distance to the next one, seconds, nanoseconds, bytes captured, bytes
on the wire, status, where its bytes begin, ifindex, packet type."""
_MORE = struct.Struct("=26xH4xIH12x2s4xH")
"""Where its network header begins, VLAN tag and kind of tag, protocol, ARPHRD_ number."""
_TAG = struct.Struct(">HH")

_NOT_WANTED = -1
"""Instead of an interface's number in the file."""


_LARGEST_LOW = 0xFFFFFFFF
"""Of the lower half of a time."""
_SHAPE_UNKNOWN = 1 << 16
"""No bit that the kernel sets."""
_SPECIAL = VLAN_VALID | _SHAPE_UNKNOWN


class Choice(NamedTuple):
    """Which interfaces are recorded, and how."""

    globs: Sequence[str] = ()
    """Patterns of names; empty: all."""
    is_promiscuous: bool = False
    """Hear what is for others, too."""

    def takes(self, interface: Interface) -> bool:
        """Tell whether packets of an interface are recorded."""
        return not self.globs or any(fnmatchcase(interface.name, glob) for glob in self.globs)


class _Packet(NamedTuple):
    """What the file says of a packet, if not what the ring says."""

    shape: PacketShape
    length: int
    data: bytes


class Recording:
    """Records a namespace: reads its ring when told to."""

    _file: CaptureFile

    def __init__(self, label: str, ring: Ring, interfaces: Interfaces, choice: Choice) -> None:
        self.label = label
        self.ring = ring
        self.interfaces = interfaces
        self._choice = choice
        self._numbers: dict[int, int] = {}
        """By ifindex: the interface's number in the file, or that it is not wanted."""
        self._bare: set[int] = set()
        """Those, by ifindex, whose packets have no Ethernet header in the file."""
        self._shapes: dict[int, dict[int, dict[int, PacketShape]]] = {}
        """By packet type, ifindex, bytes captured: of packets that are copied as they are."""
        self._shape_count = 0
        self._heard: set[int] = set()
        """Interfaces in promiscuous mode, by ifindex."""
        self._out = bytearray(BLOCK_BYTES)
        """A packet takes less room in the file than in the ring."""

    def begin(self, file: CaptureFile) -> None:
        """Describe the interfaces that there are, so that the file tells that they were heard."""
        self._file = file
        self._hear_everything()
        for interface in self.interfaces.list_known():
            self._add(interface)

    def take_news(self) -> None:
        """Hear of new interfaces; they are described when they have a packet."""
        self.interfaces.update()
        self._hear_everything()

    def read(self, most: int | None = None) -> int:
        """Write the packets that are ready, at most so many; return how many those were."""
        written = 0
        for here, count in self.ring.blocks():
            while count and written != most:
                portion = count if most is None else min(count, most - written)
                here, copied = self._copy(here, portion)
                count -= portion
                written += copied
            if written == most:
                break
        return written

    def finish(self) -> None:
        """Write how many packets were dropped; the kernel counts those of all interfaces in one."""
        dropped = self.ring.count_dropped()
        comment = "of all interfaces of this namespace together" if dropped else ""
        for number in sorted({*self._numbers.values()} - {_NOT_WANTED}):
            self._file.write_statistics(number, dropped, comment)
            if dropped:
                break

    def close(self) -> None:
        """Give the ring back."""
        self.ring.close()
        self.interfaces.close()

    def _copy(self, here: int, count: int) -> tuple[int, int]:
        """Write packets from ``here`` on; return where the next one is and how many were wanted."""
        memory, out, shapes, unpack = self.ring.memory, self._out, self._shapes, _PACKET.unpack_from
        end = second = high = base = left_out = 0
        for _ in range(count):
            step, seconds, fraction, size, length, status, start, index, kind = unpack(memory, here)
            try:
                total, pack_into, head, tail = shapes[kind][index][size]
            except KeyError:
                status |= _SHAPE_UNKNOWN
            if status & _SPECIAL:
                packet = self._look_closer(here)
                here += step
                if packet is None:
                    left_out += 1
                    continue
                (total, pack_into, head, tail), length, data = packet
                size = len(data)
            else:
                start += here
                data = memory[start : start + size]
                here += step
            if seconds != second:
                second = seconds
                high, base = divmod(seconds * 1_000_000_000, 1 << 32)
            low = base + fraction
            if low > _LARGEST_LOW:
                high, low, second = high + 1, low - (1 << 32), 0
            pack_into(out, end, head, high, low, size, length, data, tail)
            end += total
        if end:
            self._file.write_packets(memoryview(out)[:end])
        return here, count - left_out

    def _look_closer(self, here: int) -> _Packet | None:
        """Return a packet that is not copied as it is, None if it is not wanted.

        It is the first of its interface, size and direction, or it has no Ethernet header, or a
        tag was taken off it.
        """
        memory = self.ring.memory
        _, _, _, size, length, status, start, index, kind = _PACKET.unpack_from(memory, here)
        network, tag, tag_kind, protocol, hardware_type = _MORE.unpack_from(memory, here)
        if index not in self._numbers:
            self._add(self.interfaces.find(index, hardware_type))
        number = self._numbers[index]
        data = memory[here + start : here + start + size]
        if number == _NOT_WANTED:
            return None
        if index in self._bare:
            if protocol not in _IP:
                return None
            data, length = data[network - start :], length - (network - start)
        elif status & VLAN_VALID:
            kind_of_tag = tag_kind if status & VLAN_PROTOCOL_VALID else DEFAULT_TAG
            data = data[:ETHERTYPE_AT] + _TAG.pack(kind_of_tag, tag) + data[ETHERTYPE_AT:]
            length += _TAG.size
        else:
            return _Packet(self._remember_shape(index, size, kind), length, data)
        return _Packet(shape_packet(number, len(data), FLAGS.get(kind, 0)), length, data)

    def _remember_shape(self, index: int, size: int, kind: int) -> PacketShape:
        """Return the shape of packets that are copied as they are, from now on without this."""
        if self._shape_count == MOST_SHAPES:
            self._shapes.clear()
            self._shape_count = 0
        self._shape_count += 1
        shape = shape_packet(self._numbers[index], size, FLAGS.get(kind, 0))
        self._shapes.setdefault(kind, {}).setdefault(index, {})[size] = shape
        return shape

    def _add(self, interface: Interface) -> None:
        """Describe an interface in the file, if it is wanted."""
        if not self._choice.takes(interface):
            self._numbers[interface.number] = _NOT_WANTED
            return
        link_type = ETHERNET
        if interface.hardware_type not in ETHERNET_TYPES:
            link_type = RAW_IP
            self._bare.add(interface.number)
        self._numbers[interface.number] = self._file.describe_interface(
            interface.name, self.label, link_type, interface.address
        )

    def _hear_everything(self) -> None:
        """Put those interfaces into promiscuous mode that are not yet, if that is wanted."""
        if not self._choice.is_promiscuous:
            return
        for interface in self.interfaces.list_known():
            if interface.number not in self._heard and self._choice.takes(interface):
                self._heard.add(interface.number)
                with contextlib.suppress(OSError):  # it may be gone by now
                    self.ring.hear_everything(interface.number)
