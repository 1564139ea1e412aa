"""Frames that a switch or bridge sent to somebody whom they were not for: no steps of the way.

A bridge that does not know a MAC address sends a frame to all ports. Where the one that it is for
does not take it, the copies are all that captures show behind the bridge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_ROLES, RECEIVED, SENT
from netdiag.correlate.track import Track
from netdiag.explain.truths.truths import Truths

Holder = tuple[str, str | None]
"""A node, and the folder of its pod; None = the node itself."""


class Bystanders:
    """Knows who has which MAC address, and so who is only a bystander of a frame."""

    def __init__(self, truths: Truths) -> None:
        self._truths = truths
        self._holders: dict[str, set[Holder]] = {}
        for mac, holder in _held(truths):
            self._holders.setdefault(mac, set()).add(holder)

    def left_out(self, tracks: Sequence[Track]) -> list[Track]:
        """Return tracks without bystanders at their ends; what went on elsewhere is no end."""
        return [self._left_out(track) for track in tracks]

    def is_for_another(self, mac: str | None, node: str | None, pod: str | None) -> bool:
        """Return True if a MAC address is known to be somebody else's."""
        holder = self._holder(mac)
        return holder is not None and holder != (node, pod)

    def _left_out(self, track: Track) -> Track:
        request, reply = self._cut(track.request), self._cut(track.reply)
        if len(request) == len(track.request) and len(reply) == len(track.reply):
            return track
        return Track(track.shape, tuple(request), tuple(reply))

    def _cut(self, path: Sequence[Crossing]) -> Sequence[Crossing]:
        end = len(path)
        while end > 1 and self._is_bystander(path[end - 1]):
            end -= 1
        return path[:end]

    def _is_bystander(self, crossing: Crossing) -> bool:
        holder, role = self._holder(crossing.lane.destination_mac), crossing.place.role
        if holder is None:
            return False
        node, pod = holder
        if role in NIC_ROLES:
            return crossing.direction == RECEIVED and node != crossing.node
        if role == "pod":
            return crossing.direction == RECEIVED and holder != (crossing.node, crossing.point.pod)
        if role != "veth" or crossing.direction != SENT or pod is None:
            return False
        return node == crossing.node and self._is_other(crossing, pod)

    def _is_other(self, port: Crossing, pod: str) -> bool:
        """Return True if a host's end of a veth is known, and is not one of this pod."""
        node = self._truths.nodes.get(port.node)
        known = {veth.outside.name: veth.pod for veth in node.veths} if node is not None else {}
        return known.get(port.point.interface or "", pod) != pod

    def _holder(self, mac: str | None) -> Holder | None:
        holders = self._holders.get(mac or "", set())
        return next(iter(holders)) if len(holders) == 1 else None


def _held(truths: Truths) -> Iterator[tuple[str, Holder]]:
    for node in truths.nodes:
        for link in node.links.values():
            if link.mac is not None:
                yield link.mac, (node.name, None)
        for pod, namespace in node.pod_namespaces.items():
            for link in namespace.links or ():
                if link.mac is not None and link.type != "loopback":
                    yield link.mac, (node.name, pod)
