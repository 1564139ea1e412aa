"""The interfaces of a namespace: those there are, and those that come, by netlink.

An interface may be gone again before its packets are read: what was once heard of it is kept.
Source: man 7 rtnetlink, linux/if_link.h.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import NamedTuple

from netdiag_probe.rtnetlink.netlink import (
    Attributes,
    Netlink,
    read_attributes,
    split_messages,
    text,
)

RTMGRP_LINK = 1
RTM_NEWLINK, RTM_GETLINK = 16, 18
IFLA_ADDRESS, IFLA_IFNAME = 1, 3
LARGEST_NEWS_BYTES = 128 * 1024

HEADER = struct.Struct("=BxHiII")
"""Of a message about an interface: family, ARPHRD_ number, ifindex, flags, change."""


class Interface(NamedTuple):
    """An interface, as it was when it was last heard of."""

    number: int
    """Its ifindex."""
    name: str
    hardware_type: int
    """Its ARPHRD_ number."""
    address: bytes
    """Its address on the link; empty: it has none."""


class Interfaces:
    """The interfaces of the namespace that this is made in."""

    def __init__(self) -> None:
        self._known: dict[int, Interface] = {}
        self._netlink = Netlink()
        self._news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self._news.bind((0, RTMGRP_LINK))
        self._ask()

    def fileno(self) -> int:
        """Return what is readable when there is news."""
        return self._news.fileno()

    def list_known(self) -> list[Interface]:
        """Return the interfaces heard of so far, by number."""
        return [self._known[number] for number in sorted(self._known)]

    def find(self, number: int, hardware_type: int) -> Interface:
        """Return an interface by its number; one never heard of is named after that."""
        if number not in self._known:
            self.update()
        unheard = Interface(number, f"if{number}", hardware_type, b"")
        return self._known.setdefault(number, unheard)

    def update(self) -> None:
        """Take in the news."""
        while True:
            try:
                data = self._news.recv(LARGEST_NEWS_BYTES, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self._ask()  # some news was lost
            else:
                for kind, _, _, body in split_messages(data):
                    if kind == RTM_NEWLINK:
                        attributes = read_attributes(body[HEADER.size :])
                        self._take_in(body[: HEADER.size], attributes)

    def close(self) -> None:
        """Hear no more."""
        self._netlink.close()
        self._news.close()

    def _ask(self) -> None:
        request = HEADER.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
        for header, attributes in self._netlink.dump(RTM_GETLINK, request, HEADER.size):
            self._take_in(header, attributes)

    def _take_in(self, header: bytes, attributes: Attributes) -> None:
        """Keep what a message says; a bridge tells of its ports in messages of its own kind."""
        family, hardware_type, number, _, _ = HEADER.unpack(header)
        name = text(attributes.get(IFLA_IFNAME, b""))
        if family == socket.AF_UNSPEC and name:
            address = attributes.get(IFLA_ADDRESS, b"")
            self._known[number] = Interface(number, name, hardware_type, address)
