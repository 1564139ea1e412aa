"""Calico with pods' packets to other nodes encrypted, by routing rules over BGP's routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from netdiag.lab.blocks.calico_pods import CalicoPods
from netdiag.lab.blocks.wireguard import CalicoWireGuard
from netdiag.lab.cluster import Cluster, Node, block_per_node
from netdiag.lab.mode import Mode
from netdiag.lab.modes.calico import CALICO_RULES, calico_files

FELIX: Final = "/var/lib/calico/felixconfiguration.yaml"
_FELIX_TEXT: Final = """\
apiVersion: projectcalico.org/v3
kind: FelixConfiguration
metadata:
  name: default
spec:
  wireguardEnabled: true
"""
"""As ``calicoctl get felixconfiguration default -o yaml`` prints it."""


def _files(cluster: Cluster, node: Node) -> Mapping[str, str]:
    return {**calico_files(mtu=1440)(cluster, node), FELIX: _FELIX_TEXT}


MODE = Mode(
    name="calico-wireguard",
    summary="Calico: WireGuard, UDP 51820, by a routing table of its own",
    backend="calico/wireguard",
    addressing=block_per_node(),
    pods=CalicoPods(mtu=1440),
    within=CalicoWireGuard("wireguard.cali", port=51820, mtu=1440),
    rules=CALICO_RULES,
    files=_files,
)
