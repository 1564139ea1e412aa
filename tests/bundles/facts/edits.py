"""What is different on one node, what was not gathered, where documents came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.facts.kubernetes import Item

CONFIGURATION = ("*/facts/files/*", "*/facts/cmdlines.txt", "kubernetes/*")
KERNEL = ("*/facts/ip_*", "*/facts/bridge_*", "*/facts/iptables*", "*/facts/sysctl*",
          "*/facts/wg.txt", "*/facts/pods/*")  # fmt: skip


def without(facts: Facts, *patterns: str) -> Facts:
    return replace(facts, without=(*facts.without, *patterns))


def only(facts: Facts, *patterns: str) -> Facts:
    return replace(facts, only=patterns)


def with_documents(facts: Facts, others: Mapping[str, str]) -> Facts:
    return replace(facts, others={**facts.others, **others})


def with_files(facts: Facts, files: Mapping[str, str]) -> Facts:
    """Return the facts with these files in place of those of the same path, on each node."""
    nodes = tuple(replace(node, files={**node.files, **files}) for node in facts.nodes)
    return replace(facts, nodes=nodes)


def on_node(facts: Facts, name: str, change: Callable[[NodeFacts], NodeFacts]) -> Facts:
    """Return the facts with one node changed; ``*`` = each."""
    nodes = tuple(change(node) if name in (node.name, "*") else node for node in facts.nodes)
    return replace(facts, nodes=nodes)


def kernel_of(facts: Facts, name: str, other: Facts) -> Facts:
    """Return the facts with what one node's kernel is told taken from another cluster."""
    taken = other.node(name)
    return on_node(facts, name, lambda node: replace(node, kernel=taken.kernel, pods=taken.pods))


def configured_as(facts: Facts, other: Facts) -> Facts:
    """Return the facts with files, command lines and the cluster's objects of another cluster."""
    nodes = tuple(
        replace(node, files=other.node(node.name).files, cmdlines=other.node(node.name).cmdlines)
        for node in facts.nodes
    )
    return replace(facts, nodes=nodes, kubernetes=other.kubernetes)


def _in_kernel(facts: Facts, name: str, change: Callable[[Namespace], Namespace]) -> Facts:
    return on_node(facts, name, lambda node: replace(node, kernel=change(node.kernel)))


def with_link(facts: Facts, node: str, link: Link) -> Facts:
    """Return the facts with one more link on a node."""
    return _in_kernel(facts, node, lambda kernel: replace(kernel, links=(*kernel.links, link)))


def changed_link(facts: Facts, node: str, name: str, change: Callable[[Link], Link]) -> Facts:
    return _in_kernel(
        facts,
        node,
        lambda kernel: replace(
            kernel,
            links=tuple(change(link) if link.name == name else link for link in kernel.links),
        ),
    )


def with_mtu(facts: Facts, node: str, name: str, mtu: int) -> Facts:
    return changed_link(facts, node, name, lambda link: replace(link, mtu=mtu))


def with_routes(facts: Facts, node: str, *lines: str) -> Facts:
    """Return the facts with these routes in place of those of the same destination."""
    new = {line.split()[0] for line in lines}
    return _in_kernel(
        facts,
        node,
        lambda kernel: replace(
            kernel,
            routes=(*(old for old in kernel.routes if old.split()[0] not in new), *lines),
        ),
    )


def with_objects(facts: Facts, kind: str, items: Iterable[Item]) -> Facts:
    """Return the facts with these objects in place of the cluster's of this kind."""
    return replace(facts, kubernetes={**facts.kubernetes, kind: tuple(items)})


def switched_off(link: Link) -> Link:
    return replace(link, up=False)
