"""docker's bridge: the same network on every node, left by translation; a second one beyond."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.lab import files
from netdiag.lab.blocks.bridged import BridgedPods
from netdiag.lab.blocks.direct import Nothing
from netdiag.lab.cluster import Cluster, Node, same_subnet_everywhere
from netdiag.lab.mode import Mode
from netdiag.lab.responder import TCP_PORT
from netdiag.lab.rules import Rules, docker_rules


def _files(cluster: Cluster, node: Node) -> Mapping[str, str]:
    return {"/etc/docker/daemon.json": files.pretty({})}


def _rules(cluster: Cluster, node: Node) -> Rules:
    """Return dockerd's rules; a port of the node's first pod is published."""
    first = cluster.pods_of(node)[0]
    return docker_rules(str(node.pod_subnet), {TCP_PORT: f"{first.address}:{TCP_PORT}"})


MODE = Mode(
    name="docker-nat",
    summary="docker: docker0 and masquerading, a second NAT between the nodes and outside",
    backend="docker/bridge",
    addressing=same_subnet_everywhere(),
    pods=BridgedPods(
        "docker0", mtu=1500, hairpin=False, network_route=False, mac_prefix="02:42", name_digits=7
    ),
    within=Nothing(),
    rules=(_rules,),
    files=_files,
    outside=True,
    translated=True,
)
