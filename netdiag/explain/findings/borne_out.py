"""Whether captures fit what facts say: that a packet ends at an obstacle."""

from __future__ import annotations

from netdiag.correlate.places import NIC_ROLES, RECEIVED
from netdiag.explain.expected.steps import Journey, Obstacle, Step
from netdiag.explain.findings.context import Context
from netdiag.explain.findings.loss import Loss
from netdiag.explain.findings.lost_packet import sightings
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.model.capture_point import CapturePoint
from netdiag.model.prefixes import parse_address

MISSING_ROUTES = ("route-missing", "return-route-missing")
"""A packet without a route may still leave, by the default route."""

GOES_ELSEWHERE = (*MISSING_ROUTES, "overlay-device-missing", "fdb-wrong-remote")
"""Such a packet leaves its node, and may be seen at others that it is not for."""

SENT_BACK = ("bridge-down", "pod-route-missing")
"""Such a packet has come to its pod's node, and may leave that again by the default route."""

NEVER_SENT = ("pod-route-missing", "proxy-arp-disabled")
"""Then nothing leaves the pod, not even to its own interface."""


def bears_out(
    loss: Loss, journey: Journey, obstacle: Obstacle, context: Context, is_reply: bool
) -> bool:
    """Return True if captures fit: nothing that should have shown the packet is silent."""
    if is_reply and not loss.view.track.reply:
        # It was never seen: something stops it before any interface that was captured.
        if obstacle.code in NEVER_SENT:
            return True
        return not any(is_silent(step, loss, context, True) for step in journey.steps)
    places = [CapturePoint(step.node, step.pod, step.interface) for step in journey.steps]
    may = [CapturePoint(step.node, step.pod, step.interface) for step in journey.optional]
    target = context.truths.nodes.holder_of(sightings(loss)[-1].lane.destination)
    seen = {crossing.node for crossing in sightings(loss)}
    if _is_refuted(loss, obstacle, target):
        return False
    if obstacle.code in GOES_ELSEWHERE and loss.where.node != obstacle.node:
        return obstacle.node in seen and (target is None or target.name not in seen)
    if obstacle.code == "underlay-neighbour-stale" and loss.where.node != obstacle.node:
        return obstacle.node in seen and loss.last.place.role in NIC_ROLES  # switches flood it
    if obstacle.code in SENT_BACK and _is_sent_back(loss, obstacle):
        return True
    if loss.where in places:
        rest = journey.steps[places.index(loss.where) + 1 :]
        return not any(is_silent(step, loss, context, is_reply) for step in rest)
    if loss.where in may:
        return True
    if _is_resumed(journey, loss):
        return not any(is_silent(step, loss, context, is_reply) for step in journey.steps)
    return (
        obstacle.code in MISSING_ROUTES
        and loss.where.node == obstacle.node
        and (loss.last.place.role in NIC_ROLES and not loss.last.lane.encapsulation)
    )


def _is_sent_back(loss: Loss, obstacle: Obstacle) -> bool:
    """Return True if a packet that had come to a node left it again by a NIC, plainly."""
    path = sightings(loss)
    here = [crossing for crossing in path if crossing.node == obstacle.node]
    if not here or here[0] is path[0]:
        return False
    return any(
        crossing.place.role in NIC_ROLES
        and crossing.direction != RECEIVED
        and not crossing.lane.encapsulation
        for crossing in here[1:]
    )


def _is_refuted(loss: Loss, obstacle: Obstacle, target: ClusterNode | None) -> bool:
    """Return True if the frames themselves show that they went to the right place."""
    lane = loss.last.lane
    if obstacle.code == "fdb-wrong-remote" and lane.encapsulation and target is not None:
        return parse_address(lane.encapsulation[0].destination) in target.addresses
    if obstacle.code == "underlay-neighbour-stale" and target is not None:
        link = target.links.get(loss.where.interface or "")
        return (
            loss.where.node == target.name and link is not None and lane.destination_mac == link.mac
        )
    return False


def _is_resumed(journey: Journey, loss: Loss) -> bool:
    """Return True if a journey began where the packet was seen last, and not at its sender."""
    first = sightings(loss)[0]
    start = journey.steps[0] if journey.steps else None
    began = start is not None and CapturePoint(start.node, start.pod, start.interface)
    return start is None or began != first.point


def is_silent(step: Step, loss: Loss, context: Context, is_reply: bool) -> bool:
    """Return True if a sound capture of a step's interface has nothing of the packet."""
    place = CapturePoint(step.node, step.pod, step.interface)
    track = loss.view.track
    seen = track.reply if is_reply else track.request
    if any(crossing.point == place for crossing in seen):
        return False
    facts = context.seen.points.get(place)
    return facts is not None and context.coverage.covers(facts, track)
