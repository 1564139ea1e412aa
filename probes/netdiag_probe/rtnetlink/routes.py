"""Routes: the objects of ``ip -j route show table all``.

Numbers: ``linux/rtnetlink.h``, ``linux/lwtunnel.h``; keys: iproute2's ``ip/iproute.c``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from netdiag_probe.rtnetlink.links import Links
from netdiag_probe.rtnetlink.names import (
    ip_address,
    protocol_name,
    route_type_name,
    scope_name,
    table_name,
)
from netdiag_probe.rtnetlink.netlink import (
    Attributes,
    Message,
    Netlink,
    number,
    read_attributes,
)

RTM_GETROUTE = 26
_HEADER = struct.Struct("=8BI")
"""``struct rtmsg``: family, lengths of destination and source, TOS, table, protocol, scope, type,
flags."""

_NEXT_HOP = struct.Struct("=HBBi")
"""``struct rtnexthop``: length, flags, weight - 1, index."""

_RTA_DST, _RTA_OIF, _RTA_GATEWAY, _RTA_PRIORITY, _RTA_PREFSRC = 1, 4, 5, 6, 7
_RTA_METRICS, _RTA_MULTIPATH, _RTA_TABLE, _RTA_VIA, _RTA_PREF = 8, 9, 15, 18, 20
_RTA_ENCAP_TYPE, _RTAX_MTU = 21, 2
_FAMILY_BITS = {2: 32, 10: 128}
_FAMILY_NAMES = {2: "inet", 10: "inet6"}
_UNICAST, _MAIN, _BOOT, _GLOBAL, _CLONED = 1, 254, 3, 0, 0x200
_ENCAPSULATIONS = {
    1: "mpls", 2: "ip", 3: "ila", 4: "ip6", 5: "seg6", 6: "bpf", 7: "seg6local", 8: "rpl",
    9: "ioam6", 10: "xfrm",
}  # fmt: skip
_PREFERENCES = {0: "medium", 1: "high", 3: "low"}
_FLAGS = (
    (0x1, "dead"), (0x4, "onlink"), (0x2, "pervasive"), (0x8, "offload"), (0x40, "trap"),
    (0x100, "notify"), (0x10, "linkdown"), (0x20, "unresolved"), (0x4000, "rt_offload"),
    (0x8000, "rt_trap"), (0x20000000, "rt_offload_failed"),
)  # fmt: skip


def describe_routes(netlink: Netlink, links: Links) -> list[dict[str, Any]]:
    """Return the routes of all tables, those of IPv4 first; cached ones are left out."""
    found: list[Message] = []
    for family in _FAMILY_BITS:
        request = _HEADER.pack(family, 0, 0, 0, 0, 0, 0, 0, 0)
        found += netlink.dump(RTM_GETROUTE, request, _HEADER.size)
    return [
        _describe(message, links)
        for message in found
        if message.header[0] in _FAMILY_BITS and not _HEADER.unpack(message.header)[8] & _CLONED
    ]


def _describe(message: Message, links: Links) -> dict[str, Any]:
    family, length, _, _, short_table, protocol, scope, kind, flags = _HEADER.unpack(message.header)
    attributes = message.attributes
    table = number(attributes[_RTA_TABLE]) if _RTA_TABLE in attributes else short_table
    found: dict[str, Any] = {"type": route_type_name(kind)} if kind != _UNICAST else {}
    found["dst"] = _destination(attributes, length, _FAMILY_BITS[family])
    found.update(_describe_hop(attributes, links))
    if table not in (0, _MAIN):
        found["table"] = table_name(table)
    if protocol != _BOOT:
        found["protocol"] = protocol_name(protocol)
    if scope != _GLOBAL:
        found["scope"] = scope_name(scope)
    if _RTA_PREFSRC in attributes:
        found["prefsrc"] = ip_address(attributes[_RTA_PREFSRC])
    if _RTA_PRIORITY in attributes:
        found["metric"] = number(attributes[_RTA_PRIORITY])
    found["flags"] = _words(flags)
    metrics = read_attributes(attributes.get(_RTA_METRICS, b""))
    if _RTAX_MTU in metrics:
        found["metrics"] = [{"mtu": number(metrics[_RTAX_MTU])}]
    if _RTA_MULTIPATH in attributes:
        found["nexthops"] = list(_describe_hops(attributes[_RTA_MULTIPATH], links))
    if _RTA_PREF in attributes:
        found["pref"] = _PREFERENCES.get(number(attributes[_RTA_PREF]), "medium")
    return found


def _destination(attributes: Attributes, length: int, bits: int) -> str:
    if _RTA_DST not in attributes:
        return f"0/{length}" if length else "default"
    address = ip_address(attributes[_RTA_DST])
    return address if length == bits else f"{address}/{length}"


def _describe_hop(attributes: Attributes, links: Links) -> dict[str, Any]:
    found: dict[str, Any] = {}
    encapsulation = number(attributes.get(_RTA_ENCAP_TYPE, b""))
    if encapsulation:
        found["encap"] = _ENCAPSULATIONS.get(encapsulation, "unknown")
    if _RTA_GATEWAY in attributes:
        found["gateway"] = ip_address(attributes[_RTA_GATEWAY])
    if _RTA_VIA in attributes:
        via = attributes[_RTA_VIA]
        family = _FAMILY_NAMES.get(number(via[:2]), "???")
        found["via"] = {"family": family, "host": ip_address(via[2:])}
    if _RTA_OIF in attributes:
        found["dev"] = links.name(number(attributes[_RTA_OIF]))
    return found


def _describe_hops(data: bytes, links: Links) -> Iterator[dict[str, Any]]:
    while len(data) >= _NEXT_HOP.size:
        length, flags, weight, index = _NEXT_HOP.unpack_from(data)
        if not _NEXT_HOP.size <= length <= len(data):
            return
        attributes = read_attributes(data[_NEXT_HOP.size : length])
        yield {
            **_describe_hop(attributes, links),
            "dev": links.name(index),
            "weight": weight + 1,
            "flags": _words(flags),
        }
        data = data[(length + 3) & ~3 :]


def _words(flags: int) -> list[str]:
    return [word for bit, word in _FLAGS if flags & bit]
