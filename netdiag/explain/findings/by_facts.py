"""Losses that facts explain: the expected path ends where the packets were seen last."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_ROLES
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.steps import Journey, Obstacle, Step
from netdiag.explain.expected.walk import Walk
from netdiag.explain.expected.world import World
from netdiag.explain.findings.context import Context, frames_of, shell_word
from netdiag.explain.findings.deltas import moved_counters
from netdiag.explain.findings.loss import Loss
from netdiag.model.capture_point import CapturePoint
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Finding

MISSING_ROUTES = ("route-missing", "return-route-missing")
"""A packet without a route may still leave, by the default route."""


def explained_by_facts(loss: Loss, context: Context) -> Finding | None:
    """What stops the packet by facts is where captures see it end."""
    if not context.truths.is_known or loss.answered:
        return None
    journey = _journey(loss, context)
    if journey is None or journey.obstacle is None:
        return None
    obstacle = _untold(journey.obstacle) if not loss.errors else journey.obstacle
    if not _bears_out(loss, journey, obstacle, context):
        return None
    return Finding(
        obstacle.code,
        "error",
        obstacle.node,
        obstacle.interface,
        obstacle.title,
        f"{loss.way}: {loss.lost} pings lost, the {_packet(loss)} seen last at {loss.where!s}. "
        f"{obstacle.explanation}",
        obstacle.remedy,
        (
            *obstacle.evidence,
            *moved_counters(
                obstacle.code, context.truths.nodes.get(obstacle.node), obstacle.interface
            ),
            *frames_of(loss.view, [loss.last]),
        ),
    )


def _untold(obstacle: Obstacle) -> Obstacle:
    """Return what a packet's size stops, as it is where the sender was not told."""
    if obstacle.code != "mtu-exceeded":
        return obstacle
    return obstacle._replace(
        code="mtu-blackhole",
        explanation=f"{obstacle.explanation.rpartition('. ')[0]}. It should answer with ICMP "
        "'fragmentation needed', and no capture shows that: it is blocked, so the sender goes on "
        "sending what cannot pass.",
        remedy=f"{obstacle.remedy}; and find the rule that drops ICMP type 3 code 4 (or ICMPv6 "
        "type 2)",
    )


def underlay_loss(loss: Loss, context: Context) -> Finding | None:
    """Facts of both nodes explain nothing, and it is gone between their NICs."""
    if not context.truths.is_known or loss.answered or loss.last.place.role not in NIC_ROLES:
        return None
    journey = _journey(loss, context)
    if journey is None or not journey.arrived:
        return None
    places = [CapturePoint(step.node, step.pod, step.interface) for step in journey.steps]
    if loss.where not in places:
        return None
    following = journey.steps[places.index(loss.where) + 1 :][:1]
    if not following or following[0].node == loss.where.node:
        return None
    if not any(_is_silent(step, loss, context) for step in following):
        return None
    receiver = following[0]
    return Finding(
        "underlay-loss",
        "error",
        loss.where.node,
        loss.where.interface,
        f"The {_packet(loss)} leaves {loss.where!s} and does not reach "
        f"{receiver.node}/{receiver.interface}",
        f"{loss.way}: {loss.lost} pings lost between the two NICs. Routes, neighbours, FDB and "
        "packet filters of both nodes let it pass, so look at what is between them: switches, "
        "routers, security groups of a cloud, source address checks, VLANs.",
        f"tcpdump -ni {shell_word(receiver.interface)} host {loss.last.lane.source}  "
        f"# on {shell_word(receiver.node)}: does anything of it arrive? A cloud drops pods' "
        "addresses and tunnels unless told not to",
        frames_of(loss.view, [loss.last]),
    )


def _packet(loss: Loss) -> str:
    return "reply" if _is_reply(loss) else "request"


def _is_reply(loss: Loss) -> bool:
    return loss.status in ("reply-lost", "unanswered") or bool(loss.view.track.reply)


def _journey(loss: Loss, context: Context) -> Journey | None:
    """Return the expected journey of the packet that was lost."""
    track = loss.view.track
    source, destination = track.pair
    lane = track.first.lane
    ends = (destination, source) if _is_reply(loss) else (source, destination)
    addresses = [parse_address(text) for text in ends]
    if addresses[0] is None or addresses[1] is None:
        return None
    reply = _is_reply(loss)
    types = (129, 128) if addresses[0].version == 6 else (0, 8)
    packet = Packet(
        addresses[0],
        addresses[1],
        "icmpv6" if addresses[0].version == 6 else "icmp",
        icmp_type=types[0] if reply else types[1],
        size=lane.size,
        dont_fragment=lane.dont_fragment,
        state="ESTABLISHED" if reply else "NEW",
    )
    return Walk(World(context.truths, context.names), packet, reply).run()


def _bears_out(loss: Loss, journey: Journey, obstacle: Obstacle, context: Context) -> bool:
    """Return True if captures fit: seen up to the obstacle, and not beyond it."""
    seen = _seen(loss)
    places = [CapturePoint(step.node, step.pod, step.interface) for step in journey.steps]
    if loss.status == "unanswered":
        return not any(_is_silent(step, loss, context) for step in journey.steps)
    if loss.where in places:
        rest = journey.steps[places.index(loss.where) + 1 :]
        return not any(_is_silent(step, loss, context) for step in rest)
    if obstacle.code in MISSING_ROUTES:
        return obstacle.node in {crossing.node for crossing in seen}
    return loss.where.node == obstacle.node and all(
        not _is_silent(step, loss, context) for step in journey.steps if step.node == obstacle.node
    )


def _seen(loss: Loss) -> Sequence[Crossing]:
    return loss.view.track.reply if _is_reply(loss) else loss.view.track.request


def _is_silent(step: Step, loss: Loss, context: Context) -> bool:
    """Return True if a sound capture of a step's interface has nothing of the packet."""
    place = CapturePoint(step.node, step.pod, step.interface)
    if any(crossing.point == place for crossing in _seen(loss)):
        return False
    facts = context.seen.points.get(place)
    return facts is not None and context.coverage.covers(facts, loss.view.track)
