"""Nodes as their facts and Kubernetes tell of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from netdiag.explain.truths.claims import Claim, claims_of, is_local
from netdiag.explain.truths.namespaces import devices_of, is_same
from netdiag.explain.truths.node_objects import objects_by_folder
from netdiag.explain.truths.veths import Veth, veths_of
from netdiag.facts.kernel.devices import encapsulation_of, has_no_wire, roles_of
from netdiag.facts.kernel.routing import RoutingTables, is_default
from netdiag.model.facts.cluster import Node, Pod
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import FdbEntry, Link, Namespace, Route
from netdiag.model.facts.node import NodeFacts
from netdiag.model.prefixes import Prefix, parse_address, parse_prefix
from netdiag.model.report import Role

POD_BRIDGES = ("cni0", "cbr0", "kube-bridge", "weave", "cni-podman0")
"""Bridges of CNI plugins; docker0 has the same subnet on every node."""


@dataclass(frozen=True, eq=False)
class ClusterNode:
    """One node: what its own documents say, and what Kubernetes says about it."""

    name: str
    """Of its folder, or else Kubernetes' own."""
    facts: NodeFacts | None
    object: Node | None
    pods: Sequence[Pod] = field(default_factory=tuple)
    """Those that Kubernetes runs on it, hostNetwork ones left out."""
    blocks: Sequence[Claim] = field(default_factory=tuple)
    """Blocks of addresses that Calico's datastore says it has."""
    shared: frozenset[Prefix] = frozenset()
    """Prefixes that several nodes drop packets for, and so no node's own blocks."""

    @property
    def host(self) -> Namespace:
        """Return the host's namespace; empty if nothing is known of it."""
        return self.facts.host if self.facts else Namespace()

    @property
    def configuration(self) -> Configuration:
        """Return what the node's own files and processes say."""
        return self.facts.configuration if self.facts else Configuration()

    @cached_property
    def links(self) -> Mapping[str, Link]:
        """Return the host's devices by name."""
        return {link.name: link for link in self.host.links or ()}

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Return the roles of the host's devices."""
        return roles_of(self.host)

    @cached_property
    def tables(self) -> RoutingTables:
        """Return the host's routes, ready to be looked up."""
        return RoutingTables(self.host)

    @cached_property
    def underlay(self) -> tuple[tuple[Prefix, Prefix, str], ...]:
        """Return the addresses by which other nodes reach it: address, its network, device."""
        return tuple(_underlay(self))

    @cached_property
    def addresses(self) -> frozenset[Prefix]:
        """Return all addresses that are the node's own, and no pod's."""
        own = {parse_address(address.address) for address in self.host.addresses or ()}
        own |= {parse_address(text) for text in self._told_addresses()}
        return frozenset(address for address in own if address and not is_local(address))

    @cached_property
    def main_address(self) -> Prefix | None:
        """Return the address that others send to; None if it is not known."""
        for text in self._told_addresses():
            address = parse_address(text)
            if address is not None:
                return address
        default = [device for _, _, device in self.underlay if device in self.default_devices]
        wanted = default or [device for _, _, device in self.underlay]
        return next((a for a, _, device in self.underlay if device in wanted), None)

    @cached_property
    def pod_bridges(self) -> frozenset[str]:
        """Return the bridges that pods may be at: known ones, and those that CNI names."""
        return self.cni_bridges.union(POD_BRIDGES)

    @cached_property
    def cni_bridges(self) -> frozenset[str]:
        """Return the bridges that the node's CNI configuration names."""
        return frozenset(
            plugin.bridge
            for network in self.configuration.cni
            for plugin in network.plugins
            if plugin.bridge
        )

    @cached_property
    def pod_namespaces(self) -> Mapping[str, Namespace]:
        """Return the namespaces of pods that are not the node's own, by folder."""
        told = self.facts.pods if self.facts else {}
        own = devices_of(self.host)
        return {pod: inside for pod, inside in told.items() if not is_same(inside, own)}

    @cached_property
    def veths(self) -> tuple[Veth, ...]:
        """Return the veths between it and its pods, as far as that is sure."""
        return veths_of(self)

    def pod_with(self, link: Link) -> str | None:
        """Return the pod that told of a device as its own; None = the node did."""
        for pod, inside in self.pod_namespaces.items():
            if any(each is link for each in inside.links or ()):
                return pod
        return None

    @cached_property
    def neighbour_macs(self) -> Mapping[tuple[str | None, str | None], str | None]:
        """Return the MAC addresses of neighbours by address and device."""
        told = self.host.neighbours or ()
        return {(neighbour.address, neighbour.device): neighbour.mac for neighbour in told}

    @cached_property
    def gateways(self) -> Mapping[Prefix, str]:
        """Return the gateways that only one route has, by its prefix: nodes, no routers."""
        counts = Counter(route.gateway for route in self.host.routes or ())
        return {
            prefix: route.gateway
            for route in self.host.routes or ()
            if route.gateway is not None
            and counts[route.gateway] == 1
            and (prefix := parse_prefix(route.destination)) is not None
        }

    @cached_property
    def destinations(self) -> Mapping[Prefix, Route]:
        """Return the unicast routes by prefix, of whatever table."""
        told = ((parse_prefix(route.destination), route) for route in self.host.routes or ())
        return {prefix: route for prefix, route in told if prefix and route.type == "unicast"}

    @cached_property
    def remote_fdb(self) -> Mapping[str, FdbEntry]:
        """Return the FDB entries of remote VTEPs by MAC address."""
        return {entry.mac: entry for entry in self.host.fdb or () if entry.destination}

    @cached_property
    def default_devices(self) -> frozenset[str]:
        """Return the devices of default routes."""
        return frozenset(
            hop.device
            for route in self.host.routes or ()
            if is_default(route)
            for hop in route.next_hops
            if hop.device
        )

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Return the subnets of its pods, by whoever tells most surely."""
        return claims_of(self)

    def _told_addresses(self) -> Iterator[str]:
        node = self.object
        if node is not None:
            yield from filter(None, (node.flannel_public_ip_overwrite, node.flannel_public_ip))
            yield from filter(None, (node.calico_ipv4,))
            yield from node.internal_ips
        for link in self.host.links or ():
            if link.vxlan and link.vxlan.local:
                yield link.vxlan.local
        for kubelet in self.configuration.kubelet:
            if kubelet.node_ip:
                yield kubelet.node_ip


def _underlay(node: ClusterNode) -> Iterator[tuple[Prefix, Prefix, str]]:
    for address in node.host.addresses or ():
        link = node.links.get(address.device)
        role = node.roles.get(address.device)
        if role in ("loopback", "overlay", "veth", "macvlan") or address.device in POD_BRIDGES:
            continue
        if role == "bridge" and address.device not in node.default_devices:
            continue
        if link is not None and (has_no_wire(link) or encapsulation_of(link) != "none"):
            continue
        host = parse_address(address.address)
        network = parse_prefix(f"{address.address}/{address.prefix_length}")
        if host is not None and network is not None and not is_local(host):
            yield host, network, address.device


class ClusterNodes:
    """All nodes, found by name or by address."""

    def __init__(self, facts: Facts) -> None:
        objects = objects_by_folder(facts)
        pods = _pods_by_node(facts.cluster.pods or ())
        blocks = _blocks_by_node(facts)
        shared = _shared_blackholes(facts)
        self._nodes: dict[str, ClusterNode] = {}
        for name, node_facts in facts.nodes.items():
            node = objects.get(name)
            own = (name,) if node is None else (name, node.name)
            self._nodes[name] = ClusterNode(
                name,
                node_facts,
                node,
                tuple(pod for key in dict.fromkeys(own) for pod in pods.get(key, ())),
                tuple(block for key in dict.fromkeys(own) for block in blocks.get(key, ())),
                shared,
            )
        known = {node.name for node in objects.values()}
        for node in facts.cluster.nodes or ():
            if node.name not in known and node.name not in self._nodes:
                self._nodes[node.name] = ClusterNode(
                    node.name, None, node, pods.get(node.name, ()), blocks.get(node.name, ())
                )
        self._holders = _holders(self._nodes.values())

    def __iter__(self) -> Iterator[ClusterNode]:
        """Yield all nodes."""
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def get(self, name: str | None) -> ClusterNode | None:
        """Return a node by the name of its folder, or by Kubernetes' own."""
        if name is None or name in self._nodes:
            return self._nodes.get(name or "")
        return next((n for n in self if n.object is not None and n.object.name == name), None)

    def holder_of(self, address: str | None) -> ClusterNode | None:
        """Return the node that has an address, or has it in a subnet of its pods."""
        wanted = parse_address(address)
        if wanted is None:
            return None
        held = self._holders.get(wanted)
        if held is not None:
            return held
        covering = (wanted.cut(length) for length in self._lengths if length <= wanted.length)
        return next((self._claimants[p] for p in covering if p in self._claimants), None)

    @cached_property
    def _claimants(self) -> Mapping[Prefix, ClusterNode]:
        """Return who has each subnet; the first where several have it."""
        found: dict[Prefix, ClusterNode] = {}
        for node in self:
            for claim in node.claims:
                found.setdefault(claim.subnet, node)
        return found

    @cached_property
    def _lengths(self) -> Sequence[int]:
        return sorted({subnet.length for subnet in self._claimants}, reverse=True)


