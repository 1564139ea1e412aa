"""Losses that facts explain: the expected path ends where the packets were seen last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_RANK, NIC_ROLES, RECEIVED
from netdiag.explain.expected.packet import Packet
from netdiag.explain.expected.resume import Seen, resume
from netdiag.explain.expected.steps import Journey, Obstacle, Step, obstacle_finding
from netdiag.explain.expected.walk import Walk
from netdiag.explain.findings.context import Context, frames_of, shell_word
from netdiag.explain.findings.deltas import moved_counters
from netdiag.explain.findings.loss import Loss
from netdiag.explain.truths.cluster_nodes import ClusterNode
from netdiag.model.capture_point import CapturePoint
from netdiag.model.prefixes import parse_address
from netdiag.model.report import Finding

MISSING_ROUTES = ("route-missing", "return-route-missing")
"""A packet without a route may still leave, by the default route."""

GOES_ELSEWHERE = (*MISSING_ROUTES, "overlay-device-missing", "fdb-wrong-remote")
"""Such a packet leaves its node, and may be seen at others that it is not for."""

SENT_BACK = ("bridge-down", "pod-route-missing")
"""Such a packet has come to its pod's node, and may leave that again by the default route."""

NEVER_SENT = ("pod-route-missing", "proxy-arp-disabled")
"""Then nothing leaves the pod, not even to its own interface."""


def explained_by_facts(loss: Loss, context: Context) -> Finding | None:
    """What stops the packet by facts is where captures see it end."""
    if not context.truths.is_known or loss.answered:
        return None
    arrives = loss.status != "unknown"
    for is_reply in _directions(loss):
        if is_reply and not arrives:
            break
        for journey in _journeys(loss, context, is_reply):
            obstacle = journey.obstacle
            if obstacle is None:
                silent = any(_is_silent(step, loss, context, is_reply) for step in journey.steps)
                arrives = arrives or (journey.arrived and not silent)
                continue
            is_told = any(error.mtu is not None for error in loss.errors)
            obstacle = obstacle if is_told else _untold(obstacle)
            if _bears_out(loss, journey, obstacle, context, is_reply):
                return _finding(loss, obstacle, context)
    return None


def _directions(loss: Loss) -> tuple[bool, ...]:
    """Return which packets may be the ones that were lost: requests (False), replies (True)."""
    if loss.status == "unknown" and not loss.view.track.reply:
        return (False, True)
    return (_is_reply(loss),)


def _journeys(loss: Loss, context: Context, is_reply: bool) -> Iterator[Journey]:
    """Yield how the packet goes on by facts from where it was seen last, then its whole way."""
    packet = _packet_of(loss, is_reply)
    if packet is None:
        return
    world = context.world
    if is_reply == _is_reply(loss) and loss.status != "unanswered":
        walk = Walk(world, packet, is_reply)
        known = _last_known(loss, context)
        if known is not None and resume(walk, _seen_at(known, loss)):
            obstacle = walk.journey.obstacle
            if known is loss.last or (obstacle and obstacle.code in GOES_ELSEWHERE):
                yield walk.journey
    yield Walk(world, packet, is_reply).run()


def _last_known(loss: Loss, context: Context) -> Crossing | None:
    """Return the last crossing on a node whose facts are here; routers' seldom are."""
    nodes = context.truths.nodes
    for crossing in (loss.last, *reversed(_seen(loss))):
        node = nodes.get(crossing.node)
        if node is not None and node.facts is not None:
            return crossing
    return None


def _seen_at(last: Crossing, loss: Loss) -> Seen:
    path = _seen(loss)
    outer = last.lane.encapsulation[0] if last.lane.encapsulation else None
    return Seen(
        last.node or "",
        last.point.pod,
        last.point.interface or "",
        last.place.role,
        outer,
        came_in=path[0].node != last.node or (path[0].rank == NIC_RANK and len(path) > 1),
    )


def _finding(loss: Loss, obstacle: Obstacle, context: Context) -> Finding:
    node = context.truths.nodes.get(obstacle.node)
    lost = f"{_lost(loss)}, the {_packet(loss)} seen last at {loss.where!s}."
    moved = moved_counters(obstacle.code, node, obstacle.interface)
    return obstacle_finding(obstacle, lost, (*moved, *frames_of(loss.view, [loss.last])))


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
    packet = _packet_of(loss, _is_reply(loss))
    if packet is None:
        return None
    journey = Walk(context.world, packet, _is_reply(loss)).run()
    if not journey.arrived:
        return None
    places = [CapturePoint(step.node, step.pod, step.interface) for step in journey.steps]
    if loss.where not in places:
        nodes = [step.node for step in journey.steps]
        return None if loss.where.node in nodes else _lost_between(loss, "what is behind it")
    following = journey.steps[places.index(loss.where) + 1 :][:1]
    if not following or following[0].node == loss.where.node:
        return None
    if not _is_silent(following[0], loss, context, _is_reply(loss)):
        return None
    return _lost_between(loss, f"{following[0].node}/{following[0].interface}")


