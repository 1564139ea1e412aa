"""What is known of a cluster, as the documents of a bundle: of the cluster, and of its nodes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from netdiag.model.facts.facts import Facts
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.places import PlacedPod
from netdiag.sources.kubernetes.allowed import allowed
from netdiag.sources.kubernetes.looking import LookedAt
from netdiag.sources.layout import KUBERNETES, TRACE
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.traced import names_document


class ClusterDocuments:
    """They grow with each node that is looked at."""

    def __init__(self) -> None:
        self._configuration: Mapping[str, bytes] = {}
        self._nodes: tuple[Mapping[str, Any], ...] = ()
        self._pods: dict[str, tuple[Mapping[str, Any], ...]] = {}
        """By node."""
        self._placed: dict[str, tuple[PlacedPod, ...]] = {}
        self._said: dict[str, Gathered] = {}
        """What nodes say of themselves."""

    def take_cluster(
        self, nodes: Iterable[Mapping[str, Any]], configuration: Mapping[str, bytes]
    ) -> None:
        """Take nodes, as far as they may be kept, and what configures the network."""
        self._nodes, self._configuration = tuple(nodes), configuration

    def take_node(self, looked: LookedAt, said: Gathered) -> None:
        """Take what a node says, and what the cluster says at the same time."""
        name = looked.node.name
        self._configuration = looked.documents
        self._pods[name] = tuple(allowed(told, "Pod") for told in looked.objects)
        self._placed[name] = looked.pods
        before = self._said.pop(name, None)
        if before is not None:
            before.close()
        self._said[name] = said

    def facts(self) -> Facts:
        """Read all of them."""
        cluster = Gathered()
        listed = {"nodes.json": self._nodes, "pods.json": chain(*self._pods.values())}
        for name, objects in listed.items():
            whole = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
            cluster.add_document(json.dumps(whole).encode(), KUBERNETES, name)
        cluster.add_document(names_document([*chain(*self._placed.values())]), TRACE)
        for name, document in self._configuration.items():
            cluster.add_document(document, KUBERNETES, name)
        found = [each.found("").documents.values() for each in (cluster, *self._said.values())]
        facts = read_facts(chain(*found))
        cluster.close()
        return facts
