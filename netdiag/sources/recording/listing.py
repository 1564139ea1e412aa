"""The interfaces of places, as nodes tell of them: names, roles, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netdiag.explain.roles import Roles
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import Link, Namespace
from netdiag.model.report import Role
from netdiag.sources.facts import read_facts
from netdiag.sources.inventory.places import PlacedPod
from netdiag.sources.live.documents import Asking
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.live.patience import Tell
from netdiag.sources.recording.places import CapturedPlace


class ListedInterface(NamedTuple):
    """An interface that could be captured on."""

    place: CapturedPlace
    name: str
    role: Role
    state: str | None
    """UP, DOWN, UNKNOWN, …; None = not told."""
    mtu: int | None
    addresses: tuple[str, ...]
    """With the lengths of their prefixes."""


def list_interfaces(
    places: Sequence[CapturedPlace], archive: bytes, tell: Tell
) -> tuple[list[ListedInterface], list[str]]:
    """Ask nodes for the interfaces of places; return them, and what went wrong.

    ``archive`` is the probe; ``tell`` gets a sentence if that keeps somebody waiting.
    """
    gathered = Gathered()
    asking = Asking(archive, tell)
    try:
        for node in dict.fromkeys(place.node for place in places):
            asking.start(node, _pods(places, node.name))
        asking.keep(gathered, "facts")
        facts = read_facts(gathered.found("").documents.values())
    finally:
        asking.give_up()
        gathered.close()
    roles = Roles(facts)
    listed = [each for place in places for each in _interfaces_at(place, facts, roles)]
    return listed, asking.problems


def _pods(places: Sequence[CapturedPlace], node: str) -> list[PlacedPod]:
    return [place.pod for place in places if place.pod and place.node.name == node]


def _interfaces_at(place: CapturedPlace, facts: Facts, roles: Roles) -> list[ListedInterface]:
    namespace = _namespace(place, facts)
    if namespace is None:
        return []
    return [_listed(place, link, namespace, roles) for link in namespace.links or ()]


def _namespace(place: CapturedPlace, facts: Facts) -> Namespace | None:
    node = facts.nodes.get(place.node.name)
    if node is None:
        return None
    return node.pods.get(place.pod.folder) if place.pod else node.host


def _listed(
    place: CapturedPlace, link: Link, namespace: Namespace, roles: Roles
) -> ListedInterface:
    point = CapturePoint(place.node.name, place.pod.folder if place.pod else None, link.name)
    addresses = tuple(
        f"{each.address}/{each.prefix_length}"
        for each in namespace.addresses or ()
        if each.device == link.name
    )
    return ListedInterface(place, link.name, roles.of(point), link.state, link.mtu, addresses)
