"""Forwarding databases and bridge ports: objects of ``bridge -j fdb``, ``bridge -d -j link``.

Numbers: ``linux/neighbour.h``, ``linux/if_link.h``; keys: iproute2's ``bridge/fdb.c``,
``bridge/link.c``.
"""

from __future__ import annotations

from typing import Any

from netdiag_probe.rtnetlink import links as link_messages
from netdiag_probe.rtnetlink.links import Links, describe_lower
from netdiag_probe.rtnetlink.names import ip_address, link_address
from netdiag_probe.rtnetlink.neighbours import HEADER, NDA_DST, NDA_LLADDR, RTM_GETNEIGH
from netdiag_probe.rtnetlink.netlink import Message, Netlink, number, read_attributes, text

_AF_BRIDGE = 7
_NDA_VLAN, _NDA_PORT, _NDA_VNI, _NDA_MASTER, _NDA_SRC_VNI = 5, 6, 7, 9, 11
_NTF_MASTER = 0x04
_FLAGS = ((0x02, "self"), (0x80, "router"), (0x10, "extern_learn"), (0x20, "offload"),
          (0x40, "sticky"))  # fmt: skip
_STATES = ((0x80, "permanent"), (0x40, "static"), (0x04, "stale"), (0x02, ""))

_IFLA_PROTINFO = 12
_BRPORT_STATE, _BRPORT_HAIRPIN, _BRPORT_ISOLATED = 1, 4, 33
_PORT_STATES = ("disabled", "listening", "learning", "forwarding", "blocking")


def describe_fdb(netlink: Netlink, links: Links) -> list[dict[str, Any]]:
    """Return the entries of all forwarding databases, of bridges and of VXLAN devices."""
    request = link_messages.HEADER.pack(_AF_BRIDGE, 0, 0, 0, 0)
    found = netlink.dump(RTM_GETNEIGH, request, HEADER.size)
    return [_entry(message, links) for message in found if message.header[0] == _AF_BRIDGE]


def describe_ports(netlink: Netlink, links: Links) -> list[dict[str, Any]]:
    """Return the ports of all bridges."""
    request = link_messages.HEADER.pack(_AF_BRIDGE, 0, 0, 0, 0)
    size = link_messages.HEADER.size
    return [_port(each, links) for each in netlink.dump(link_messages.RTM_GETLINK, request, size)]


def _entry(message: Message, links: Links) -> dict[str, Any]:
    _, index, state, flags, _ = HEADER.unpack(message.header)
    attributes = message.attributes
    found: dict[str, Any] = {}
    if NDA_LLADDR in attributes:
        found["mac"] = link_address(attributes[NDA_LLADDR], links.type(index))
    if index:
        found["ifname"] = links.name(index)
    if NDA_DST in attributes:
        found["dst"] = ip_address(attributes[NDA_DST])
    if number(attributes.get(_NDA_VLAN, b"")):
        found["vlan"] = number(attributes[_NDA_VLAN])
    if _NDA_PORT in attributes:
        found["port"] = number(attributes[_NDA_PORT], "big")
    for place, name in ((_NDA_VNI, "vni"), (_NDA_SRC_VNI, "src_vni")):
        if place in attributes:
            found[name] = number(attributes[place])
    found["flags"] = [word for bit, word in _FLAGS if flags & bit]
    if _NDA_MASTER in attributes:
        found["master"] = links.name(number(attributes[_NDA_MASTER]))
    elif flags & _NTF_MASTER:
        found["flags"].append("master")
    known = (word for bit, word in _STATES if state & bit)
    found["state"] = next(known, f"state={state:#x}")
    return found


def _port(message: Message, links: Links) -> dict[str, Any]:
    link = link_messages.link_of(message)
    attributes = message.attributes
    found: dict[str, Any] = {
        "ifindex": link.number,
        **describe_lower(link, links),
        "ifname": text(attributes.get(link_messages.IFLA_IFNAME, b"")) or links.name(link.number),
    }
    if link_messages.IFLA_MASTER in attributes:
        found["master"] = links.name(number(attributes[link_messages.IFLA_MASTER]))
    settings = read_attributes(attributes.get(_IFLA_PROTINFO, b""))
    state = number(settings.get(_BRPORT_STATE, b"\xff"))
    if state < len(_PORT_STATES):
        found["state"] = _PORT_STATES[state]
    for place, name in ((_BRPORT_HAIRPIN, "hairpin"), (_BRPORT_ISOLATED, "isolated")):
        if place in settings:
            found[name] = bool(number(settings[place]))
    return found
