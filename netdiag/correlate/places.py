"""Places: where packets were captured, and the role that an interface's name suggests."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Role


class Place(NamedTuple):
    """An interface in a capture file."""

    point: CapturePoint
    role: Role
    capture: int
    """Index of the capture file."""
    label: str
    """The file's name, as evidence gives it."""
    is_shared: bool
    """The file holds packets of several interfaces, as ``tcpdump -i any`` writes it."""
    is_named: bool
    """The interface's name is known, not only its index."""
    link_type: int
    role_guessed: bool = True
    """The role is what the interface's name suggests."""


_NAMED: tuple[tuple[Role, tuple[str, ...]], ...] = (
    ("overlay", ("flannel", "vxlan", "tunl", "wireguard", "geneve", "genev_", "gretap", "ip6tnl")),
    ("overlay", ("cilium_", "kube-ipip", "nebula", "tailscale", "ovn-k8s", "tun-", "wg-", "kilo")),
    ("overlay", ("antrea-tun", "erspan")),
    (
        "bridge",
        ("cni-", "br-", "virbr", "kube-bridge", "lxcbr", "weave", "nerdctl", "ovs", "bridge"),
    ),
    ("bridge", ("docker_", "lxdbr", "incusbr", "vmbr", "antrea-gw")),
    ("veth", ("veth", "cali", "lxc", "azv", "gke", "tap")),
    ("macvlan", ("macv", "ipvl")),
    ("physical", ("bond", "team", "wl", "ens", "eno", "enp", "enP", "enx", "igb", "ixgb", "mlx")),
    ("physical", ("uplink", "ibp", "ibs")),
)
"""How names begin that drivers and network plugins give."""

_WITHOUT_WIRE = ("dummy", "kube-ipvs", "nodelocaldns")
"""How names begin of devices that only hold addresses."""

_NUMBERED: dict[str, Role] = {
    "lo": "loopback",
    "wg": "overlay",
    "tun": "overlay",
    "gre": "overlay",
    "sit": "overlay",
    "ipip": "overlay",
    "cni": "bridge",
    "cbr": "bridge",
    "docker": "bridge",
    "br": "bridge",
    "podman": "bridge",
    "vnet": "veth",
    "mac": "macvlan",
    "ipv": "macvlan",
    "eth": "physical",
    "em": "physical",
    "ib": "physical",
    "lan": "physical",
    "wan": "physical",
    "net": "physical",
    "nic": "physical",
    "e": "physical",
    "p": "physical",
}
"""Names that are followed by a number, or by nothing."""

_EC2_POD_DIGITS = 8
"""Amazon's plugin names the host's ends of its veths eni and a hash."""

PORT_RANK, BRIDGE_RANK, OVERLAY_RANK, NIC_RANK = 1, 2, 3, 4
NIC_ROLES: tuple[Role, ...] = ("physical", "other")
"""Roles of interfaces that may lead to another node; a router's have names of their own."""

RECEIVED, SENT = 1, 2
"""Directions of packets at an interface; 0 = not known."""

ROLE_RANKS: dict[Role, int] = {
    "pod": 0,
    "loopback": 0,
    "veth": PORT_RANK,
    "bridge": BRIDGE_RANK,
    "macvlan": BRIDGE_RANK,
    "overlay": OVERLAY_RANK,
    "other": NIC_RANK,
    "physical": NIC_RANK,
}
"""How far from the pod, within its node, an interface of each role is."""


def has_no_wire(point: CapturePoint) -> bool:
    """Return True if an interface's name says that no packet crosses it."""
    return (point.interface or "").startswith(_WITHOUT_WIRE)


def role_of(point: CapturePoint) -> Role:
    """Return the role that an interface's name suggests; in a pod's namespace it is the pod's."""
    name = point.interface or ""
    if point.pod is not None:
        return "loopback" if name == "lo" else "pod"
    stem = name.partition(".")[0].rstrip("0123456789")
    if name.startswith("eni"):
        return "veth" if len(name) > _EC2_POD_DIGITS else "physical"
    numbered = _NUMBERED.get(stem) or _NUMBERED.get(stem.rstrip("p").rstrip("0123456789"))
    if numbered is not None:
        return numbered
    return next((role for role, heads in _NAMED if name.startswith(heads)), "other")
