"""Addresses: the objects of ``ip -j addr``.

Numbers: ``linux/if_addr.h``; keys: iproute2's ``ip/ipaddress.c``.
"""

from __future__ import annotations

import struct
from typing import Any

from netdiag_probe.rtnetlink.links import Links, describe_plainly
from netdiag_probe.rtnetlink.names import ip_address, scope_name
from netdiag_probe.rtnetlink.netlink import Attributes, Message, Netlink

RTM_GETADDR = 22
_HEADER = struct.Struct("=BBBBi")
"""``struct ifaddrmsg``: family, prefix length, flags, scope, index."""

_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_FAMILIES = {2: "inet", 10: "inet6"}
_FAMILY_BITS = {2: 32, 10: 128}
_GLOBAL = 0


def describe_addresses(netlink: Netlink, links: Links) -> list[dict[str, Any]]:
    """Return all devices with their addresses."""
    of_device: dict[int, list[dict[str, Any]]] = {}
    for message in _addresses(netlink):
        family, length, _, scope, index = _HEADER.unpack(message.header)
        described = {
            "family": _FAMILIES[family],
            **_ends(message.attributes),
            "prefixlen": length,
            "scope": scope_name(scope),
        }
        of_device.setdefault(index, []).append(described)
    return [
        {**describe_plainly(link, links), "addr_info": of_device.get(link.number, [])}
        for link in links.all
    ]


def global_addresses(netlink: Netlink) -> list[str]:
    """Return the addresses by which others reach this namespace."""
    return [
        _ends(message.attributes)["local"]
        for message in _addresses(netlink)
        if _HEADER.unpack(message.header)[3] == _GLOBAL
    ]


def indexes_in_networks(netlink: Netlink) -> frozenset[int]:
    """Return the devices that are in a network: with an address that has neighbours."""
    told = [_HEADER.unpack(each.header) for each in _addresses(netlink)]
    return frozenset(
        index
        for family, length, _, scope, index in told
        if scope == _GLOBAL and length < _FAMILY_BITS[family]
    )


def _addresses(netlink: Netlink) -> list[Message]:
    found = netlink.dump(RTM_GETADDR, _HEADER.pack(0, 0, 0, 0, 0), _HEADER.size)
    return [
        message
        for message in found
        if message.header[0] in _FAMILIES and message.attributes.keys() & {_IFA_LOCAL, _IFA_ADDRESS}
    ]


def _ends(attributes: Attributes) -> dict[str, str]:
    """Return the address, and the other end where a device has only one other."""
    address = attributes.get(_IFA_ADDRESS, b"")
    local = attributes.get(_IFA_LOCAL, address)
    if address and address != local:
        return {"local": ip_address(local), "address": ip_address(address)}
    return {"local": ip_address(local)}
