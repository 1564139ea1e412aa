"""Interfaces that are down, unplugged, gone, or of the wrong size."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.lab.running import OVERLAY, Running


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
