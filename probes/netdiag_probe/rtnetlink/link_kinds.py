"""Settings of devices by their kind: ``info_data`` of ``ip -d -j link``.

Numbers: ``linux/if_link.h``, ``linux/if_tunnel.h``; keys: iproute2's ``ip/iplink_*.c``,
``ip/link_*.c``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from netdiag_probe.rtnetlink.names import ip_address
from netdiag_probe.rtnetlink.netlink import Attributes, number

NameOf = Callable[[int], str]
"""Index of a device -> its name."""

Described = dict[str, Any]

_MACVLAN_MODES = {1: "private", 2: "vepa", 4: "bridge", 8: "passthru", 16: "source"}
_IPVLAN_MODES = {0: "l2", 1: "l3", 2: "l3s"}
_NETKIT_MODES = {0: "l2", 1: "l3"}
_TUN_TYPES = {1: "tun", 2: "tap"}


def describe_kind(kind: str, data: Attributes, name_of: NameOf) -> Described | None:
    """Return the settings that matter; None for kinds that have none."""
    describe = _DESCRIBERS.get(kind)
    return describe(data, name_of) if describe else None


def _vxlan(data: Attributes, name_of: NameOf) -> Described:
    found: Described = {}
    if data.get(25) == b"\1":
        found["external"] = True
    if 1 in data:
        found["id"] = number(data[1])
    for group, remote in ((2, "remote"), (16, "remote6")):
        if any(data.get(group, b"")):
            is_multicast = data[group][0] == 0xFF or (group == 2 and data[group][0] >> 4 == 0xE)
            name = remote.replace("remote", "group") if is_multicast else remote
            found[name] = ip_address(data[group])
    for local, name in ((4, "local"), (17, "local6")):
        if any(data.get(local, b"")):
            found[name] = ip_address(data[local])
    if number(data.get(3, b"")):
        found["link"] = name_of(number(data[3]))
    if 15 in data:
        found["port"] = number(data[15], "big")
    if 7 in data:
        found["learning"] = bool(number(data[7]))
    return found


def _geneve(data: Attributes, name_of: NameOf) -> Described:
    found: Described = {}
    if 6 in data:
        found["external"] = True
    if 1 in data:
        found["id"] = number(data[1])
    for remote, name in ((2, "remote"), (7, "remote6")):
        if any(data.get(remote, b"")):
            found[name] = ip_address(data[remote])
    if 5 in data:
        found["port"] = number(data[5], "big")
    return found


def _tunnel(local: int, remote: int, external: int) -> Callable[[Attributes, NameOf], Described]:
    """Return what describes a tunnel whose settings have these numbers."""

    def describe(data: Attributes, name_of: NameOf) -> Described:
        found: Described = {"external": True} if external in data else {}
        for place, name in ((remote, "remote"), (local, "local")):
            if place in data:
                found[name] = ip_address(data[place]) if any(data[place]) else "any"
        if number(data.get(1, b"")):
            found["link"] = name_of(number(data[1]))
        return found

    return describe


def _one_of(place: int, name: str, words: Mapping[int, str]) -> Callable[..., Described]:
    """Return what describes a device with one setting that is a number with a name."""

    def describe(data: Attributes, _: NameOf) -> Described:
        word = words.get(number(data.get(place, b"\xff")))
        return {name: word} if word else {}

    return describe


def _vlan(data: Attributes, _: NameOf) -> Described:
    return {"id": number(data[1])} if 1 in data else {}


_NEVER = 0xFFFF
_IPTUN, _GRE, _VTI = _tunnel(2, 3, 19), _tunnel(6, 7, 18), _tunnel(4, 5, _NEVER)
_MACVLAN = _one_of(1, "mode", _MACVLAN_MODES)

_DESCRIBERS: Mapping[str, Callable[[Attributes, NameOf], Described]] = {
    "vxlan": _vxlan,
    "geneve": _geneve,
    "ipip": _IPTUN,
    "sit": _IPTUN,
    "ip6tnl": _IPTUN,
    "gre": _GRE,
    "gretap": _GRE,
    "erspan": _GRE,
    "ip6gre": _GRE,
    "ip6gretap": _GRE,
    "ip6erspan": _GRE,
    "vti": _VTI,
    "vti6": _VTI,
    "tun": _one_of(3, "type", _TUN_TYPES),
    "macvlan": _MACVLAN,
    "macvtap": _MACVLAN,
    "ipvlan": _one_of(1, "mode", _IPVLAN_MODES),
    "ipvtap": _one_of(1, "mode", _IPVLAN_MODES),
    "netkit": _one_of(5, "mode", _NETKIT_MODES),
    "vlan": _vlan,
}
