"""Facts of nodes and of a cluster -> the documents of a bundle, by path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from tests.bundles.facts.kernel import Namespace
from tests.bundles.facts.kubernetes import Item, kubectl_list
from tests.bundles.facts.link_json import addresses_json, links_json
from tests.bundles.facts.route_json import (
    bridge_ports_json,
    fdb_json,
    neighbours_json,
    routes_json,
    rules_json,
)
from tests.bundles.facts.sysctls import sysctls


@dataclass(frozen=True, kw_only=True)
class NodeFacts:
    """What one node says."""

    name: str
    """Of the folder."""
    kernel: Namespace
    pods: Mapping[str, Namespace] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    """By absolute path on the node."""
    firewall: str = ""
    cmdlines: tuple[str, ...] = ()
    wg: str = ""
    hostname: str = ""
    other: Mapping[str, str] = field(default_factory=dict)
    """Further documents, by their name in ``facts/``."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What nodes and the cluster say."""

    nodes: tuple[NodeFacts, ...] = ()
    kubernetes: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    """By the plural that kubectl takes."""
    without: tuple[str, ...] = ()
    """Patterns of paths that were not gathered; ``*`` matches slashes too."""
    only: tuple[str, ...] = ("*",)
    others: Mapping[str, str] = field(default_factory=dict)
    """Further documents, by path; they stand in place of those above."""

    def node(self, name: str) -> NodeFacts:
        return next(node for node in self.nodes if node.name == name)


NO_FACTS = Facts()


def write_facts(facts: Facts, folder: Path) -> None:
    """Write all documents below a bundle's folder."""
    for path, text in documents(facts).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def documents(facts: Facts) -> dict[str, str]:
    """Return the text of each document by its path in the bundle."""
    found = {
        f"{node.name}/facts/{name}": text
        for node in facts.nodes
        for name, text in _node_documents(node)
    }
    for kind, items in facts.kubernetes.items():
        found[f"kubernetes/{kind}.json"] = kubectl_list(items)
    kept = {path: text for path, text in found.items() if _is_kept(path, facts)}
    return kept | dict(facts.others)


def _is_kept(path: str, facts: Facts) -> bool:
    wanted = any(fnmatch(path, pattern) for pattern in facts.only)
    return wanted and not any(fnmatch(path, pattern) for pattern in facts.without)


def _node_documents(node: NodeFacts) -> Iterator[tuple[str, str]]:
    yield from namespace_documents(node.kernel)
    yield "bridge_fdb.json", compact(fdb_json(node.kernel))
    yield "bridge_link.json", compact(bridge_ports_json(node.kernel.links))
    yield "sysctl_forward_rp.txt", sysctls(node.kernel.links)
    yield "hostname.txt", (node.hostname or node.name) + "\n"
    for name, text in (("iptables-save-c.txt", node.firewall), ("wg.txt", node.wg)):
        if text:
            yield name, text
    if node.cmdlines:
        yield "cmdlines.txt", "".join(line + "\n" for line in node.cmdlines)
    for path, text in node.files.items():
        yield f"files{path}", text
    for pod, namespace in node.pods.items():
        for name, text in namespace_documents(namespace):
            if name != "ip_rule.json":
                yield f"pods/{pod}/{name}", text
    yield from node.other.items()


def namespace_documents(namespace: Namespace) -> Iterator[tuple[str, str]]:
    yield "ip_link.json", compact(links_json(namespace.links))
    yield "ip_addr.json", compact(addresses_json(namespace.links))
    yield "ip_route.json", compact(routes_json(namespace))
    yield "ip_rule.json", compact(rules_json(namespace.rules))
    yield "ip_neigh.json", compact(neighbours_json(namespace.neighbours))


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
