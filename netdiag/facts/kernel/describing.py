"""Facts as evidence: where they stand, and in the words of the program that prints them."""

from __future__ import annotations

from netdiag.model.facts.kernel import Address, FdbEntry, Link, Neighbour, Route, RoutingRule
from netdiag.model.facts.source import Source, place_in
from netdiag.model.report import Evidence

MAX_TEXT = 200

KernelFact = Route | Link | Address | Neighbour | FdbEntry | RoutingRule


def kernel_evidence(node: str, fact: KernelFact, pod: str | None = None) -> Evidence:
    """Return a fact of the kernel as evidence, told as iproute2 prints it.

    ``pod``: the folder of the pod that says so of itself; None = the node.
    """
    document = fact.document if pod is None else f"pods/{pod}/{fact.document}"
    return fact_evidence(node, place_in(document, fact.position), describe(fact))


def fact_evidence(node: str | None, source: Source, text: str) -> Evidence:
    """Return a fact of any document as evidence."""
    return Evidence(
        "fact", node, document=source.document, key=source.key or None, text=text[:MAX_TEXT]
    )


def describe(fact: KernelFact) -> str:
    """Return one line, as ``ip`` and ``bridge`` print it."""
    if isinstance(fact, Route):
        return _route(fact)
    if isinstance(fact, Link):
        return _link(fact)
    if isinstance(fact, Address):
        return f"{fact.address}/{fact.prefix_length} dev {fact.device}"
    if isinstance(fact, Neighbour):
        mac = f" lladdr {fact.mac}" if fact.mac else ""
        return f"{fact.address} dev {fact.device}{mac} {' '.join(fact.states)}".rstrip()
    if isinstance(fact, FdbEntry):
        remote = f" dst {fact.destination}" if fact.destination else ""
        return f"{fact.mac} dev {fact.device}{remote}"
    table = f" lookup {fact.table}" if fact.table else f" {fact.action}"
    to = f" to {fact.destination}" if fact.destination else ""
    where = f"{'not ' if fact.inverted else ''}from {fact.source or 'all'}{to}"
    return f"{fact.priority}: {where}{table}"


def _route(route: Route) -> str:
    kind = "" if route.type == "unicast" else f"{route.type} "
    prefix = "default" if route.destination in ("0.0.0.0/0", "::/0") else route.destination
    words = [f"{kind}{prefix}"]
    for hop in route.next_hops:
        if len(route.next_hops) > 1:
            words.append("nexthop")
        words += ["via", hop.gateway] if hop.gateway else []
        words += ["dev", hop.device] if hop.device else []
        words += hop.flags
    if route.protocol:
        words += ["proto", route.protocol]
    if route.table != "main":
        words += ["table", route.table]
    return " ".join(words)


def _link(link: Link) -> str:
    words = [link.name]
    if link.kind:
        words.append(link.kind)
    if link.vxlan:
        words += ["id", str(link.vxlan.vni)] if link.vxlan.vni is not None else ["external"]
        words += ["local", link.vxlan.local] if link.vxlan.local else []
        words += ["dev", link.vxlan.lower] if link.vxlan.lower else []
        words += ["dstport", str(link.vxlan.port)] if link.vxlan.port else []
    if link.mtu is not None:
        words += ["mtu", str(link.mtu)]
    words.append("UP" if link.is_up else "DOWN")
    return " ".join(words)
