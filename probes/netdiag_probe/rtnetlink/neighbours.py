"""Neighbours: the objects of ``ip -j neigh``.

Numbers: ``linux/neighbour.h``; keys: iproute2's ``ip/ipneigh.c``.
"""

from __future__ import annotations

import struct
from typing import Any

from netdiag_probe.rtnetlink.links import Links
from netdiag_probe.rtnetlink.names import ip_address, link_address
from netdiag_probe.rtnetlink.netlink import Message, Netlink

RTM_GETNEIGH = 30
HEADER = struct.Struct("=BxxxiHBB")
"""``struct ndmsg``: family, index, state, flags, type."""

NDA_DST, NDA_LLADDR = 1, 2
_PROXY, _ROUTER = 0x08, 0x80
_NOARP = 0x40
_FAMILIES = (2, 10)
_STATES = (
    (0x01, "INCOMPLETE"), (0x02, "REACHABLE"), (0x04, "STALE"), (0x08, "DELAY"), (0x10, "PROBE"),
    (0x20, "FAILED"), (_NOARP, "NOARP"), (0x80, "PERMANENT"),
)  # fmt: skip


def describe_neighbours(netlink: Netlink, links: Links) -> list[dict[str, Any]]:
    """Return the neighbours, but for those that need no ARP, as ``ip`` does."""
    found = netlink.dump(RTM_GETNEIGH, HEADER.pack(0, 0, 0, 0, 0), HEADER.size)
    return [_describe(message, links) for message in found if _is_shown(message)]


def _is_shown(message: Message) -> bool:
    family, _, state, flags, _ = HEADER.unpack(message.header)
    return (
        family in _FAMILIES
        and NDA_DST in message.attributes
        and bool(state & 0xFF & ~_NOARP or flags & _PROXY)
    )


def _describe(message: Message, links: Links) -> dict[str, Any]:
    _, index, state, flags, _ = HEADER.unpack(message.header)
    found: dict[str, Any] = {"dst": ip_address(message.attributes[NDA_DST])}
    if index:
        found["dev"] = links.name(index)
    if NDA_LLADDR in message.attributes:
        found["lladdr"] = link_address(message.attributes[NDA_LLADDR], links.type(index))
    if flags & _ROUTER:
        found["router"] = None
    if flags & _PROXY:
        found["proxy"] = None
    if state:
        found["state"] = [name for bit, name in _STATES if state & bit]
    return found
