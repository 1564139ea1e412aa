"""Places: where a capture's packets were taken, with the role that the interface's name suggests."""

from __future__ import annotations

import re
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
    link_type: int


_BY_NAME: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("loopback", re.compile(r"lo\d*$")),
    (
        "overlay",
        re.compile(
            r"flannel([.\d-]|$)|vxlan|tunl\d|tun[-\d]|wg|wireguard|geneve|genev_|gre\d|gretap|ip6tnl|sit\d"
            r"|ipip|cilium_(vxlan|geneve|wg)|cilium_host|cilium_net|kube-ipip|dsr|nebula|tailscale|ovn-k8s|weave-v"
        ),
    ),
    (
        "bridge",
        re.compile(r"cni\d|cni-|cbr\d|docker\d|br-|br\d|virbr|kube-bridge|lxcbr|podman\d|weave|nerdctl|ovs|bridge"),
    ),
    ("veth", re.compile(r"veth|cali|lxc|eni[0-9a-f]{8,}|azv|gke[0-9a-f]|tap|vnet\d|nic[0-9a-f]{8,}")),
    ("macvlan", re.compile(r"macv|mac\d|ipvl|ipv\d")),
    (
        "physical",
        re.compile(r"eth\d|en[spox]\w|em\d|eno\d|p\d+p\d|bond|team|ib\d|wl|lan\d|wan\d|net\d|e\d|igb|ixgb|mlx|uplink|nic"),
    ),
)
"""Names that drivers and network plugins give; the first that fits counts."""

ROLE_RANKS: dict[Role, int] = {
    "pod": 0,
    "loopback": 0,
    "veth": 1,
    "bridge": 2,
    "macvlan": 2,
    "overlay": 3,
    "other": 4,
    "physical": 4,
}
"""How far from the pod, within its node, an interface of each role is."""


def role_of(point: CapturePoint) -> Role:
    """Return the role that an interface's name suggests; in a pod's namespace it is the pod's."""
    name = point.interface or ""
    if point.pod is not None:
        return "loopback" if name == "lo" else "pod"
    for role, pattern in _BY_NAME:
        if pattern.match(name):
            return role
    return "other"