def _holders(nodes: Iterable[ClusterNode]) -> dict[Prefix, ClusterNode]:
    found: dict[Prefix, ClusterNode] = {}
    for node in nodes:
        for address in node.addresses:
            found.setdefault(address, node)
        for pod in node.pods:
            for text in pod.addresses:
                address_of_pod = parse_address(text)
                if address_of_pod is not None:
                    found.setdefault(address_of_pod, node)
        for namespace in node.pod_namespaces.values():
            for told in namespace.addresses or ():
                inside = parse_address(told.address)
                if inside is not None and not is_local(inside):
                    found.setdefault(inside, node)
    return found


def _pods_by_node(pods: Iterable[Pod]) -> dict[str, list[Pod]]:
    found: dict[str, list[Pod]] = {}
    for pod in pods:
        if pod.node and not pod.host_network and pod.phase not in ("Succeeded", "Failed"):
            found.setdefault(pod.node, []).append(pod)
    return found


def _shared_blackholes(facts: Facts) -> frozenset[Prefix]:
    counts: Counter[Prefix] = Counter()
    for node in facts.nodes.values():
        routes = {r.destination for r in node.host.routes or () if r.type == "blackhole"}
        counts.update(prefix for text in routes if (prefix := parse_prefix(text)) is not None)
    return frozenset(prefix for prefix, count in counts.items() if count > 1)


def _blocks_by_node(facts: Facts) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = {}
    for block in facts.cluster.ipam_blocks or ():
        subnet = parse_prefix(block.cidr)
        if subnet is not None:
            claims = found.setdefault(block.node, [])
            if all(claim.subnet != subnet for claim in claims):
                claims.append(Claim(subnet, block.source, f"block {block.cidr}"))
    return found
