"""Devices: the objects of ``ip -s -d -j link``.

Numbers: ``linux/if_link.h``, ``linux/if.h``; keys: iproute2's ``ip/ipaddress.c``.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from netdiag_probe.rtnetlink.link_kinds import describe_kind
from netdiag_probe.rtnetlink.names import link_address, link_type_name
from netdiag_probe.rtnetlink.netlink import (
    Message,
    Netlink,
    iterate_attributes,
    number,
    read_attributes,
    text,
)

RTM_GETLINK = 18
HEADER = struct.Struct("=BxHiII")
"""``struct ifinfomsg``: family, type, index, flags, change."""

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINK, IFLA_MASTER = 1, 3, 4, 5, 10
IFLA_OPERSTATE, IFLA_LINKINFO, IFLA_IFALIAS, IFLA_VFINFO_LIST, IFLA_STATS64 = 16, 18, 20, 22, 23
IFLA_AF_SPEC, IFLA_EXT_MASK, IFLA_PROMISCUITY, IFLA_NUM_TX_QUEUES = 26, 29, 30, 31
IFLA_LINK_NETNSID, IFLA_PARENT_DEV_BUS_NAME = 37, 57
_INFO_KIND, _INFO_DATA, _INFO_SLAVE_KIND = 1, 2, 4
_RTEXT_FILTER_VF = 1

UP, _RUNNING = 0x1, 0x40
_FLAGS = (
    (0x8, "LOOPBACK"), (0x2, "BROADCAST"), (0x10, "POINTOPOINT"), (0x1000, "MULTICAST"),
    (0x80, "NOARP"), (0x200, "ALLMULTI"), (0x100, "PROMISC"), (0x400, "MASTER"), (0x800, "SLAVE"),
    (0x4, "DEBUG"), (0x8000, "DYNAMIC"), (0x4000, "AUTOMEDIA"), (0x2000, "PORTSEL"),
    (0x20, "NOTRAILERS"), (UP, "UP"), (0x10000, "LOWER_UP"), (0x20000, "DORMANT"),
    (0x40000, "ECHO"),
)  # fmt: skip
"""In the order of iproute2."""

_STATES = ("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP")
_COUNTERS = struct.Struct("=8Q")
"""The first of ``struct rtnl_link_stats64``."""


class Link(NamedTuple):
    """A device: what other objects refer to, and its message."""

    number: int
    """Its index."""
    name: str
    type: int
    """1 = Ethernet."""
    flags: int
    message: Message


class Links:
    """The devices of a namespace."""

    def __init__(self, netlink: Netlink) -> None:
        """Ask for them."""
        mask = struct.pack("=HHI", 8, IFLA_EXT_MASK, _RTEXT_FILTER_VF)
        found = netlink.dump(RTM_GETLINK, HEADER.pack(0, 0, 0, 0, 0) + mask, HEADER.size)
        self.all = [link_of(message) for message in found]
        self._by_index = {link.number: link for link in self.all}

    def name(self, index: int) -> str:
        """Return the name of a device; ``if7`` if there is none of this index."""
        link = self._by_index.get(index)
        return link.name if link else f"if{index}"

    def type(self, index: int) -> int:
        """Return the type of a device: 1 = Ethernet."""
        link = self._by_index.get(index)
        return link.type if link else 0

    def is_up(self, index: int) -> bool:
        """Return True if there is such a device, and it is switched on."""
        link = self._by_index.get(index)
        return link is not None and bool(link.flags & UP)


def describe_link(link: Link, links: Links) -> dict[str, Any]:
    """Return a device as ``ip -s -d -j link`` does."""
    attributes = link.message.attributes
    found = describe_plainly(link, links)
    if IFLA_PROMISCUITY in attributes:
        found["promiscuity"] = number(attributes[IFLA_PROMISCUITY])
    if IFLA_LINKINFO in attributes:
        found["linkinfo"] = _describe_info(attributes[IFLA_LINKINFO], links)
    if IFLA_NUM_TX_QUEUES in attributes:
        found["num_tx_queues"] = number(attributes[IFLA_NUM_TX_QUEUES])
    if IFLA_PARENT_DEV_BUS_NAME in attributes:
        found["parentbus"] = text(attributes[IFLA_PARENT_DEV_BUS_NAME])
    if IFLA_IFALIAS in attributes:
        found["ifalias"] = text(attributes[IFLA_IFALIAS])
    if IFLA_VFINFO_LIST in attributes:
        functions = iterate_attributes(attributes[IFLA_VFINFO_LIST])
        found["vfinfo_list"] = [{"vf": place} for place, _ in enumerate(functions)]
    counters = attributes.get(IFLA_STATS64, b"")
    if len(counters) >= _COUNTERS.size:
        found["stats64"] = _describe_counters(counters)
    return found


def describe_plainly(link: Link, links: Links) -> dict[str, Any]:
    """Return a device as ``ip -j addr`` does, without its addresses."""
    attributes = link.message.attributes
    found: dict[str, Any] = {"ifindex": link.number}
    found.update(describe_lower(link, links))
    found["ifname"] = link.name
    found["flags"] = describe_flags(link, links)
    if IFLA_MTU in attributes:
        found["mtu"] = number(attributes[IFLA_MTU])
    if IFLA_MASTER in attributes:
        found["master"] = links.name(number(attributes[IFLA_MASTER]))
    state = number(attributes.get(IFLA_OPERSTATE, b"\0"))
    if state < len(_STATES):
        found["operstate"] = _STATES[state]
    found["link_type"] = link_type_name(link.type)
    if IFLA_ADDRESS in attributes:
        found["address"] = link_address(attributes[IFLA_ADDRESS], link.type)
    namespace = number(attributes.get(IFLA_LINK_NETNSID, b"\xff\xff\xff\xff"))
    if namespace < 1 << 31:
        found["link_netnsid"] = namespace
    return found


def describe_lower(link: Link, links: Links) -> dict[str, Any]:
    """Return what follows ``@``: a name, or an index where that is in another namespace."""
    attributes = link.message.attributes
    lower = number(attributes.get(IFLA_LINK, b""))
    if not lower:
        return {"link": None} if IFLA_LINK in attributes else {}
    if IFLA_LINK_NETNSID in attributes:
        return {"link_index": lower}
    return {"link": links.name(lower)}


def describe_flags(link: Link, links: Links) -> list[str]:
    """Return flags, also those that iproute2 derives: NO-CARRIER, M-DOWN."""
    attributes = link.message.attributes
    found = ["NO-CARRIER"] if link.flags & UP and not link.flags & _RUNNING else []
    found += [name for bit, name in _FLAGS if link.flags & bit]
    lower = number(attributes.get(IFLA_LINK, b""))
    if lower and IFLA_LINK_NETNSID not in attributes and not links.is_up(lower):
        found.append("M-DOWN")
    return found


def link_of(message: Message) -> Link:
    """Return the device that a message is about."""
    _, kind, index, flags, _ = HEADER.unpack(message.header)
    return Link(index, text(message.attributes.get(IFLA_IFNAME, b"")), kind, flags, message)


def _describe_info(data: bytes, links: Links) -> dict[str, Any]:
    info = read_attributes(data)
    found: dict[str, Any] = {}
    if _INFO_KIND in info:
        kind = found["info_kind"] = text(info[_INFO_KIND])
        described = describe_kind(kind, read_attributes(info.get(_INFO_DATA, b"")), links.name)
        if described is not None:
            found["info_data"] = described
    if _INFO_SLAVE_KIND in info:
        found["info_slave_kind"] = text(info[_INFO_SLAVE_KIND])
    return found


def _describe_counters(data: bytes) -> dict[str, Any]:
    counts = _COUNTERS.unpack_from(data)
    return {
        side: dict(zip(("packets", "bytes", "errors", "dropped"), counts[place::2]))
        for place, side in enumerate(("rx", "tx"))
    }
