"""A TUN device, and the loop that carries packets between it and a socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import socket
import struct
from collections.abc import Callable
from typing import Final, NoReturn

from netdiag.lab.kernel_devices import TUN

MAX_PACKET: Final = 65535
_SET_INTERFACE: Final = 0x400454CA
"""TUNSETIFF of ``linux/if_tun.h``."""
_SET_LINK_TYPE: Final = 0x400454CD
"""TUNSETLINK."""
_PLAIN_PACKETS: Final = 0x1001
"""IFF_TUN | IFF_NO_PI."""
_REQUEST: Final = struct.Struct("16sH22x")
_BUFFER: Final = 4 << 20
"""Bytes of a socket's queue: a storm shall fill it, not this program's patience."""

Work = Callable[[bytes], None]
"""Does what is to be done with a packet. OSError: the packet is lost, as on a wire."""


def open_tun(name: str, *, link_type: int | None = None) -> int:
    """Make a TUN device, which is gone when its descriptor is closed.

    ``link_type``: what ``ip link`` calls it, a number of ``linux/if_arp.h``. Raises OSError.
    """
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(device, _SET_INTERFACE, _REQUEST.pack(name.encode(), _PLAIN_PACKETS))
    if link_type is not None:
        fcntl.ioctl(device, _SET_LINK_TYPE, link_type)
    return device


def widen(*sockets: socket.socket) -> None:
    """Have sockets wait for nothing, and queue as much as they may."""
    for each in sockets:
        each.setblocking(False)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)


def carry(device: int, received: socket.socket, *, outwards: Work, inwards: Work) -> NoReturn:
    """Give packets of the device to ``outwards``, the socket's to ``inwards``, for ever.

    Raises OSError when the device is gone.
    """
    selector = selectors.DefaultSelector()
    selector.register(device, selectors.EVENT_READ)
    selector.register(received, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fd == device:
                with contextlib.suppress(BlockingIOError):
                    _do(outwards, os.read(device, MAX_PACKET))
            else:
                with contextlib.suppress(BlockingIOError, ConnectionError):
                    _do(inwards, received.recv(MAX_PACKET))


def _do(work: Work, packet: bytes) -> None:
    with contextlib.suppress(OSError):
        work(packet)