def _lost_between(loss: Loss, receiver: str) -> Finding:
    return Finding(
        "underlay-loss",
        "error",
        loss.where.node,
        loss.where.interface,
        f"The {_packet(loss)} gets to {loss.where!s} and does not reach {receiver}",
        f"{_lost(loss)} between the two NICs. Routes, neighbours, FDB and "
        "packet filters of both nodes let it pass, so look at what is between them: switches, "
        "routers, security groups of a cloud, source address checks, VLANs.",
        f"tcpdump -ni any host {loss.last.lane.source}  # on whatever is behind "
        f"{shell_word(str(loss.where))}: does anything of it arrive? A cloud drops pods' "
        "addresses and tunnels unless told not to",
        frames_of(loss.view, [loss.last]),
    )


def _lost(loss: Loss) -> str:
    """Return how many pings were lost from where to where."""
    return f"{loss.way}: {loss.lost:,} {loss.noun}{'' if loss.lost == 1 else 's'} lost"


def _packet(loss: Loss) -> str:
    return "reply" if _is_reply(loss) else "request"


def _is_reply(loss: Loss) -> bool:
    return loss.status in ("reply-lost", "unanswered") or bool(loss.view.track.reply)


def _packet_of(loss: Loss, is_reply: bool) -> Packet | None:
    """Return the packet that was lost, as routes and packet filters see it."""
    source, destination = loss.view.track.pair
    lane = loss.view.track.first.lane
    ends = (destination, source) if is_reply else (source, destination)
    addresses = [parse_address(text) for text in ends]
    if addresses[0] is None or addresses[1] is None:
        return None
    if loss.port is not None:
        return Packet(
            addresses[0],
            addresses[1],
            loss.protocol,
            source_port=loss.port if is_reply else None,
            destination_port=None if is_reply else loss.port,
            size=lane.size,
            dont_fragment=lane.dont_fragment and not is_reply,
            state="ESTABLISHED" if is_reply else "NEW",
        )
    types = (129, 128) if addresses[0].version == 6 else (0, 8)
    return Packet(
        addresses[0],
        addresses[1],
        "icmpv6" if addresses[0].version == 6 else "icmp",
        icmp_type=types[0] if is_reply else types[1],
        size=lane.size,
        dont_fragment=lane.dont_fragment and not is_reply,
        state="ESTABLISHED" if is_reply else "NEW",
    )


def _bears_out(
    loss: Loss, journey: Journey, obstacle: Obstacle, context: Context, is_reply: bool
) -> bool:
    """Return True if captures fit: nothing that should have shown the packet is silent."""
    if is_reply and not loss.view.track.reply:
        # It was never seen: something stops it before any interface that was captured.
        if obstacle.code in NEVER_SENT:
            return True
        return not any(_is_silent(step, loss, context, True) for step in journey.steps)
    places = [CapturePoint(step.node, step.pod, step.interface) for step in journey.steps]
    may = [CapturePoint(step.node, step.pod, step.interface) for step in journey.optional]
    target = context.truths.nodes.holder_of(_seen(loss)[-1].lane.destination)
    seen = {crossing.node for crossing in _seen(loss)}
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
        return not any(_is_silent(step, loss, context, is_reply) for step in rest)
    if loss.where in may:
        return True
    if _is_resumed(journey, loss):
        return not any(_is_silent(step, loss, context, is_reply) for step in journey.steps)
    return (
        obstacle.code in MISSING_ROUTES
        and loss.where.node == obstacle.node
        and (loss.last.place.role in NIC_ROLES and not loss.last.lane.encapsulation)
    )


def _is_sent_back(loss: Loss, obstacle: Obstacle) -> bool:
    """Return True if a packet that had come to a node left it again by a NIC, plainly."""
    path = _seen(loss)
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
    first = _seen(loss)[0]
    start = journey.steps[0] if journey.steps else None
    began = start is not None and CapturePoint(start.node, start.pod, start.interface)
    return start is None or began != first.point


def _seen(loss: Loss) -> Sequence[Crossing]:
    """Return where the lost packet was seen, or, of a reply that never was, its request."""
    return loss.view.track.reply or loss.view.track.request


def _is_silent(step: Step, loss: Loss, context: Context, is_reply: bool) -> bool:
    """Return True if a sound capture of a step's interface has nothing of the packet."""
    place = CapturePoint(step.node, step.pod, step.interface)
    track = loss.view.track
    seen = track.reply if is_reply else track.request
    if any(crossing.point == place for crossing in seen):
        return False
    facts = context.seen.points.get(place)
    return facts is not None and context.coverage.covers(facts, track)
