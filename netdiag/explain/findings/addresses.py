"""Addresses that two hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import PORT_RANK
from netdiag.correlate.rare_packets import ArpClaim, ClaimSeen
from netdiag.explain.findings.context import Context, frame_at, frames_of
from netdiag.explain.findings.rewrites import WITH_NAT
from netdiag.explain.judgement import has_arrived
from netdiag.explain.path_view import TrackView
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.namespaces import Devices, devices_of
from netdiag.explain.truths.plugins import find_plugin
from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.source import Source
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Evidence, Finding

PROXY_ADDRESSES = 3
"""Who answers for so many addresses is a proxy or a router, not a second holder."""

TOGETHER_NS = 2_000_000_000
"""Two answers so close together are not an address that moved."""


def duplicate_ip(context: Context) -> Iterator[Finding]:
    """Two MAC addresses, or two pods, hold one address."""
    yield from _answered_twice(context)
    yield from _two_pods(context)
    yield from _from_another_port(context)
    yield from _held_twice(context)


def _held_twice(context: Context) -> Iterator[Finding]:
    """Find addresses of pings that two pods' namespaces have."""
    wanted = {address for view in context.views for address in view.track.pair}
    holders: dict[str, dict[Devices, tuple[ClusterNode, str, Evidence]]] = {}
    for node in context.truths.nodes:
        for pod, namespace in node.pod_namespaces.items():
            for told in namespace.addresses or ():
                if told.address in wanted and told.device != "lo":
                    place = Source(f"pods/{pod}/{told.document}")
                    text = f"{told.address}/{told.prefix_length} dev {told.device}"
                    evidence = fact_evidence(node.name, place, text)
                    found = holders.setdefault(told.address, {})
                    found.setdefault(devices_of(namespace), (node, pod, evidence))
    for address, found in holders.items():
        if len(found) < 2:
            continue
        held = list(found.values())
        if len({node.name for node, _, _ in held}) > 1 and _is_behind_nat(held[0][0], context):
            continue
        wrong = [node for node, _, _ in held if not _claims(node, address)] or [held[-1][0]]
        pods = " and ".join(f"{node.name}/{pod}" for node, pod, _ in held)
        yield _finding(
            wrong[0].name,
            context.names.told(address),
            address,
            f"the pods {pods} both have it",
            tuple(evidence for _, _, evidence in held),
        )


def _is_behind_nat(node: ClusterNode, context: Context) -> bool:
    """Return True where every node may have the same addresses, as docker's containers do."""
    plugin = find_plugin(node, context.truths.facts.cluster.configuration)
    return plugin is None or plugin.family in WITH_NAT


def _claims(node: ClusterNode, address: str) -> bool:
    """Return True if an address is in a subnet of a node's pods."""
    wanted = parse_address(address)
    return wanted is not None and any(claim.subnet.covers(wanted) for claim in node.claims)


def _from_another_port(context: Context) -> Iterator[Finding]:
    """Find replies that leave another veth than the one that facts say the address is behind."""
    if not context.truths.is_known:
        return
    world = context.world
    told: set[str] = set()
    for view in context.views:
        if not view.track.reply or not view.track.request:
            continue
        ports = [crossing for crossing in view.track.reply if crossing.rank == PORT_RANK]
        origin = ports[0] if ports else None
        address = view.track.reply[0].lane.source
        wanted = parse_address(address)
        end = world.end_of(wanted) if wanted is not None else None
        port = world.port_of(end) if end is not None else None
        if origin is None or end is None or port is None or address in told:
            continue
        if view.track.reply.index(origin) > 1 or origin.point.interface not in _ports(end.node):
            continue
        own = {port, *world.ports_of(end)}
        if origin.node != end.node.name or origin.point.interface not in own:
            told.add(address)
            yield _finding(
                origin.node,
                context.names.told(address),
                address,
                f"replies from it leave {origin.point}, but facts say that it is behind "
                f"{end.node.name}/{port}",
                frames_of(view, [origin]),
            )


def _ports(node: ClusterNode) -> frozenset[str]:
    return frozenset(name for name, role in node.roles.items() if role == "veth")


def _answered_twice(context: Context) -> Iterator[Finding]:
    places = context.seen.places
    answers: dict[tuple[int, str], list[tuple[ArpClaim, ClaimSeen]]] = {}
    held: Counter[str] = Counter()
    for mac in {(claim.mac, claim.address) for claim in context.seen.rare.claims}:
        held[mac[0]] += 1
    for claim, seen in context.seen.rare.claims.items():
        if held[claim.mac] < PROXY_ADDRESSES:
            found = answers.setdefault((claim.place, claim.address), [])
            found += [(claim, sighting) for sighting in seen if sighting.is_reply]
    for (number, address), found in answers.items():
        found.sort(key=lambda pair: pair[1].time_ns)
        for (one, first), (other, second) in pairwise(found):
            if one.mac != other.mac and second.time_ns - first.time_ns <= TOGETHER_NS:
                place = places[number]
                inside = place.role in ("bridge", "veth", "pod", "overlay")
                frames = (frame_at(place, first.frame), frame_at(place, second.frame))
                yield _finding(
                    place.point.node if inside else None,
                    context.names.told(address),
                    address,
                    f"{one.mac} and {other.mac} both answered ARP for it at {place.point}",
                    frames,
                )
                break


def _two_pods(context: Context) -> Iterator[Finding]:
    """Find addresses whose replies leave from different pods."""
    holders: dict[tuple[str, int], dict[str, tuple[TrackView, Crossing]]] = {}
    for view in context.views:
        track = view.track
        if not track.reply or not track.request or not has_arrived(track, context.coverage):
            continue
        origin = track.reply[0]
        if origin.rank <= 1 and origin.point == track.request[-1].point:
            key = (origin.lane.source, origin.rank)
            holders.setdefault(key, {}).setdefault(str(origin.point), (view, origin))
    for (address, _), found in holders.items():
        if len(found) > 1:
            frames = [frames_of(view, [origin])[0] for view, origin in found.values()]
            nodes = {origin.node for _, origin in found.values()}
            yield _finding(
                nodes.pop() if len(nodes) == 1 else None,
                context.names.told(address),
                address,
                f"replies from it leave {' and '.join(found)}",
                tuple(frames),
            )


def _finding(
    node: str | None, told: str, address: str, proof: str, evidence: tuple[Evidence, ...]
) -> Finding:
    return Finding(
        "duplicate-ip",
        "error",
        node,
        None,
        f"Two hold the address {told}",
        f"{proof}. Which of them gets a packet depends on who answered last. (A host with "
        "two NICs in one network answers twice too, if net.ipv4.conf.all.arp_ignore is 0.)",
        f"kubectl get pods -A -o wide | grep -w '{address}'  # and look for other hosts with it; "
        "delete the wrong pod",
        evidence,
    )
