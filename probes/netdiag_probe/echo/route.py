"""By which device packets leave, and how large they may be: what the route says, nothing learned.

Numbers: ``linux/rtnetlink.h``, ``linux/sockios.h``.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import struct
from typing import NamedTuple

from netdiag_probe.rtnetlink.netlink import Netlink, number, read_attributes

RTM_GETROUTE = 26
RTM_F_FIB_MATCH = 0x2000
"""Ask for the route as it was set, without what ICMP errors have taught the kernel."""
SIOCGIFMTU = 0x8921
MOST_BYTES = 65535
"""Of an IP packet."""

_HEADER = struct.Struct("=8BI")
_ATTRIBUTE = struct.Struct("=HH")
_REQUEST = struct.Struct("16si12x")
_RTA_DST, _RTA_SRC, _RTA_OIF, _RTA_METRICS, _RTAX_MTU = 1, 2, 4, 8, 2


class Leaving(NamedTuple):
    """How packets to a destination leave a namespace."""

    device: str
    mtu: int
    """What the device, and the route, let pass."""


def find_leaving(family: socket.AddressFamily, source: str | None, destination: str) -> Leaving:
    """Return how packets leave the namespace that the thread is in. Raises OSError."""
    with Netlink() as netlink:
        found = _look_up(netlink, family, source, destination, 0)
        metrics = found
        with contextlib.suppress(OSError):  # older kernels don't know the flag
            metrics = _look_up(netlink, family, source, destination, RTM_F_FIB_MATCH)
    device = socket.if_indextoname(number(found[_RTA_OIF]))
    of_route = read_attributes(metrics.get(_RTA_METRICS, b"")).get(_RTAX_MTU)
    limits = [_mtu_of(device), MOST_BYTES]
    limits += [number(of_route)] if of_route else []
    return Leaving(device, min(limits))


def _look_up(
    netlink: Netlink,
    family: socket.AddressFamily,
    source: str | None,
    destination: str,
    flags: int,
) -> dict[int, bytes]:
    """Return the attributes of a route; the kernel is asked as it asks itself."""
    ends = [(_RTA_DST, destination)] + ([(_RTA_SRC, source)] if source else [])
    packed = [(kind, socket.inet_pton(family, text)) for kind, text in ends]
    bits = [8 * len(address) for _, address in packed] + [0]
    body = _HEADER.pack(family, bits[0], bits[1], 0, 0, 0, 0, 0, flags)
    body += b"".join(_ATTRIBUTE.pack(4 + len(value), kind) + value for kind, value in packed)
    return netlink.get(RTM_GETROUTE, body, _HEADER.size).attributes


def _mtu_of(device: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        request = _REQUEST.pack(device.encode(), 0)
        _, mtu = _REQUEST.unpack(fcntl.ioctl(asking, SIOCGIFMTU, request))
    return int(mtu)
