"""The program on the tracepoint: it sees each drop, and tells of those that are wanted.

What costs least comes first: reasons that are none, then a few fields of the packet, then its
headers. Only a drop that passed them all gets a record in the ring, and its bytes copied.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from netdiag_probe.filters.bpf import Label
from netdiag_probe.filters.pings import Wanted, build_internet_filter
from netdiag_probe.tracing.ebpf import (
    ADD,
    AND,
    AT_LEAST,
    AT_MOST,
    DIFFERENT,
    DOUBLE,
    EQUAL,
    FRAME,
    HALF,
    RESULT,
    SUBTRACT,
    WORD,
    Assembler,
)
from netdiag_probe.tracing.layout import Layout, LayoutError
from netdiag_probe.tracing.shortcut import HEAD_BYTES, leave_early
from netdiag_probe.tracing.translation import PACKET, READ_KERNEL, SIZE, translate

MONOTONIC_TIME, RESERVE, SUBMIT = 5, 131, 132
"""bpf_ktime_get_ns, bpf_ringbuf_reserve, bpf_ringbuf_submit of bpf.h."""

PACKET_BYTES = 256
"""As much of a packet is told: two tunnels and a quoted packet fit in."""
NAME_BYTES = 16

RECORD = struct.Struct(f"=QQIIIIIIII{NAME_BYTES}s")
"""Time, function, reason, length, protocol, bytes of the packet that follow, index of the device,
and the namespaces of device, socket and route, the device's name; then the packet."""
RECORD_BYTES = RECORD.size + PACKET_BYTES

COUNTERS = struct.Struct("=QQQ")
"""Shared with us: whether to stop telling, drops that found no room, drops left out since."""

_TIME, _FUNCTION, _REASON, _LENGTH, _PROTOCOL, _TAKEN, _INDEX = 0, 8, 16, 20, 24, 28, 32
_DEVICE_NET, _SOCKET_NET, _ROUTE_NET, _NAME = 36, 40, 44, 48
_STOP, _LOST, _LEFT_OUT = 0, 8, 16

_CONTEXT = 6
_POINTER, _SKB, _FIELDS = -8, -96, -104
"""Offsets on the stack; the filter's memory is between the first two."""
_MOST_FIELDS_BYTES = 256
"""The stack has 512."""
_RECORD_REGISTER = 8


class Wish(NamedTuple):
    """What is asked of the program."""

    wanted: Wanted | None
    """Packets; None: all of them."""
    silent: Sequence[int]
    """Reasons that are never told."""


def build_program(layout: Layout, wish: Wish, ring: int, counters: int) -> bytes:
    """Return the program, for two maps that are open already.

    Raise FilterError if what is wanted makes too long a program.
    """
    return _Writer(layout, ring, counters).write(wish)


