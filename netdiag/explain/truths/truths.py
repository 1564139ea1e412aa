"""The three truths about each pair of nodes, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from netdiag.explain.truths.cluster_nodes import ClusterNode, ClusterNodes
from netdiag.explain.truths.configured import Way, configured_mode
from netdiag.explain.truths.programmed import programmed_mode
from netdiag.explain.truths.proofs import proved_backend
from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.facts import NO_FACTS, Facts
from netdiag.model.prefixes import Prefix, parse_address, parse_prefix
from netdiag.model.report import Mode, Modes, Pair

MAX_COMPARED = 20_000
"""Pairs of nodes that are compared unless all are asked for; of each node as many."""


class Row(NamedTuple):
    """One direction between two nodes, by each truth."""

    way: Way
    pair: Pair
    configured: Mode | None
    programmed: Mode | None


class Ends(NamedTuple):
    """Whose packets were seen: the nodes, as far as captures show them, and the addresses."""

    source_node: str | None
    destination_node: str | None
    source: str | None
    destination: str | None


class Truths:
    """Answers what is configured and programmed from one node to another."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.nodes = ClusterNodes(facts)
        self._backends: dict[str, str | None] = {}

    @cached_property
    def is_known(self) -> bool:
        """Return True if there are facts at all."""
        return self.facts is not NO_FACTS

    def row(self, ends: Ends, observed: str | None) -> Row | None:
        """Return what the truths are for packets that were seen; None if nothing is known."""
        way, sender = self._way_of(ends)
        if way is None:
            return None
        names = (ends.source_node, ends.destination_node)
        return self._row(way, sender, observed, names)

    def rows_between(self, known: Iterable[Pair], most: int | None) -> Iterator[Row]:
        """Yield one row for each two nodes whose pods' subnets are known, but for ``known``.

        Of large clusters about ``most`` pairs: each node and those next to it in order of name,
        those first that have documents. A node that is alone is compared with itself.
        """
        told = {(pair.source_node, pair.destination_node) for pair in known}
        nodes = self.with_pods
        if most is not None and len(nodes) ** 2 > most:
            nodes = [node for node in nodes if node.facts is not None] or nodes
        count = len(nodes) - 1
        if most is not None and nodes:
            count = min(count, max(1, most // len(nodes)))
        for step in range(1, count + 1):
            for index, source in enumerate(nodes):
                destination = nodes[(index + step) % len(nodes)]
                names = (source.name, destination.name)
                if names not in told:
                    yield self._row_between(source, destination)
        if len(self.nodes) == 1 and nodes and not told:
            yield self._row_between(nodes[0], nodes[0])

    def _row_between(self, source: ClusterNode, destination: ClusterNode) -> Row:
        way = Way(source, destination, None, self.same_subnet(source, destination))
        return self._row(way, None, None, (source.name, destination.name))

    @cached_property
    def with_pods(self) -> Sequence[ClusterNode]:
        """Return the nodes whose pods, or their subnets, are known."""
        found = [node for node in self.nodes if node.claims or node.pods]
        if len(self.nodes) == 1:
            found = list(self.nodes)
        return sorted(found, key=lambda node: node.facts is None)

    def backend_of(self, node: ClusterNode) -> str | None:
        """Return the backend that a node's kernel proves."""
        if node.name not in self._backends:
            self._backends[node.name] = proved_backend(node)
        return self._backends[node.name]

    def same_subnet(self, source: ClusterNode, destination: ClusterNode | None) -> bool | None:
        """Return whether one node reaches the other without a router; None = not known."""
        if destination is None:
            return None
        if source is destination:
            return True
        target = destination.main_address
        if target is None:
            target = _next_hop(source, destination)
        if target is None or not source.underlay:
            return _same_by_object(source, destination)
        return any(network.covers(target) for _, network, _ in source.underlay)

    def _row(
        self,
        way: Way,
        sender: Prefix | None,
        observed: str | None,
        names: tuple[str | None, str | None],
    ) -> Row:
        cluster = self.facts.cluster.configuration
        configured = configured_mode(way, cluster)
        programmed = programmed_mode(way, sender, cluster, self.backend_of(way.source))
        kinds = [mode.encapsulation if mode else None for mode in (configured, programmed)]
        agreed = agreement((*kinds, observed))
        pair = Pair(names[0], names[1], kinds[0], kinds[1], observed, agreed)
        return Row(way, pair, configured, programmed)

    def is_pod(self, address: str | None) -> bool:
        """Return True if an address is in a network that is configured for pods."""
        wanted = parse_address(address)
        return wanted is not None and any(network.covers(wanted) for network in self._networks)

    @cached_property
    def _networks(self) -> frozenset[Prefix]:
        told = [self.facts.cluster.configuration]
        told += [node.configuration for node in self.facts.nodes.values()]
        texts = (text for each in told for text in _networks_of(each))
        return frozenset(network for text in texts if (network := parse_prefix(text)) is not None)

    def _way_of(self, ends: Ends) -> tuple[Way | None, Prefix | None]:
        """Return the way between two ends and the sender's address.

        Where an end's node was not captured, or has no facts, its address tells.
        """
        source = self.nodes.get(ends.source_node) or self.nodes.holder_of(ends.source)
        if source is None and self.is_pod(ends.source):
            source = ClusterNode(ends.source_node or "?", None, None)
        if source is None:
            return None, None
        holder = self.nodes.holder_of(ends.destination)
        destination = holder or self.nodes.get(ends.destination_node)
        if ends.source_node == ends.destination_node and ends.source_node is not None:
            destination = source
        address = parse_address(ends.destination)
        same = self.same_subnet(source, destination)
        return Way(source, destination, address, same), parse_address(ends.source)


def _networks_of(told: Configuration) -> Iterator[str | None]:
    """Yield the networks of all pods of a cluster, as configuration names them."""
    yield from told.cluster_cidrs
    for flannel in told.flannel:
        yield from (flannel.network, flannel.ipv6_network)
    for subnet in told.flannel_subnets:
        yield from (subnet.network, subnet.ipv6_network)
    for pool in told.ip_pools:
        yield pool.cidr


def agreement(truths: Sequence[str | None]) -> bool | None:
    """Return False if two known truths differ, True if two are known and none differs."""
    known = [truth for truth in truths if truth is not None]
    if len(set(known)) > 1:
        return False
    return True if len(known) > 1 else None


def whole_agreement(rows: Iterable[bool | None]) -> bool | None:
    """Return False if any row disagrees, True if one agrees and none does not."""
    told = set(rows)
    if False in told:
        return False
    return True if True in told else None


def modes_of(rows: Sequence[Row], observed: Mode | None) -> Modes:
    """Return the three truths of a pair of pods by its rows, the request's direction first."""
    configured = _combined([row.configured for row in rows])
    programmed = _combined([row.programmed for row in rows])
    backend = configured.backend if configured else None
    if backend is None and programmed is not None:
        backend = programmed.backend
    agree = whole_agreement(row.pair.agree for row in rows)
    return Modes(backend, configured, programmed, observed, agree)


def _combined(modes: Sequence[Mode | None]) -> Mode | None:
    """Return the first direction's mode; ``mixed`` where the other differs, as far as known."""
    known = [mode for mode in modes if mode is not None]
    if not known:
        return None
    first = known[0]
    kinds = {mode.encapsulation for mode in known if mode.encapsulation is not None}
    backend = next((mode.backend for mode in known if mode.backend), None)
    kind = kinds.pop() if len(kinds) == 1 else "mixed" if kinds else None
    evidence = tuple(dict.fromkeys(e for mode in known for e in mode.evidence))
    return Mode(backend, kind, first.detail, evidence)


def _next_hop(source: ClusterNode, destination: ClusterNode) -> Prefix | None:
    """Return the gateway towards a node's pods, if it is no router that other routes share."""
    for claim in destination.claims:
        gateway = source.gateways.get(claim.subnet)
        if gateway is not None:
            return parse_address(gateway)
    return None


def _same_by_object(source: ClusterNode, destination: ClusterNode) -> bool | None:
    """Compare what Calico wrote at the nodes' objects: address and prefix length."""
    if source.object is None or destination.object is None:
        return None
    own = parse_prefix(source.object.calico_ipv4)
    other = parse_prefix(destination.object.calico_ipv4)
    if own is None or other is None or own.is_host or other.is_host:
        return None
    return own == other
