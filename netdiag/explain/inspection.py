"""What facts say without any packet: interfaces, pod subnets, how they are reached, MTUs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netdiag.correlate.places import role_of
from netdiag.explain.bystanders import Bystanders
from netdiag.explain.coverage import Coverage
from netdiag.explain.expected.world import World
from netdiag.explain.findings import find_all
from netdiag.explain.findings.context import Context
from netdiag.explain.modes import find_modes
from netdiag.explain.names import Names
from netdiag.explain.observations import Observations
from netdiag.explain.pod_links import pods_by_interface
from netdiag.explain.pod_names import with_pod_names
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.explain.truths.evidence import told_evidence
from netdiag.explain.truths.mtus import mtu_chain
from netdiag.explain.truths.programmed import reach
from netdiag.explain.truths.truths import Row, Truths
from netdiag.facts.kernel.devices import encapsulation_of
from netdiag.facts.kernel.routing import is_default
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.cluster import Pod
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import Link, Namespace
from netdiag.model.inspection import (
    SCHEMA,
    InspectedNode,
    Inspection,
    Interface,
    MtuChainRow,
    PodAddress,
    PodSubnet,
    ReachedSubnet,
)
from netdiag.model.report import BadDocument, Role


def inspect_facts(facts: Facts, nothing: Observations, *, most: int | None) -> Inspection:
    """Return what facts say; ``nothing`` are observations without a packet.

    At most ``most`` rows tell how subnets are reached; None: all.
    """
    truths, names = Truths(facts), Names(facts)
    modes = find_modes([], [], truths, most)
    world, bystanders = World(truths, names), Bystanders(truths)
    context = Context([], nothing, Coverage(nothing), truths, modes, names, world, bystanders)
    rows = modes.rows if most is None else modes.rows[:most]
    backends, pods = _configured_backends(modes.rows), _pods_by_node(facts)
    inspection = Inspection(
        schema=SCHEMA,
        mode=modes.modes,
        nodes=tuple(_node(node, backends, pods, truths, names) for node in truths.nodes),
        reach=tuple(_reached(row) for row in rows),
        reach_left_out=modes.pairs_left_out,
        mtu=tuple(_mtu_rows(modes.rows)),
        pairs=modes.pairs,
        findings=find_all(context),
        bad_documents=tuple(
            BadDocument(problem.node, problem.document, problem.reason)
            for problem in facts.problems
        ),
    )
    return with_pod_names(inspection, facts)


def _configured_backends(rows: Sequence[Row]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        if row.configured is not None and row.configured.backend is not None:
            found.setdefault(row.way.source.name, row.configured.backend)
    return found


def _pods_by_node(facts: Facts) -> Mapping[str, Sequence[Pod]]:
    found: dict[str, list[Pod]] = {}
    for pod in facts.cluster.pods or ():
        if pod.node is not None:
            found.setdefault(pod.node, []).append(pod)
    return found


def _kubernetes_name(node: ClusterNode) -> str:
    return node.object.name if node.object else node.name


def _node(
    node: ClusterNode,
    backends: Mapping[str, str],
    pods: Mapping[str, Sequence[Pod]],
    truths: Truths,
    names: Names,
) -> InspectedNode:
    interfaces = tuple(_interfaces(node, pods_by_interface(node, names)))
    ports = {interface.leads_to: interface.name for interface in interfaces if interface.leads_to}
    return InspectedNode(
        name=node.name,
        kubernetes_name=node.object.name if node.object else None,
        backend=backends.get(node.name) or truths.backend_of(node),
        addresses=tuple(dict.fromkeys(_addresses(node))),
        interfaces=interfaces,
        pod_subnets=tuple(
            PodSubnet(str(claim.subnet), told_evidence(node.name, claim.source, claim.text))
            for claim in node.claims
        ),
        pods=tuple(_pods(node, pods.get(_kubernetes_name(node), ()), ports)),
        documents=node.facts.documents if node.facts else (),
    )


def _addresses(node: ClusterNode) -> Iterator[str]:
    yield from (str(address) for address, _, _ in node.underlay)
    if node.object is not None:
        yield from node.object.internal_ips


def _interfaces(node: ClusterNode, pods: Mapping[str, str]) -> Iterator[Interface]:
    for link in node.host.links or ():
        told = node.roles.get(link.name)
        role = told or role_of(CapturePoint(node.name, None, link.name))
        yield _interface(link, node.host, None, role, told is None, pods.get(link.name))
    for pod, namespace in node.pod_namespaces.items():
        for link in namespace.links or ():
            role = role_of(CapturePoint(node.name, pod, link.name))
            yield _interface(link, namespace, pod, role, False, None)


def _interface(
    link: Link,
    namespace: Namespace,
    pod: str | None,
    role: Role,
    guessed: bool,
    leads_to: str | None,
) -> Interface:
    return Interface(
        name=link.name,
        pod=pod,
        role=role,
        role_guessed=guessed,
        kind=link.kind,
        up=link.is_up if link.flags else None,
        mtu=link.mtu,
        mac=link.mac,
        master=link.master,
        addresses=tuple(
            f"{address.address}/{address.prefix_length}"
            for address in namespace.addresses or ()
            if address.device == link.name
        ),
        leads_to=leads_to,
        encapsulation=encapsulation_of(link),
        detail=_detail(link),
    )


def _detail(link: Link) -> str:
    words: list[str] = []
    if link.vxlan is not None:
        told = link.vxlan
        words += [f"VNI {told.vni}"] if told.vni is not None else ["VNI chosen by the sender"]
        words += [f"UDP {told.port}"] if told.port is not None else []
        words += [f"from {told.local}"] if told.local else []
        words += [f"by {told.lower}"] if told.lower else []
    elif link.tunnel is not None:
        words += [f"{link.tunnel.local or 'any'} → {link.tunnel.remote or 'any'}"]
    elif link.kind == "tun":
        words.append(f"{link.mode or 'tun'}, run by a program")
    elif link.mode:
        words.append(link.mode)
    if link.vlan_id is not None:
        words.append(f"VLAN {link.vlan_id}")
    return ", ".join(words)


def _pods(node: ClusterNode, told: Sequence[Pod], ports: Mapping[str, str]) -> Iterator[PodAddress]:
    """Yield the pods that Kubernetes runs on a node, or whose namespaces were looked at."""
    known: set[str] = set()
    for pod in told:
        known.update(pod.addresses)
        port = ports.get(pod.full_name)
        yield PodAddress(pod.full_name, pod.addresses, pod.host_network, pod.containers, port)
    for folder, namespace in node.pod_namespaces.items():
        own = tuple(
            address.address
            for address in namespace.addresses or ()
            if address.scope in ("global", None) and address.device != "lo"
        )
        if not known.intersection(own):
            yield PodAddress(folder, own, False, (), ports.get(folder))


def _reached(row: Row) -> ReachedSubnet:
    reached = reach(row.way)
    destination = row.way.destination
    subnet = (
        next((str(claim.subnet) for claim in destination.claims), None) if destination else None
    )
    return ReachedSubnet(
        source_node=row.way.source.name,
        destination_node=row.pair.destination_node or "?",
        subnet=subnet,
        next_hop=reached.route.gateway if reached else None,
        device=reached.route.device if reached else None,
        encapsulation=row.pair.programmed,
        configured=row.pair.configured,
        agree=row.pair.agree,
        evidence=row.programmed.evidence if row.programmed else (),
        only_default=reached is not None and is_default(reached.route),
    )


def _mtu_rows(rows: Sequence[Row]) -> Iterator[MtuChainRow]:
    """Yield the chain of each node and encapsulation once."""
    told: set[tuple[str, str]] = set()
    for row in rows:
        kind = row.pair.programmed
        if kind is None or (row.way.source.name, kind) in told:
            continue
        told.add((row.way.source.name, kind))
        chain = mtu_chain(row.way.source, reach(row.way))
        is_known = None not in (chain.pod, chain.nic, chain.overhead)
        yield MtuChainRow(
            source_node=row.way.source.name,
            destination_node=row.pair.destination_node or "?",
            encapsulation=kind,
            pod=chain.pod,
            overlay=chain.overlay,
            nic=chain.nic,
            overhead=chain.overhead,
            fits=not chain.is_too_big if is_known else None,
            overlay_device=chain.overlay_link.name if chain.overlay_link else None,
            nic_device=chain.nic_link.name if chain.nic_link else None,
        )
