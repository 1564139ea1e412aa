"""Which of Kubernetes' nodes a folder of documents is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netdiag.model.facts.cluster import Node
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.node import NodeFacts
from netdiag.model.prefixes import Prefix, parse_address, parse_prefix


def objects_by_folder(facts: Facts) -> dict[str, Node]:
    """Return Kubernetes' nodes by the names of the folders that are theirs.

    Told by name, by an address, by the MAC address of flannel's VTEP, or by the pods' subnet.
    """
    nodes = facts.cluster.nodes or ()
    by_name = {node.name: node for node in nodes}
    by_short: dict[str, list[Node]] = {}
    by_sign: dict[object, Node] = {}
    for node in nodes:
        by_short.setdefault(node.name.partition(".")[0], []).append(node)
        for sign in _signs_of_object(node):
            by_sign.setdefault(sign, node)
    found: dict[str, Node] = {}
    for name, told in facts.nodes.items():
        names = (name, (told.hostname or "").strip())
        match = next((by_name[each] for each in names if each in by_name), None)
        if match is None:
            match = _by_sign(told, by_sign)
        if match is None:
            short = by_short.get(name.partition(".")[0], [])
            match = short[0] if len(short) == 1 else None
        if match is not None:
            found[name] = match
    return found


def _by_sign(told: NodeFacts, by_sign: Mapping[object, Node]) -> Node | None:
    return next((by_sign[sign] for sign in _signs_of_facts(told) if sign in by_sign), None)


def _signs_of_object(node: Node) -> Iterator[Prefix | str]:
    texts = (*node.internal_ips, node.flannel_public_ip, node.calico_ipv4, *node.pod_cidrs)
    for text in texts:
        sign = parse_prefix(text) if text in node.pod_cidrs else parse_address(text)
        if sign is not None:
            yield sign
    if node.flannel_vtep_mac:
        yield node.flannel_vtep_mac.lower()


def _signs_of_facts(told: NodeFacts) -> Iterator[Prefix | str]:
    texts = [address.address for address in told.host.addresses or ()]
    for route in told.host.routes or ():
        if route.source and route.protocol == "kernel":
            texts.append(route.source)
    for link in told.host.links or ():
        if link.vxlan is not None:
            texts += [link.vxlan.local] if link.vxlan.local else []
            yield from (link.mac,) if link.mac else ()
    yield from (address for text in texts if (address := parse_address(text)) is not None)
    for subnet in told.configuration.flannel_subnets:
        prefix = parse_prefix(subnet.subnet)
        if prefix is not None:
            yield prefix
