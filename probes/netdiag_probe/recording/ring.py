"""A TPACKET_V3 ring: the kernel writes packets of all interfaces of a namespace into shared memory.

Source: Documentation/networking/packet_mmap.rst, include/uapi/linux/if_packet.h.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import socket
import struct
from collections.abc import Iterator, Sequence

from netdiag_probe.filters.bpf import RETURN, Step, pack_program

ETH_P_ALL = 3
SO_ATTACH_FILTER = 26
SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP, PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION = 1, 5, 6, 10
TPACKET_V3 = 2
PACKET_MR_PROMISC = 1
TP_STATUS_KERNEL = 0
TP_STATUS_USER = 1
FRAME_BYTES = 2048
"""Only has to divide the blocks: this version of the ring packs packets of any size into them."""

BLOCK_BYTES = 256 * 1024
"""More than the largest TCP packet. A block is handed over with whatever it holds when it is full
or old, so many small ones bridge a longer pause of this process than a few large ones."""

BLOCK_TIMEOUT_MS = 10
"""How long the kernel keeps a block that is not full."""

_BLOCK = struct.Struct("=8xII")
"""Of a block: status, number of packets."""
_FIRST = struct.Struct("=16xI")
_STATUS = struct.Struct("@I")


class Ring:
    """A ring over all interfaces of the namespace that it is made in, also those that come later.

    Needs CAP_NET_RAW there, else PermissionError is raised. The filter is there before the first
    packet is.
    """

    memory: mmap.mmap
    """The blocks, one behind another."""

    def __init__(self, steps: Sequence[Step], blocks: int) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._attach(steps)
            self._socket.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
            frames = BLOCK_BYTES // FRAME_BYTES * blocks
            request = (BLOCK_BYTES, blocks, FRAME_BYTES, frames, BLOCK_TIMEOUT_MS, 0, 0)
            self._socket.setsockopt(SOL_PACKET, PACKET_RX_RING, struct.pack("=7I", *request))
            self.memory = mmap.mmap(self._socket.fileno(), BLOCK_BYTES * blocks)
            self._bind()
        except BaseException:
            self._socket.close()
            raise
        self._size = BLOCK_BYTES * blocks
        self._at = 0

    def fileno(self) -> int:
        """Return what is readable while blocks are ready."""
        return self._socket.fileno()

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield where the first packet of each ready block is and how many there are.

        A block is the kernel's again once the next one is asked for.
        """
        while True:
            status, count = _BLOCK.unpack_from(self.memory, self._at)
            if not status & TP_STATUS_USER:
                return
            yield self._at + _FIRST.unpack_from(self.memory, self._at)[0], count
            _STATUS.pack_into(self.memory, self._at + 8, TP_STATUS_KERNEL)
            self._at = (self._at + BLOCK_BYTES) % self._size

    def deafen(self) -> None:
        """Let no further packet in; those inside are still there."""
        self._attach([(RETURN, 0, 0, 0)])

    def count_dropped(self) -> int:
        """Return how many packets passed the filter and found no room since this was last asked."""
        size = struct.calcsize("=III")
        data = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, size)
        _, dropped, _ = struct.unpack("=III", data)
        return int(dropped)

    def hear_everything(self, index: int) -> None:
        """Put an interface into promiscuous mode as long as this ring is open."""
        membership = struct.pack("=iHH8x", index, PACKET_MR_PROMISC, 0)
        self._socket.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership)

    def close(self) -> None:
        """Give memory and socket back."""
        self.memory.close()
        self._socket.close()

    def _attach(self, steps: Sequence[Step]) -> None:
        program = pack_program(steps)
        memory = ctypes.create_string_buffer(program, len(program))
        option = struct.pack("@HP", len(steps), ctypes.addressof(memory))
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, option)
        except OSError as error:
            if error.errno != errno.ENOMEM:
                raise
            told = "the filter needs more room than net.core.optmem_max gives it"
            raise OSError(errno.ENOMEM, told) from error

    def _bind(self) -> None:
        """Begin to hear all interfaces; Python's own bind wants the name of one."""
        address = struct.pack(
            "@HHiHBB8s", socket.AF_PACKET, socket.htons(ETH_P_ALL), 0, 0, 0, 0, b""
        )
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.bind(self._socket.fileno(), address, len(address)) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
