"""VXLAN devices whose entries, numbers or addresses are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from netdiag.lab.blocks.underlay import SWITCH
from netdiag.lab.blocks.vxlan import Vxlan
from netdiag.lab.errors import LabError
from netdiag.lab.running import Running

WRONG_MAC = "be:1a:5c:de:ad:01"
_SECOND_NETWORK = IPv4Interface("192.168.56.102/24")
_FLANNELS = Vxlan()


def vxlan_of(lab: Running) -> Vxlan:
    """Return the lab's VXLAN. Raises LabError if its nodes are connected otherwise."""
    if not isinstance(lab.carrier, Vxlan):
        raise LabError(f"mode {lab.mode.name} has no VXLAN between these nodes")
    return lab.carrier


@dataclass(frozen=True)
class NoFdb:
    """A node without the FDB entry for another node's VTEP."""

    node: str
    peer: str

    def apply(self, lab: Running) -> None:
        """Remove it."""
        vxlan, peer = vxlan_of(lab), lab.cluster.node(self.peer)
        lab.netlink(self.node).delete_fdb(vxlan.device, vxlan.mac(peer), peer.address)

    def undo(self, lab: Running) -> None:
        """Add it."""
        vxlan, peer = vxlan_of(lab), lab.cluster.node(self.peer)
        lab.netlink(self.node).set_fdb(vxlan.device, vxlan.mac(peer), peer.address)


@dataclass(frozen=True)
class WrongFdb:
    """A node whose FDB entry for another node's VTEP leads to a wrong address."""

    node: str
    peer: str
    remote: str

    def apply(self, lab: Running) -> None:
        """Set it."""
        NoFdb(self.node, self.peer).apply(lab)
        vxlan, peer = vxlan_of(lab), lab.cluster.node(self.peer)
        lab.netlink(self.node).set_fdb(vxlan.device, vxlan.mac(peer), IPv4Address(self.remote))

    def undo(self, lab: Running) -> None:
        """Set the right one."""
        vxlan, peer = vxlan_of(lab), lab.cluster.node(self.peer)
        lab.netlink(self.node).delete_fdb(vxlan.device, vxlan.mac(peer), IPv4Address(self.remote))
        NoFdb(self.node, self.peer).undo(lab)


@dataclass(frozen=True)
class VtepNeighbour:
    """A node whose neighbour entry for another node's VTEP is missing, or has a wrong MAC."""

    node: str
    peer: str
    mac: str | None = None

    def apply(self, lab: Running) -> None:
        """Set or remove it."""
        vxlan, peer = vxlan_of(lab), lab.cluster.node(self.peer)
        netlink = lab.netlink(self.node)
        if self.mac is None:
            netlink.delete_neighbour(vxlan.device, vxlan.vtep(peer))
        else:
            netlink.set_neighbour(vxlan.device, vxlan.vtep(peer), self.mac)

    def undo(self, lab: Running) -> None:
        """Set the right one."""
        vxlan, peer = vxlan_of(lab), lab.cluster.node(self.peer)
        lab.netlink(self.node).set_neighbour(vxlan.device, vxlan.vtep(peer), vxlan.mac(peer))


@dataclass(frozen=True)
class NewVtepMac:
    """A node whose VXLAN device got another MAC address, which the others were not told."""

    node: str
    mac: str = "be:1a:5c:00:09:09"

    def apply(self, lab: Running) -> None:
        """Give it another."""
        self._set(lab, self.mac)

    def undo(self, lab: Running) -> None:
        """Give it its own."""
        self._set(lab, vxlan_of(lab).mac(lab.cluster.node(self.node)))

    def _set(self, lab: Running, mac: str) -> None:
        lab.netlink(self.node).set_link(vxlan_of(lab).device, address=mac)
        for peer in lab.cluster.peers(lab.cluster.node(self.node)):  # the kernel forgot them
            VtepNeighbour(self.node, peer.name).undo(lab)


@dataclass(frozen=True)
class OtherVxlan:
    """A node whose VXLAN device has another VNI or UDP port."""

    node: str
    vni: int | None = None
    port: int | None = None

    def apply(self, lab: Running) -> None:
        """Make it anew with these."""
        remake_vxlan(lab, self.node, vni=self.vni, port=self.port)

    def undo(self, lab: Running) -> None:
        """Make it anew as planned."""
        remake_vxlan(lab, self.node)


def remake_vxlan(lab: Running, name: str, **different: Any) -> None:
    """Make a node's VXLAN device anew, and its entries; keywords as for ``Vxlan.prepare``."""
    node, vxlan = lab.cluster.node(name), vxlan_of(lab)
    lab.netlink(name).delete_link(vxlan.device)
    vxlan.prepare(lab.site, lab.cluster, node, **different)
    lab.reconnect(node)


@dataclass(frozen=True)
class WrongNic:
    """A node whose VTEP is on a second NIC, in a network that the other nodes don't reach."""

    node: str
    nic: str = "ens37"
    address: IPv4Interface = _SECOND_NETWORK

    def apply(self, lab: Running) -> None:
        """Add the NIC, have the VTEP on it, and tell the other nodes."""
        netlink = lab.netlink(self.node)
        netlink.add_veth(
            self.nic, peer={"ifname": "lan2"}, peer_process=lab.site.places[SWITCH],
            address="00:0c:29:11:56:66",
        )  # fmt: skip
        netlink.set_up(self.nic)
        lab.netlink(SWITCH).set_up("lan2")
        netlink.add_address(self.nic, self.address)
        remake_vxlan(lab, self.node, underlay=self.nic, local=self.address.ip)
        for peer in lab.cluster.peers(lab.cluster.node(self.node)):
            WrongFdb(peer.name, self.node, str(self.address.ip)).apply(lab)

    def undo(self, lab: Running) -> None:
        """Put all of it right."""
        for peer in lab.cluster.peers(lab.cluster.node(self.node)):
            WrongFdb(peer.name, self.node, str(self.address.ip)).undo(lab)
        remake_vxlan(lab, self.node)
        lab.netlink(self.node).delete_link(self.nic)


@dataclass(frozen=True)
class Leftover:
    """A VXLAN device of an earlier mode that is still up on a node."""

    node: str
    vxlan: Vxlan = _FLANNELS

    def apply(self, lab: Running) -> None:
        """Make it."""
        self.vxlan.prepare(lab.site, lab.cluster, lab.cluster.node(self.node))

    def undo(self, lab: Running) -> None:
        """Remove it."""
        lab.netlink(self.node).delete_link(self.vxlan.device)
