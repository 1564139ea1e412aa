"""What a network device does, by its kind and its relations: its role, and what it wraps."""

from __future__ import annotations

import re

from netdiag.facts.kernel.routing import is_default
from netdiag.model.facts.kernel import Link, Namespace
from netdiag.model.report import Role

PLAIN = "none"

_TUNNELS = {
    "vxlan": "vxlan",
    "geneve": "geneve",
    "ipip": "ipip",
    "ip6tnl": "ipip",
    "sit": "6in4",
    "gre": "gre",
    "gretap": "gre",
    "ip6gre": "gre",
    "ip6gretap": "gre",
    "erspan": "gre",
    "wireguard": "wireguard",
    "amneziawg": "wireguard",
    "xfrm": "esp",
    "vti": "esp",
    "vti6": "esp",
}
"""What a device's kind puts around packets."""

_TUNNEL_TYPES = {"ipip": "ipip", "tunnel6": "ipip", "sit": "6in4", "gre": "gre", "gre6": "gre"}
"""The same by ``link/TYPE``: a TUN device of userspace may take the type of what it stands for."""

_TUNNEL_NAMES = (
    ("tunl", "ipip"),
    ("wireguard", "wireguard"),
    ("flannel-wg", "wireguard"),
    ("cilium_wg", "wireguard"),
    ("wg", "wireguard"),
    ("kilo", "wireguard"),
    ("cilium_vxlan", "vxlan"),
    ("vxlan", "vxlan"),
    ("cilium_geneve", "geneve"),
    ("genev", "geneve"),
    ("flannel.", "vxlan"),
    ("flannel-v6.", "vxlan"),
    ("flannel", "udp"),
)
"""How names begin that daemons give their tunnel devices; the first that fits counts."""

_ROLES: dict[str, Role] = {
    "": "physical",
    "bridge": "bridge",
    "openvswitch": "bridge",
    "veth": "veth",
    "netkit": "veth",
    "macvlan": "macvlan",
    "macvtap": "macvlan",
    "ipvlan": "macvlan",
    "ipvtap": "macvlan",
    "vlan": "physical",
    "bond": "physical",
    "team": "physical",
    "ipoib": "physical",
    "ifb": "other",
    "dummy": "other",
    "vrf": "other",
    "nlmon": "other",
}
_NIC_NAME = re.compile(
    r"(lo|eth|en[opsxP]|em|wl|bond|team|br|ib|net|nic|lan|wan|venet|p\d+p|vlan)\w*(\.\d+)?$"
)
"""Names of interfaces that wrap nothing, where no document tells their kinds."""

_WITHOUT_WIRE = frozenset(("dummy", "ifb", "nlmon"))


def encapsulation_of(link: Link) -> str | None:
    """Return what a device puts around packets: ``vxlan``, ``none`` for no tunnel; None = unknown.

    A TUN device is what its type or its name says, because a program behind it does the work. So is
    a device without a kind, which may be for want of ``-d`` or of the line that names it.
    """
    if link.kind == "openvswitch":
        return None  # its flow tables say, which no document here holds
    if link.kind and link.kind != "tun":
        return _TUNNELS.get(link.kind, PLAIN)
    if link.mode == "tap":
        return PLAIN
    kind = _TUNNEL_TYPES.get(link.type or "") or _by_name(link.name)
    if kind is not None:
        return kind
    if link.kind is None:
        return PLAIN if _NIC_NAME.match(link.name) else None
    return None if link.kind == "tun" or link.type == "none" else PLAIN


def is_overlay(link: Link) -> bool:
    """Return True for a tunnel device."""
    if link.kind == "tun":
        return link.mode != "tap"
    return encapsulation_of(link) not in (PLAIN, None)


def _by_name(name: str) -> str | None:
    return next((kind for head, kind in _TUNNEL_NAMES if name.startswith(head)), None)


def has_no_wire(link: Link) -> bool:
    """Return True for a device that only holds addresses: kube-ipvs0, nodelocaldns."""
    return link.kind in _WITHOUT_WIRE


def roles_of(namespace: Namespace) -> dict[str, Role]:
    """Return the roles of a node's interfaces, as far as the documents tell their kinds.

    A veth is the node's own NIC, as in clusters of containers, where it leads out of the node: it
    holds the default route, or a tunnel's packets, or the address of a network.
    """
    links = namespace.links or ()
    uplinks = _uplinks(namespace)
    roles: dict[str, Role] = {}
    for link in links:
        role = _role(link, uplinks)
        if role is not None:
            roles[link.name] = role
    return roles


def _role(link: Link, uplinks: frozenset[str] | None) -> Role | None:
    if link.type == "loopback" or link.name == "lo":
        return "loopback"
    if link.kind is None:
        return None
    if is_overlay(link):
        return "overlay"
    if link.kind == "tun":
        return "veth"
    role = _ROLES.get(link.kind, "other")
    if role == "veth" and link.master is None:
        if uplinks is None:
            return None
        return "physical" if link.name in uplinks else "veth"
    return role


def _uplinks(namespace: Namespace) -> frozenset[str] | None:
    """Return the devices that lead out of the node; None if neither routes nor addresses tell."""
    if namespace.routes is None and namespace.addresses is None:
        return None
    found: set[str] = set()
    for route in namespace.routes or ():
        if is_default(route):
            found.update(hop.device for hop in route.next_hops if hop.device)
    for link in namespace.links or ():
        lower = link.vxlan.lower if link.vxlan else link.tunnel.lower if link.tunnel else None
        if lower:
            found.add(lower)
    for address in namespace.addresses or ():
        is_network = address.prefix_length < (128 if ":" in address.address else 32)
        if is_network and address.scope in ("global", None):
            found.add(address.device)
    return frozenset(found)
