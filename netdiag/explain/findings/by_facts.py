"""Losses that facts explain: the expected path ends where the packets were seen last."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_RANK
from netdiag.explain.expected.resume import Seen, resume
from netdiag.explain.expected.steps import Journey, Obstacle, obstacle_finding
from netdiag.explain.expected.walk import Walk
from netdiag.explain.findings.borne_out import GOES_ELSEWHERE, bears_out, is_silent
from netdiag.explain.findings.context import Context, frames_of
from netdiag.explain.findings.deltas import moved_counters
from netdiag.explain.findings.loss import Loss
from netdiag.explain.findings.lost_packet import (
    is_reply_lost,
    lost_words,
    packet_of,
    packet_word,
    sightings,
)
from netdiag.model.report import Finding


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
                silent = any(is_silent(step, loss, context, is_reply) for step in journey.steps)
                arrives = arrives or (journey.arrived and not silent)
                continue
            is_told = any(error.mtu is not None for error in loss.errors)
            obstacle = obstacle if is_told else _untold(obstacle)
            if bears_out(loss, journey, obstacle, context, is_reply):
                return _finding(loss, obstacle, context)
    return None


def _directions(loss: Loss) -> tuple[bool, ...]:
    """Return which packets may be the ones that were lost: requests (False), replies (True)."""
    if loss.status == "unknown" and not loss.view.track.reply:
        return (False, True)
    return (is_reply_lost(loss),)


def _journeys(loss: Loss, context: Context, is_reply: bool) -> Iterator[Journey]:
    """Yield how the packet goes on by facts from where it was seen last, then its whole way."""
    packet = packet_of(loss, is_reply)
    if packet is None:
        return
    world = context.world
    if is_reply == is_reply_lost(loss) and loss.status != "unanswered":
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
    for crossing in (loss.last, *reversed(sightings(loss))):
        node = nodes.get(crossing.node)
        if node is not None and node.facts is not None:
            return crossing
    return None


def _seen_at(last: Crossing, loss: Loss) -> Seen:
    path = sightings(loss)
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
    lost = f"{lost_words(loss)}, the {packet_word(loss)} seen last at {loss.where!s}."
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
