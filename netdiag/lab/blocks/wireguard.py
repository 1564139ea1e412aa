"""WireGuard, as flannel and Calico use it: the kernel's, or wireguard-go."""

from __future__ import annotations

import base64
import contextlib
import os
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from netdiag.lab.cluster import NIC, Cluster, Node
from netdiag.lab.errors import LabError
from netdiag.lab.kernel_devices import kernel_has, lacks_tun
from netdiag.lab.netlink import PROTOCOL_BIRD, PROTOCOL_CALICO
from netdiag.lab.site import Site, find_program

_SOCKETS: Final = "/run/wireguard"
_SECONDS: Final = 10.0
"""How long wireguard-go may take to start, on a machine that is busy."""
_PAUSE: Final = 0.002
_INVERTED: Final = 2
"""FIB_RULE_INVERT of ``linux/fib_rules.h``: ``ip rule`` says ``not``."""


@dataclass(frozen=True)
class WireGuard:
    """flannel's: a device, a route for the whole pod network, the peers in the device."""

    device: str = "flannel-wg"
    port: int = 51820
    mtu: int = 1420
    mark: int = 0
    """Of the packets that the device itself sends."""
    encapsulation: str = "wireguard"

    def lacking(self) -> str | None:
        """Return what is missing: a program, or a device that it needs."""
        if find_program("wg") is None:
            return "wg is not installed (package wireguard-tools)"
        if kernel_has("wireguard"):
            return None
        if find_program("wireguard-go") is None:
            return "this kernel has no wireguard, and wireguard-go is not installed"
        return lacks_tun("this kernel has no wireguard, and wireguard-go")

    def stand_in(self) -> str | None:
        """Return what stands in for the kernel's device, if anything does."""
        if kernel_has("wireguard"):
            return None
        return f"{self.device}: wireguard-go stands in for the kernel's wireguard"

    def daemon(self, node: Node) -> str:
        """Return the name of a node's wireguard-go, as the keeper knows it."""
        return f"wireguard-go-{node.name}"

    def address(self, node: Node) -> IPv4Address:
        """Return the address of a node's device: the first of its pods' subnet."""
        return node.pod_subnet.network_address

    def prepare(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Make the device, and the routes that lead into it."""
        netlink = site.netlink(node.name)
        if kernel_has("wireguard"):
            netlink.add_link(self.device, "wireguard")
        else:
            self._start(site, node)
        netlink.set_link(self.device, mtu=self.mtu)
        netlink.set_up(self.device)
        netlink.add_address(self.device, IPv4Interface((self.address(node), 32)))
        self.add_routes(site, cluster, node)

    def _start(self, site: Site, node: Node) -> None:
        """Start wireguard-go and wait for its socket; one that was killed has left its own."""
        socket = f"/proc/{site.places[node.name]}/root{_SOCKETS}/{self.device}.sock"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(socket)
        site.start(self.daemon(node), node.name, ("wireguard-go", "-f", self.device))
        deadline = time.monotonic() + _SECONDS
        while not os.path.exists(socket):
            if time.monotonic() > deadline or self.daemon(node) not in site.daemons():
                raise LabError(f"wireguard-go does not start on {node.name}: see {site.folder}/log")
            time.sleep(_PAUSE)

    def add_routes(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Add the route to all pods of other nodes."""
        site.netlink(node.name).add_route(cluster.network, device=self.device)

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add nothing: peers are told to the device when all have their keys."""

    def finish(self, site: Site, cluster: Cluster) -> None:
        """Give every node a new key, and all others its public one."""
        private = {node: _new_key() for node in cluster.nodes}
        public = {
            node: site.run(node.name, ("wg", "pubkey"), given=key).strip()
            for node, key in private.items()
        }
        settings = {
            node.name: self._interface(key)
            + "".join(self._peer(peer, public[peer]) for peer in cluster.peers(node))
            for node, key in private.items()
        }
        site.run_everywhere(("wg", "setconf", self.device, "/dev/stdin"), settings)

    def _interface(self, key: str) -> str:
        return (
            f"[Interface]\nPrivateKey = {key}\nListenPort = {self.port}\nFwMark = {self.mark:#x}\n"
        )

    def _peer(self, peer: Node, key: str) -> str:
        allowed = ", ".join(self.allowed(peer))
        endpoint = f"{peer.address}:{self.port}"
        return f"[Peer]\nPublicKey = {key}\nEndpoint = {endpoint}\nAllowedIPs = {allowed}\n"

    def allowed(self, peer: Node) -> tuple[str, ...]:
        """Return what may come from another node, and goes to it."""
        return (str(peer.pod_subnet),)


@dataclass(frozen=True)
class CalicoWireGuard(WireGuard):
    """Calico's: a routing table of its own, beside BGP's routes, for packets without its mark."""

    device: str = "wireguard.cali"
    mtu: int = 1440
    mark: int = 0x200000
    table: int = 1
    priority: int = 99

    def add_routes(self, site: Site, cluster: Cluster, node: Node) -> None:
        """Add the table and the rule that asks it first, as Felix does (``wireguard.go``)."""
        netlink = site.netlink(node.name)
        site.set_sysctls(node.name, {"net/ipv4/conf/all/src_valid_mark": 1})
        own = ("throw", str(node.pod_subnet), "table", str(self.table), "proto", "80")
        site.run(node.name, ("ip", "route", "replace", *own))
        for peer in cluster.peers(node):
            for network in (peer.pod_subnet, IPv4Network(self.address(peer))):
                netlink.add_route(
                    network, device=self.device, table=self.table, protocol=PROTOCOL_CALICO
                )
        self._add_rule(site, node)

    def _add_rule(self, site: Site, node: Node) -> None:
        """Add the rule, unless it has outlived the device."""
        if site.run(node.name, ("ip", "rule", "show", "priority", str(self.priority))):
            return
        site.netlink(node.name).add_rule(
            priority=self.priority, table=self.table, fwmark=self.mark, fwmask=self.mark,
            flags=_INVERTED,
        )  # fmt: skip

    def connect(self, site: Site, cluster: Cluster, node: Node, peer: Node) -> None:
        """Add BGP's route, which packets take that are not encrypted."""
        via = node.gateway if cluster.routed else peer.address
        site.netlink(node.name).add_route(
            peer.pod_subnet, via=via, device=NIC, protocol=PROTOCOL_BIRD
        )

    def allowed(self, peer: Node) -> tuple[str, ...]:
        """Return the block, and the device's address besides."""
        return (str(peer.pod_subnet), f"{self.address(peer)}/32")


def _new_key() -> str:
    """Return a private key, as ``wg genkey`` does (RFC 7748 section 5)."""
    key = bytearray(os.urandom(32))
    key[0] &= 0xF8
    key[31] = key[31] & 0x7F | 0x40
    return base64.b64encode(key).decode()
