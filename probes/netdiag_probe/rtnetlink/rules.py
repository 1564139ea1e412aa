"""Policy routing rules: the objects of ``ip -j rule`` and ``ip -j -6 rule``, and their family.

Numbers: ``linux/fib_rules.h``; keys: iproute2's ``ip/iprule.c``.
"""

from __future__ import annotations

import struct
from typing import Any

from netdiag_probe.rtnetlink.names import (
    ip_address,
    ip_protocol_name,
    protocol_name,
    route_type_name,
    table_name,
)
from netdiag_probe.rtnetlink.netlink import Attributes, Message, Netlink, number, text

RTM_GETRULE = 34
_HEADER = struct.Struct("=5BxxBI")
"""``struct fib_rule_hdr``: family, lengths of destination and source, TOS, table, action, flags."""

_FRA_DST, _FRA_SRC, _FRA_IIFNAME, _FRA_GOTO, _FRA_PRIORITY, _FRA_FWMARK = 1, 2, 3, 4, 6, 10
_FRA_TUN_ID, _FRA_SUPPRESS_PREFIXLEN, _FRA_TABLE, _FRA_FWMASK, _FRA_OIFNAME = 12, 14, 15, 16, 17
_FRA_L3MDEV, _FRA_UID_RANGE, _FRA_PROTOCOL, _FRA_IP_PROTO = 19, 20, 21, 22
_FRA_PORT_RANGES = ((23, "sport"), (24, "dport"))
_FRA_DSCP = 25
_FAMILIES = {2: "inet", 10: "inet6"}
_BITS = {2: 32, 10: 128}
_LOOKUP, _GOTO, _NOP = 1, 2, 3
_BY_KERNEL = 2
_INVERT = 0x2
_ALL_BITS = 0xFFFFFFFF


def describe_rules(netlink: Netlink) -> list[dict[str, Any]]:
    """Return the rules of IPv4 in their order, then those of IPv6."""
    found: list[Message] = []
    for family in _FAMILIES:
        request = _HEADER.pack(family, 0, 0, 0, 0, 0, 0)
        told = netlink.dump(RTM_GETRULE, request, _HEADER.size)
        found += [message for message in told if message.header[0] == family]
    return [_describe(message) for message in found]


def _describe(message: Message) -> dict[str, Any]:
    family, to_length, from_length, tos, short_table, action, flags = _HEADER.unpack(message.header)
    attributes = message.attributes
    priority = number(attributes.get(_FRA_PRIORITY, b""))
    found: dict[str, Any] = {"family": _FAMILIES[family], "priority": priority}
    if flags & _INVERT:
        found["not"] = None
    found["src"] = "all"
    found.update(_prefix("src", attributes.get(_FRA_SRC), from_length, _BITS[family]))
    found.update(_prefix("dst", attributes.get(_FRA_DST), to_length, _BITS[family]))
    if tos:
        found["tos"] = hex(tos)
    found.update(_selectors(attributes))
    table = number(attributes[_FRA_TABLE]) if _FRA_TABLE in attributes else short_table
    if number(attributes.get(_FRA_L3MDEV, b"")):
        found["l3mdev"] = None
    elif table:
        found["table"] = table_name(table)
        suppressed = number(attributes.get(_FRA_SUPPRESS_PREFIXLEN, b"\xff\xff\xff\xff"))
        if suppressed != _ALL_BITS:
            found["suppress_prefixlen"] = suppressed
    protocol = number(attributes.get(_FRA_PROTOCOL, b""))
    if protocol not in (0, _BY_KERNEL):
        found["protocol"] = protocol_name(protocol)
    found.update(_action(action, attributes))
    return found


def _prefix(name: str, address: bytes | None, length: int, bits: int) -> dict[str, Any]:
    if address is None:
        return {name: "0", f"{name}len": length} if length else {}
    told: dict[str, Any] = {name: ip_address(address)}
    return told if length == bits else {**told, f"{name}len": length}


def _selectors(attributes: Attributes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    mark = number(attributes.get(_FRA_FWMARK, b""))
    mask = number(attributes.get(_FRA_FWMASK, b""))
    if _FRA_FWMARK in attributes or _FRA_FWMASK in attributes:
        found["fwmark"] = hex(mark)
        if mask != _ALL_BITS and _FRA_FWMASK in attributes:
            found["fwmask"] = hex(mask)
    for place, name in ((_FRA_IIFNAME, "iif"), (_FRA_OIFNAME, "oif")):
        if place in attributes:
            found[name] = text(attributes[place])
    if _FRA_UID_RANGE in attributes:
        found["uid_start"], found["uid_end"] = struct.unpack("=II", attributes[_FRA_UID_RANGE])
    if number(attributes.get(_FRA_IP_PROTO, b"")):
        found["ipproto"] = ip_protocol_name(number(attributes[_FRA_IP_PROTO]))
    for place, name in _FRA_PORT_RANGES:
        if place in attributes:
            first, last = struct.unpack("=HH", attributes[place])
            ports = (
                {name: first} if first == last else {f"{name}_start": first, f"{name}_end": last}
            )
            found.update(ports)
    if number(attributes.get(_FRA_TUN_ID, b"")):
        found["tun_id"] = number(attributes[_FRA_TUN_ID], "big")
    if _FRA_DSCP in attributes:
        found["dscp"] = hex(number(attributes[_FRA_DSCP]))
    return found


def _action(action: int, attributes: Attributes) -> dict[str, Any]:
    if action == _GOTO:
        return {"goto": number(attributes.get(_FRA_GOTO, b""))}
    if action == _NOP:
        return {"nop": None}
    return {} if action == _LOOKUP else {"action": route_type_name(action)}
