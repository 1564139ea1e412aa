"""Numbers as iproute2 names them: its built-in names, and those of its files on this machine.

``lib/rt_names.c``, ``lib/ll_types.c`` and ``lib/ll_addr.c`` of iproute2.
"""

from __future__ import annotations

import glob
import socket
from functools import cache

_FOLDERS = ("/usr/share/iproute2", "/usr/lib/iproute2", "/etc/iproute2")
"""The later wins."""

_MAX_FILE_BYTES = 64 * 1024

_PROTOCOLS = {
    0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra",
    10: "mrt", 11: "zebra", 12: "bird", 13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp",
    18: "keepalived", 42: "babel", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
}  # fmt: skip
_TABLES = {253: "default", 254: "main", 255: "local"}
_SCOPES = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
_ROUTE_TYPES = {
    0: "none", 1: "unicast", 2: "local", 3: "broadcast", 4: "anycast", 5: "multicast",
    6: "blackhole", 7: "unreachable", 8: "prohibit", 9: "throw", 10: "nat", 11: "xresolve",
}  # fmt: skip
_LINK_TYPES = {
    0: "netrom", 1: "ether", 24: "ieee1394", 32: "infiniband", 256: "slip", 280: "can",
    512: "ppp", 519: "rawip", 768: "ipip", 769: "tunnel6", 772: "loopback", 776: "sit",
    778: "gre", 801: "ieee802.11", 802: "ieee802.11/prism", 803: "ieee802.11/radiotap",
    823: "gre6", 824: "netlink", 825: "6lowpan", 65534: "none", 65535: "void",
}  # fmt: skip
_IP_PROTOCOLS = {
    1: "icmp", 2: "igmp", 4: "ipencap", 6: "tcp", 17: "udp", 41: "ipv6", 47: "gre", 50: "esp",
    51: "ah", 58: "ipv6-icmp", 89: "ospf", 132: "sctp",
}  # fmt: skip
"""As ``/etc/protocols`` has them."""

_IPV4_LIKE, _IPV6_LIKE = frozenset((768, 776, 778)), frozenset((769, 823))
"""Link types whose addresses are IP addresses."""


def protocol_name(value: int) -> str:
    """Return the name of who made a route: ``bird``; its number where it has none."""
    return _named("rt_protos", value)


def table_name(value: int) -> str:
    """Return the name of a routing table."""
    return _named("rt_tables", value)


def scope_name(value: int) -> str:
    """Return the name of a scope."""
    return _named("rt_scopes", value)


def route_type_name(value: int) -> str:
    """Return the name of a route's type."""
    return _ROUTE_TYPES.get(value, str(value))


def link_type_name(value: int) -> str:
    """Return what ``link/…`` is followed by."""
    return _LINK_TYPES.get(value, f"[{value}]")


def ip_protocol_name(value: int) -> str:
    """Return the name of a protocol within IP."""
    return _IP_PROTOCOLS.get(value, str(value))


def ip_address(value: bytes) -> str:
    """Return an IPv4 or IPv6 address; which one, its length tells."""
    return socket.inet_ntop(socket.AF_INET6 if len(value) == 16 else socket.AF_INET, value)


def link_address(value: bytes, link_type: int) -> str:
    """Return the address of a device: an IP address for tunnels, else hexadecimal."""
    if len(value) == 4 and link_type in _IPV4_LIKE:
        return ip_address(value)
    if len(value) == 16 and link_type in _IPV6_LIKE:
        return ip_address(value)
    return ":".join(f"{byte:02x}" for byte in value)


_BUILT_IN = {"rt_protos": _PROTOCOLS, "rt_tables": _TABLES, "rt_scopes": _SCOPES}


def _named(kind: str, value: int) -> str:
    return _names(kind).get(value) or str(value)


@cache
def _names(kind: str) -> dict[int, str]:
    found = dict(_BUILT_IN[kind])
    for folder in _FOLDERS:
        for path in (f"{folder}/{kind}", *sorted(glob.glob(f"{folder}/{kind}.d/*.conf"))):
            found.update(_read_names(path))
    return found


def _read_names(path: str) -> dict[int, str]:
    """Read lines as ``12 bird`` and ``0x0c bird``; what is not of that form is no name."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read(_MAX_FILE_BYTES).splitlines()
    except OSError:
        return {}
    found = {}
    for line in lines:
        words = line.partition("#")[0].split()
        if len(words) == 2:
            try:
                found[int(words[0], 0)] = words[1]
            except ValueError:
                continue
    return found