class _Writer:
    def __init__(self, layout: Layout, ring: int, counters: int) -> None:
        self._layout = layout
        self._ring = ring
        self._counters = counters
        self._program = Assembler()
        self._no = Label("not told")
        begin = min(layout.protocol, layout.network_header, layout.tail, layout.head)
        self._fields_begin = begin & ~7
        end = max(layout.protocol, layout.network_header, layout.tail, layout.head) + 8
        self._fields_size = (end - self._fields_begin + 7) & ~7
        self._fields = _FIELDS - self._fields_size
        if self._fields_size > _MOST_FIELDS_BYTES:
            raise LayoutError("the fields of its packets are too far apart")

    def write(self, wish: Wish) -> bytes:
        program, yes = self._program, Label("wanted")
        program.copy(_CONTEXT, 1)
        program.load(DOUBLE, 1, _CONTEXT, 8 * self._layout.reason_argument)
        for reason in wish.silent:
            program.test_word(EQUAL, 1, reason, self._no)
        program.load(DOUBLE, 7, _CONTEXT, 8 * self._layout.packet_argument)
        program.store(DOUBLE, FRAME, _SKB, 7)
        self._find_packet()
        if wish.wanted is not None:
            leave_early(program, wish.wanted, self._fields - HEAD_BYTES, self._no)
            translate(build_internet_filter(wish.wanted), program, yes, self._no)
        program.place(yes)
        self._tell()
        program.place(self._no)
        program.end()
        return program.assemble()

    def _find_packet(self) -> None:
        """Let PACKET be where the IP header begins, and SIZE how much can be read from there."""
        program, layout = self._program, self._layout
        self._read(FRAME, self._fields, self._fields_size, 7, self._fields_begin)
        program.test(DIFFERENT, RESULT, 0, self._no)
        self._load_size(SIZE)
        self._load_field(DOUBLE, PACKET, layout.head)
        program.change_by(ADD, PACKET, 1)

    def _load_size(self, register: int) -> None:
        """Let a register be how many bytes the linear part has from the IP header on.

        Register 1 is where that begins in it.
        """
        program, known = self._program, Label("some bytes")
        self._load_field(HALF, 1, self._layout.network_header)
        self._load_field(WORD, register, self._layout.tail)
        program.test_by(AT_LEAST, register, 1, known)
        program.copy(register, 1)
        program.place(known)
        program.change_by(SUBTRACT, register, 1)

    def _load_field(self, width: int, register: int, offset: int) -> None:
        at = self._fields + offset - self._fields_begin
        self._program.load(width, register, FRAME, at)

    def _tell(self) -> None:
        program = self._program
        open_, full = Label("telling"), Label("no room")
        program.load_map_memory(1, self._counters)
        program.load(DOUBLE, 2, 1, _STOP)
        program.test(EQUAL, 2, 0, open_)
        self._count(_LEFT_OUT)
        program.place(open_)
        program.load_map(1, self._ring)
        program.set(2, RECORD_BYTES)
        program.set(3, 0)
        program.call(RESERVE)
        program.test(EQUAL, RESULT, 0, full)
        program.copy(_RECORD_REGISTER, RESULT)
        self._fill()
        program.copy(1, _RECORD_REGISTER)
        program.set(2, 0)
        program.call(SUBMIT)
        program.jump(self._no)
        program.place(full)
        self._count(_LOST)

    def _count(self, counter: int) -> None:
        program = self._program
        program.load_map_memory(1, self._counters)
        program.set(2, 1)
        program.add_to_memory(1, counter, 2)
        program.jump(self._no)

    def _fill(self) -> None:
        """Write a record; nothing in it is left as it was."""
        program, layout, record = self._program, self._layout, _RECORD_REGISTER
        self._take_packet()
        program.load(DOUBLE, 1, _CONTEXT, 8 * layout.location_argument)
        program.store(DOUBLE, record, _FUNCTION, 1)
        program.load(DOUBLE, 1, _CONTEXT, 8 * layout.reason_argument)
        program.store(WORD, record, _REASON, 1)
        self._load_field(HALF, 1, layout.protocol)
        program.to_big_endian(1, HALF)
        program.store(WORD, record, _PROTOCOL, 1)
        for at in (_INDEX, _DEVICE_NET, _SOCKET_NET, _ROUTE_NET):
            program.store_value(WORD, record, at, 0)
        for at in (_NAME, _NAME + 8):
            program.store_value(DOUBLE, record, at, 0)
        program.load(DOUBLE, 7, FRAME, _SKB)
        self._read(record, _LENGTH, 4, 7, layout.length)
        self._tell_device()
        self._tell_socket()
        self._tell_route()
        program.call(MONOTONIC_TIME)
        program.store(DOUBLE, record, _TIME, RESULT)

    def _take_packet(self) -> None:
        program, fits = self._program, Label("fits")
        self._load_size(2)  # anew: the kernel's check of SIZE would have to know all of its history
        program.test(AT_MOST, 2, PACKET_BYTES, fits)
        program.set(2, PACKET_BYTES)
        program.place(fits)
        program.store(WORD, _RECORD_REGISTER, _TAKEN, 2)
        program.copy(1, _RECORD_REGISTER)
        program.change(ADD, 1, RECORD.size)
        program.copy(3, PACKET)
        program.call(READ_KERNEL)

    def _tell_device(self) -> None:
        program, layout, none = self._program, self._layout, Label("no device")
        self._follow(7, layout.device, none)
        self._read(_RECORD_REGISTER, _INDEX, 4, 9, layout.device_index)
        self._read(_RECORD_REGISTER, _NAME, NAME_BYTES, 9, layout.device_name)
        self._tell_net(9, layout.device_net, _DEVICE_NET, none)
        program.place(none)

    def _tell_socket(self) -> None:
        none = Label("no socket")
        self._follow(7, self._layout.socket, none)
        self._tell_net(9, self._layout.socket_net, _SOCKET_NET, none)
        self._program.place(none)

    def _tell_route(self) -> None:
        """Tell the namespace of the device that a route leads to: its pointer has a flag."""
        program, layout, none = self._program, self._layout, Label("no route")
        self._follow(7, layout.route, none)
        program.change(AND, 9, ~1)
        self._follow(9, layout.route_device, none)
        self._tell_net(9, layout.device_net, _ROUTE_NET, none)
        program.place(none)

    def _tell_net(self, base: int, offset: int, told: int, none: Label) -> None:
        self._follow(base, offset, none)
        self._read(_RECORD_REGISTER, told, 4, 9, self._layout.net_number)

    def _follow(self, base: int, offset: int, none: Label) -> None:
        """Let register 9 be the pointer that is at another one; go to ``none`` if it is null."""
        program = self._program
        self._read(FRAME, _POINTER, 8, base, offset)
        program.load(DOUBLE, 9, FRAME, _POINTER)
        program.test(EQUAL, 9, 0, none)

    def _read(self, target: int, at: int, size: int, base: int, offset: int) -> None:
        """Read the kernel's memory; what cannot be read is zeros."""
        program = self._program
        program.copy(1, target)
        program.change(ADD, 1, at)
        program.set(2, size)
        program.copy(3, base)
        program.change(ADD, 3, offset)
        program.call(READ_KERNEL)
