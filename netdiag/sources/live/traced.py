"""What is traced and how, and what came of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from netdiag.sources.inventory.ends import End
from netdiag.sources.inventory.places import Inventory, LackingError, PlacedNode, PlacedPod
from netdiag.sources.live.captures import PlacesOfNode
from netdiag.sources.live.connecting import PortsWanted
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.mtu_sweep import sweep_ids
from netdiag.sources.live.pings import PingWanted

MOST_NODES_WATCHED: Final = 8
"""Up to so many nodes are all watched; of more, those of the two ends and routers."""

MOST_PODS_ASKED: Final = 16
TOKEN_BYTES: Final = 8


@dataclass(frozen=True)
class TraceWanted:
    """What is traced, and how."""

    source: End
    destination: End
    ping: PingWanted
    ports: PortsWanted | None = None
    """Ports that are tried as well."""
    drops: bool = True
    """Whether kernels are asked why they drop packets."""
    rules: bool = False
    """Whether rules of packet filters are asked which of them drops a packet."""
    mtu: bool = False
    """Whether the path's MTU is looked for."""
    command: str = "netdiag trace"
    """How it was asked for: what the bundle says of itself."""
    chosen: Mapping[str, PlacesOfNode] = field(default_factory=dict)
    """By node, where is captured; on a node that is missing: everywhere, and in the ends' pods."""
    also: frozenset[str] = frozenset()
    """Nodes that are captured on whatever their number, and wherever the ends are."""

    @property
    def ends(self) -> tuple[End, End]:
        """Return source and destination."""
        return self.source, self.destination

    def check_begin(self) -> None:
        """Raise LackingError if nothing can be run where the ping begins."""
        if self.source.node is not None and self.source.node.unreachable:
            raise LackingError(self.source.node.unreachable)

    def pods_on(self, node: PlacedNode) -> list[PlacedPod]:
        """Return those of the two ends that are pods of a node: two, one, or none."""
        pods = dict.fromkeys(end.pod for end in self.ends if end.pod is not None)  # may be one
        return [pod for pod in pods if pod.node == node.name]

    def places_on(self, node: PlacedNode) -> PlacesOfNode:
        """Return where is captured on a node."""
        everywhere: PlacesOfNode = dict.fromkeys((None, *self.pods_on(node)), ())
        if node.is_without_python:  # tcpdump takes one interface, or all
            return everywhere
        return self.chosen.get(node.name, everywhere)

    def nodes(self, inventory: Inventory) -> tuple[PlacedNode, ...]:
        """Return the nodes that are captured on, asked, and watched."""
        if len(inventory.nodes) <= MOST_NODES_WATCHED:
            return inventory.nodes
        named = {end.node.name for end in self.ends if end.node is not None}
        named |= self.also
        return tuple(node for node in inventory.nodes if node.name in named or node.is_between)

    def pods_asked(self, node: PlacedNode, inventory: Inventory) -> list[PlacedPod]:
        """Return the pods that are asked: of a small node all, for two may hold one address."""
        pods = [pod for pod in inventory.pods if pod.node == node.name]
        return pods if len(pods) <= MOST_PODS_ASKED else self.pods_on(node)

    def _pods(self, inventory: Inventory) -> list[PlacedPod]:
        """Return the pods whose folders are in the bundle."""
        nodes = self.nodes(inventory)
        found = (pod for node in nodes for pod in self.pods_asked(node, inventory))
        return list(dict.fromkeys(found))

    def document(self, inventory: Inventory) -> bytes:
        """Return what the bundle says of the trace (``trace.json``)."""
        ping = self.ping
        told: dict[str, Any] = {
            "taken_by": self.command,
            "inventory": inventory.source,
            "source": _told(self.source),
            "destination": _told(self.destination),
            "pods": [pod.name for pod in self._pods(inventory)],
            "ping": {
                "count": ping.count,
                "interval": ping.interval,
                "size": ping.size,
                "dont_fragment": ping.dont_fragment,
                "id": ping.identifier,
            },
            **({"mtu": {"ids": sweep_ids(ping)}} if self.mtu else {}),
        }
        return json.dumps(told, indent=1).encode() + b"\n"


@dataclass
class TraceTaken:
    """What came of it."""

    gathered: Gathered
    problems: list[str] = field(default_factory=list)
    interrupted: bool = False
    is_partial: bool = False
    """Some place was not captured to the end, or the ping did not run to its end."""
    not_watched: dict[str, str] = field(default_factory=dict)
    """Why a node's kernel was not asked for the packets that it drops, by the node's name."""
    sent: int = 0
    received: int = 0
    connected: int = 0
    """Attempts by TCP or UDP that were answered, or refused."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """What the ping was told: too large, unreachable."""

    def miss(self, problem: str) -> None:
        """Note that some of what was to be sent was not sent to the end; Ctrl-C is no problem."""
        if not self.interrupted:
            self.is_partial = True
            self.problems.append(problem)


def new_ping(**settings: Any) -> PingWanted:
    """Return a ping with a token and an id of its own."""
    token = secrets.token_hex(TOKEN_BYTES)
    return PingWanted(token=token, identifier=secrets.randbelow(0xFFFE) + 1, **settings)


def names_document(pods: Sequence[PlacedPod]) -> bytes:
    """Return a ``trace.json`` that tells pods' names alone, where nothing was traced."""
    return json.dumps({"pods": [pod.name for pod in pods]}).encode()


def _told(end: End) -> dict[str, str]:
    return {"name": end.name, "address": str(end.address)}
