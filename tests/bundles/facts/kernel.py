"""What one network namespace is told: links, addresses, routes, rules, neighbours.

Routes, rules, neighbours and forwarding entries are lines as iproute2 prints them as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ETHERNET_FLAGS = ("BROADCAST", "MULTICAST")
USUAL_RULES: tuple[str, ...] = ("0:\tfrom all lookup local", "32766:\tfrom all lookup main",
               "32767:\tfrom all lookup default")  # fmt: skip
LinkType = Literal["ether", "loopback", "ipip", "none"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A network device with its addresses."""

    name: str
    index: int
    kind: str = ""
    """``info_kind``; empty for hardware."""
    link_type: LinkType = "ether"
    mac: str = ""
    mtu: int = 1500
    up: bool = True
    flags: tuple[str, ...] = ETHERNET_FLAGS
    addresses: tuple[str, ...] = ()
    """With prefix lengths."""
    master: str = ""
    lower: str | None = None
    """What ``@`` names in the same namespace; empty for ``@NONE``."""
    peer_index: int = 0
    """ifindex of the other end, in another namespace."""
    peer_namespace: int | None = None
    qdisc: str = "noqueue"
    carrier: bool = True
    data: Mapping[str, object] = field(default_factory=dict)
    """``info_data``."""
    extra: Mapping[str, object] = field(default_factory=dict)
    """Further keys of the link: the bus, virtual functions."""
    queue_length: int = 1000


@dataclass(frozen=True, kw_only=True)
class Namespace:
    """The state of one network namespace."""

    links: tuple[Link, ...] = ()
    routes: tuple[str, ...] = ()
    """Of all tables but ``local``, which follows from the addresses."""
    rules: tuple[str, ...] = USUAL_RULES
    neighbours: tuple[str, ...] = ()
    fdb: tuple[str, ...] = ()
    """Of VXLAN devices; what bridges and NICs have follows from the links."""

    def link(self, name: str) -> Link:
        return next(link for link in self.links if link.name == name)
