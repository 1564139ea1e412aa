"""Pod subnets that two nodes claim, or that a bridge's address is not in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from netdiag.explain.findings.context import Context, shell_word
from netdiag.explain.truths.claims import Claim, claiming_bridges, is_local, uses_calico_ipam
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.evidence import told_evidence
from netdiag.explain.truths.plugins import find_plugin
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.source import place_in
from netdiag.model.prefixes import parse_address, parse_prefix
from netdiag.model.report import Evidence, Finding

MAX_ASKED = 100
"""Nodes whose routes are asked who has a subnet."""

SHARED = ("weave", "macvlan", "ipvlan", "sriov", "host-device", "docker", "bridge", "ptp")
"""Plugins whose pods may share one subnet on all nodes, or repeat one behind NAT."""


def pod_subnet_conflict(context: Context) -> Iterator[Finding]:
    """Two nodes claim one pod subnet, or a bridge has an address outside its node's subnet."""
    cluster = context.truths.facts.cluster.configuration
    nodes = []
    for node in context.truths.nodes:
        plugin = find_plugin(node, cluster)
        if plugin is None or plugin.family not in SHARED:
            nodes.append(node)
            yield from _bridge_outside(node)
    yield from _claimed_twice(nodes)


def _claimed_twice(nodes: list[ClusterNode]) -> Iterator[Finding]:
    claims = [(claim, node) for node in nodes for claim in node.claims]
    claims.sort(
        key=lambda one: (one[0].subnet.version, one[0].subnet.network, one[0].subnet.length)
    )
    for (first, one), (second, other) in itertools.pairwise(claims):
        if one is other or not first.subnet.overlaps(second.subnet) or _may_be_one(one, other):
            continue
        wrong = _deviating(first, one, second, other, nodes)
        who = wrong or other
        yield Finding(
            "pod-subnet-conflict",
            "error",
            wrong.name if wrong else None,
            None,
            f"{one.name} and {other.name} both claim the pod subnet {second.subnet}",
            f"{one.name} says {first.text}, {other.name} says {second.text}. Pods on both may get "
            "the same addresses, and other nodes send all of their traffic to only one of them.",
            f"give one of them its own subnet: kubectl get node {shell_word(who.name)} -o "
            "jsonpath={.spec.podCIDR} shows what Kubernetes gave it; restart the network plugin "
            "there and make its pods anew",
            (_evidence(one, first), _evidence(other, second)),
        )


def _may_be_one(one: ClusterNode, other: ClusterNode) -> bool:
    """Return True if one is known by its documents alone and the other by Kubernetes alone."""
    return (one.facts is None and other.object is None) or (
        other.facts is None and one.object is None
    )


def _evidence(node: ClusterNode, claim: Claim) -> Evidence:
    return told_evidence(node.name, claim.source, claim.text)


def _deviating(
    first: Claim, one: ClusterNode, second: Claim, other: ClusterNode, nodes: list[ClusterNode]
) -> ClusterNode | None:
    """Return the node that claims what Kubernetes, or the others' routes, give to the other."""
    for claim, node in ((first, one), (second, other)):
        if node.object is None or not node.object.pod_cidrs:
            continue
        own = [parse_prefix(text) for text in node.object.pod_cidrs]
        if not any(prefix is not None and prefix.overlaps(claim.subnet) for prefix in own):
            return node
    for node in nodes[:MAX_ASKED]:
        route = node.destinations.get(first.subnet) or node.destinations.get(second.subnet)
        gateway = parse_address(route.gateway) if route is not None else None
        if gateway is None or node is one or node is other:
            continue
        if gateway in one.addresses:
            return other
        if gateway in other.addresses:
            return one
    return None


def _bridge_outside(node: ClusterNode) -> Iterator[Finding]:
    """Find bridges that kept an address of another subnet."""
    told = list(_told_subnets(node))
    if not told:
        return
    for address in node.host.addresses or ():
        own = parse_address(address.address)
        if address.device not in claiming_bridges(node) or own is None or is_local(own):
            continue
        same = [claim for claim in told if claim.subnet.version == own.version]
        if not same or any(claim.subnet.covers(own) for claim in same):
            continue
        evidence = fact_evidence(
            node.name,
            place_in(address.document, address.position),
            f"{address.address}/{address.prefix_length} dev {address.device}",
        )
        yield Finding(
            "pod-subnet-conflict",
            "error",
            node.name,
            address.device,
            f"{address.device} on {node.name} has {address.address}, which is not in "
            f"{same[0].subnet}",
            f"The node's pod subnet is {same[0].subnet} ({same[0].text}), but its bridge "
            f"{address.device} kept {address.address}/{address.prefix_length} from before. New "
            "pods fail with 'already has an IP address different from', and others route "
            "the old addresses elsewhere.",
            f"ip link delete {shell_word(address.device)}  # on {shell_word(node.name)}: the "
            "plugin makes it anew; not safe for its running pods: drain the node first",
            (evidence, _evidence(node, same[0])),
        )


def _told_subnets(node: ClusterNode) -> Iterator[Claim]:
    for told in node.configuration.flannel_subnets:
        subnet = parse_prefix(told.subnet)
        if subnet is not None:
            yield Claim(subnet, told.source, f"FLANNEL_SUBNET={told.subnet}")
    if node.configuration.flannel_subnets:
        return
    if node.object is not None and not uses_calico_ipam(node):
        for text in node.object.pod_cidrs:
            cidr = parse_prefix(text)
            if cidr is not None:
                yield Claim(cidr, node.object.source, f"podCIDR {text}")
