"""Whether a network namespace is joined to the probe's own, or only to another one inside.

A veth, macvlan and their like tell which namespace their other end is in, by a number that each
namespace gives to others (``linux/net_namespace.h``, ``linux/if_link.h``).
"""

from __future__ import annotations

import os
import struct

from netdiag_probe.rtnetlink.netlink import Netlink

RTM_GETLINK, RTM_GETNSID = 18, 90
_IFLA_LINK_NETNSID = 37
_NETNSA_NSID, _NETNSA_FD = 1, 3
_LINK_HEADER = struct.Struct("=BxHiII")
"""``struct ifinfomsg``."""
_GENERAL_HEADER = struct.Struct("=Bxxx")
"""``struct rtgenmsg``, and what aligns it."""
_ATTRIBUTE = struct.Struct("=HHI")
_NUMBER = struct.Struct("=i")


def is_nested(netlink: Netlink, here: int) -> bool:
    """Return True if the thread's interfaces lead to other namespaces, and none to ``here``.

    ``here``: an open file that stands for a namespace. What leads nowhere, as a NIC that was moved
    into the namespace, tells nothing.
    """
    links = netlink.dump(RTM_GETLINK, _LINK_HEADER.pack(0, 0, 0, 0, 0), _LINK_HEADER.size)
    told = [link.attributes.get(_IFLA_LINK_NETNSID) for link in links]
    beyond = {_NUMBER.unpack(number)[0] for number in told if number is not None}
    if not beyond:
        return False
    asked = _GENERAL_HEADER.pack(0) + _ATTRIBUTE.pack(_ATTRIBUTE.size, _NETNSA_FD, here)
    reply = netlink.get(RTM_GETNSID, asked, _GENERAL_HEADER.size)
    return _NUMBER.unpack(reply.attributes[_NETNSA_NSID])[0] not in beyond


def open_here() -> int:
    """Return a file that stands for the namespace that this thread is in."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
