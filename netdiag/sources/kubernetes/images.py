"""What the images of probe pods have: Python, or tcpdump and ip in its place, or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from netdiag.sources.inventory.places import LackingError, PlacedNode
from netdiag.sources.inventory.stand_ins import LOOK, Tools, read_tools, what_is_missing
from netdiag.sources.kubernetes.kubectl import Kubectl, Request
from netdiag.sources.kubernetes.manifests import CONTAINER, IMAGE, PYTHON
from netdiag.sources.kubernetes.objects import ClusterNode
from netdiag.sources.kubernetes.probe_pods import ProbePod
from netdiag.sources.kubernetes.refusals import Kind, KubectlError

_UNKNOWN: Final = Tools((3, 9), frozenset())
"""Of an image without a shell: Python's alone has none either."""


def placed_nodes(
    kubectl: Kubectl, nodes: Sequence[ClusterNode], probes: Mapping[str, ProbePod]
) -> tuple[tuple[PlacedNode, ...], tuple[str, ...]]:
    """Return nodes as probes run on them, and what that lacks; images of others are looked into.

    Raises LackingError: an image has nothing that a probe could be made of, or may not be used.
    """
    asked = {
        node: kubectl.run(probe.namespace, probe.name, CONTAINER, ["sh", "-c", LOOK])
        for node, probe in probes.items()
        if probe.image != IMAGE and not probe.has_python
    }
    try:
        tools = {node: _tools(node, request) for node, request in asked.items()}
    finally:
        for request in asked.values():
            request.give_up()
    without = [node for node in asked if not tools[node].has_python]
    for node in without:
        if not tools[node].can_stand_in:
            raise LackingError(
                f"the image {probes[node].image!r} of the probe pod on {node} has neither Python"
                " 3.9 or newer nor tcpdump, ip, nsenter and ping: --image names another"
            )
    placed = tuple(_placed(kubectl, node, probes[node.name], node.name in without)
                   for node in nodes)  # fmt: skip
    images = dict.fromkeys(probes[node].image for node in without)
    where = f"{', '.join(without)}: the image {', '.join(map(repr, images))}"
    return placed, (what_is_missing(where),) if without else ()


def _tools(node: str, request: Request) -> Tools:
    try:
        return read_tools(request.text())
    except KubectlError as error:
        if error.kind is Kind.NO_PROGRAM:
            return _UNKNOWN
        raise LackingError(f"nothing can be run in the probe pod on {node}: {error}") from None


def _placed(
    kubectl: Kubectl, node: ClusterNode, probe: ProbePod, is_without_python: bool
) -> PlacedNode:
    run = kubectl.exec_words(probe.namespace, probe.name, CONTAINER)
    return PlacedNode(
        node.name, run, node.addresses, PYTHON, is_container=True,
        is_without_python=is_without_python,
    )  # fmt: skip
