"""Addresses of pods that were translated though no service is in between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from netdiag.correlate.crossing import Crossing
from netdiag.explain.findings.context import Context, frames_of, shell_word
from netdiag.explain.path_view import TrackView
from netdiag.explain.truths.plugins import find_plugin
from netdiag.model.report import Finding

WITH_NAT = ("docker", "bridge", "ptp", "kubenet")
"""Plugins behind which a pod's address is translated by design."""


def nat_rewrite_unexpected(context: Context) -> Iterator[Finding]:
    """A pod sees another pod's packets from an address that is not that pod's."""
    told: set[str | None] = set()
    for view in context.views:
        for before, after in _rewrites(view):
            if (
                after.node in told
                or not _between_pods(view, context)
                or _is_expected(before, context)
            ):
                continue
            told.add(after.node)
            yield _finding(view, before, after, context)


def _rewrites(view: TrackView) -> Iterator[tuple[Crossing, Crossing]]:
    """Yield where a request's source is translated, and its destination is not."""
    request = view.track.request
    if request and request[0].lane.destination != request[-1].lane.destination:
        return  # a service, or a published port
    for before, after in pairwise(request):
        if before.lane.source != after.lane.source and before.node == after.node:
            yield before, after


def _between_pods(view: TrackView, context: Context) -> bool:
    names = context.names
    source, destination = view.track.pair
    return names.pod_of(source) is not None and names.pod_of(destination) is not None


def _is_expected(crossing: Crossing, context: Context) -> bool:
    node = context.truths.nodes.get(crossing.node)
    if node is None:
        return True
    plugin = find_plugin(node, context.truths.facts.cluster.configuration)
    if plugin is not None:
        return plugin.family in WITH_NAT
    proved = context.truths.backend_of(node)
    return proved is None or proved.partition("/")[0] in WITH_NAT


def _finding(view: TrackView, before: Crossing, after: Crossing, context: Context) -> Finding:
    node = after.node
    return Finding(
        "nat-rewrite-unexpected",
        "warning",
        node,
        after.point.interface,
        f"{node} translates {before.lane.source} to {after.lane.source} on its way to a pod",
        f"{context.names.way(*view.track.pair)}: between {before.point} and {after.point} the "
        f"source became {after.lane.source}. Pods see each other by their own addresses in "
        "Kubernetes: NetworkPolicies and logs that go by addresses are now wrong. Likely a "
        "MASQUERADE rule whose exception does not cover all pods (flannel's --ip-masq, "
        "kube-proxy's clusterCIDR, ip-masq-agent, natOutgoing of a Calico pool that lacks the "
        "other one).",
        f"iptables -t nat -vnL POSTROUTING  # on {shell_word(node)}: which MASQUERADE counts?",
        frames_of(view, [before, after]),
    )
