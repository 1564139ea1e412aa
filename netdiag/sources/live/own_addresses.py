"""Addresses that an inventory does not list: the ends of a trace are asked for their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import TypeVar

from netdiag.facts.kernel.devices import roles_of
from netdiag.facts.kernel.routing import is_default
from netdiag.model.facts.kernel import Namespace
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.ends import PREFIXES
from netdiag.sources.inventory.places import (
    Address,
    Inventory,
    InventoryError,
    PlacedNode,
    PlacedPod,
)
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.patience import Tell

Placed = TypeVar("Placed", PlacedNode, PlacedPod)


def with_own_addresses(
    inventory: Inventory, typed: Sequence[str], archive: bytes, tell: Tell
) -> Inventory:
    """Return the inventory with the addresses of those ends for which it lists none.

    ``archive`` is the probe; ``tell`` gets a sentence if that keeps somebody waiting. Raises
    InventoryError: an end does not tell its own.
    """
    words = {word for each in typed for word in (each, _without_prefix(each))}
    nodes = [node for node in inventory.nodes if not node.addresses and node.name in words]
    pods = [pod for pod in inventory.pods if not pod.addresses and words.intersection(pod.names)]
    if not nodes and not pods:
        return inventory
    told, problems = _ask(inventory, nodes, pods, archive, tell)
    own_nodes = {node.name: _with(node, told.get((node.name, "")), problems) for node in nodes}
    own_pods = {pod.name: _with(pod, told.get((pod.node, pod.folder)), problems) for pod in pods}
    return replace(
        inventory,
        nodes=tuple(own_nodes.get(node.name, node) for node in inventory.nodes),
        pods=tuple(own_pods.get(pod.name, pod) for pod in inventory.pods),
    )


def _without_prefix(typed: str) -> str:
    return next((typed[len(each) :] for each in PREFIXES if typed.startswith(each)), typed)


def _ask(
    inventory: Inventory,
    nodes: Sequence[PlacedNode],
    pods: Sequence[PlacedPod],
    archive: bytes,
    tell: Tell,
) -> tuple[dict[tuple[str, str], Namespace], list[str]]:
    """Return what they say, by node and pod's folder (empty = the node), and what went wrong."""
    asked = dict.fromkeys((*nodes, *(inventory.node(pod.node) for pod in pods)))
    gathered = Gathered()
    asking = Asking(archive, tell)
    try:
        for node in asked:
            asking.start(node, [pod for pod in pods if pod.node == node.name])
        asking.keep(gathered, "facts")
        facts = read_facts(gathered.found("").documents.values())
    finally:
        asking.give_up()
        gathered.close()
    told: dict[tuple[str, str], Namespace] = {}
    for name, said in facts.nodes.items():
        told[name, ""] = said.host
        told.update(((name, folder), namespace) for folder, namespace in said.pods.items())
    return told, asking.problems


def _with(placed: Placed, told: Namespace | None, problems: Sequence[str]) -> Placed:
    addresses = tuple(_own(told)) if told is not None else ()
    if not addresses:
        kind = "nodes" if isinstance(placed, PlacedNode) else "pods"
        why = "; ".join(problems) or f"{placed.name} has none on its NICs"
        raise InventoryError(
            f"no address of {placed.name} is known ({why}): write addresses = [...] below "
            f'[{kind}."{placed.name}"]'
        )
    return replace(placed, addresses=addresses)


def _own(told: Namespace) -> Iterator[Address]:
    """Yield the addresses that others send to: of the default route's device, else of the NICs.

    Where there is a single interface beside ``lo``, as in pods, that is the one.
    """
    others = {link.name for link in told.links or ()} - {"lo"}
    nics = {name for name, role in roles_of(told).items() if role == "physical"}
    known = others if len(others) == 1 else nics
    devices = {
        route.device
        for route in told.routes or ()
        if is_default(route) and route.type == "unicast" and route.device is not None
    }
    for each in told.addresses or ():
        if each.scope in ("global", None) and each.device in (devices or known):
            yield ip_address(each.address)
