"""macvlan: pods have addresses of the nodes' own network."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.lab import files
from netdiag.lab.blocks.direct import Nothing
from netdiag.lab.blocks.macvlan import MacvlanPods
from netdiag.lab.cluster import NIC, Cluster, Node, of_the_underlay
from netdiag.lab.mode import Mode


def _files(cluster: Cluster, node: Node) -> Mapping[str, str]:
    network = node.nic.network
    plugin = {
        "cniVersion": "0.3.1",
        "name": "macvlan-net",
        "type": "macvlan",
        "master": NIC,
        "mode": "bridge",
        "ipam": {
            "type": "host-local",
            "subnet": str(network),
            "rangeStart": str(network[101]),
            "rangeEnd": str(network[150]),
            "gateway": str(node.gateway),
        },
    }
    return {f"{files.NET_D}/10-macvlan.conf": files.pretty(plugin)}


MODE = Mode(
    name="macvlan",
    summary="macvlan: pods on the nodes' own network, past the nodes' stacks",
    backend="macvlan",
    addressing=of_the_underlay(),
    pods=MacvlanPods(),
    within=Nothing(),
    files=_files,
)
