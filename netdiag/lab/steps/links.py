"""Interfaces that are down, unplugged, gone, or of the wrong size."""

from __future__ import annotations

import ctypes
import fcntl
import socket
import struct
from dataclasses import dataclass
from typing import Final

from netdiag.lab.running import OVERLAY, Running

_ETHTOOL: Final = 0x8946
"""SIOCETHTOOL of ``linux/sockios.h``."""
_SET_CHECKSUM_OFFLOAD: Final = 0x17
"""ETHTOOL_STXCSUM of ``linux/ethtool.h``."""


@dataclass(frozen=True)
class LinkDown:
    """An interface that is down."""

    place: str
    interface: str

    def apply(self, lab: Running) -> None:
        """Set it down."""
        lab.netlink(self.place).set_link(lab.interface(self.interface), state="down")

    def undo(self, lab: Running) -> None:
        """Set it up; what the kernel forgot of an overlay device meanwhile is made anew."""
        lab.netlink(self.place).set_up(lab.interface(self.interface))
        if self.interface == OVERLAY:
            lab.reconnect(lab.cluster.node(self.place))


@dataclass(frozen=True)
class Unplugged:
    """A pod whose veth is no port of the bridge."""

    pod: str

    def apply(self, lab: Running) -> None:
        """Take it out."""
        pod = lab.cluster.pod(self.pod)
        lab.netlink(pod.node.name).set_link(lab.interface(f"@{self.pod}"), master=0)

    def undo(self, lab: Running) -> None:
        """Plug it in again."""
        pod = lab.cluster.pod(self.pod)
        lab.netlink(pod.node.name).set_port(lab.interface(f"@{self.pod}"), lab.interface("@bridge"))


@dataclass(frozen=True)
class Mtu:
    """An interface with another MTU; in a pod the place is the pod's name, the interface eth0."""

    place: str
    interface: str
    mtu: int

    def apply(self, lab: Running) -> None:
        """Set it."""
        lab.netlink(self.place).set_link(lab.interface(self.interface), mtu=self.mtu)

    def undo(self, lab: Running) -> None:
        """Set what the plan has."""
        mtu = lab.healthy_mtu(self.interface)
        lab.netlink(self.place).set_link(lab.interface(self.interface), mtu=mtu)


@dataclass(frozen=True)
class NoChecksumOffload:
    """A device for which the kernel computes checksums itself, before the packets leave.

    Between virtual devices nobody does: packets keep the sum that a NIC would have finished.
    """

    place: str
    interface: str

    def apply(self, lab: Running) -> None:
        """Have the kernel compute them."""
        self._set(lab, 0)

    def undo(self, lab: Running) -> None:
        """Leave them to the device."""
        self._set(lab, 1)

    def _set(self, lab: Running, value: int) -> None:
        asked = ctypes.create_string_buffer(struct.pack("=II", _SET_CHECKSUM_OFFLOAD, value))
        name = lab.interface(self.interface).encode()
        request = struct.pack("16sP16x", name, ctypes.addressof(asked))
        with lab.site.network(self.place), socket.socket(type=socket.SOCK_DGRAM) as opened:
            fcntl.ioctl(opened, _ETHTOOL, request)


@dataclass(frozen=True)
class OverlayGone:
    """A node without its overlay device: undone, it comes back as its plugin makes it."""

    node: str

    def apply(self, lab: Running) -> None:
        """Remove it; routes and neighbours go with it."""
        lab.netlink(self.node).delete_link(lab.interface(OVERLAY))

    def undo(self, lab: Running) -> None:
        """Make it anew."""
        node = lab.cluster.node(self.node)
        lab.carrier.prepare(lab.site, lab.cluster, node)
        lab.reconnect(node)


@dataclass(frozen=True)
class DaemonDead:
    """A daemon that has died, and its device with it."""

    name: str
    node: str

    def apply(self, lab: Running) -> None:
        """Kill it."""
        lab.site.stop(self.name)

    def undo(self, lab: Running) -> None:
        """Start it again."""
        node = lab.cluster.node(self.node)
        lab.carrier.prepare(lab.site, lab.cluster, node)
        lab.reconnect(node)
        lab.carrier.finish(lab.site, lab.cluster)
