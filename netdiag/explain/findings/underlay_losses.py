"""Losses between two NICs that nothing on their nodes explains."""

from __future__ import annotations

from netdiag.correlate.places import NIC_ROLES
from netdiag.explain.expected.walk import Walk
from netdiag.explain.findings.borne_out import is_silent
from netdiag.explain.findings.context import Context, frames_of, shell_word
from netdiag.explain.findings.loss import Loss
from netdiag.explain.findings.lost_packet import is_reply_lost, lost_words, packet_of, packet_word
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Finding


def underlay_loss(loss: Loss, context: Context) -> Finding | None:
    """Facts of both nodes explain nothing, and it is gone between their NICs."""
    if not context.truths.is_known or loss.answered or loss.last.place.role not in NIC_ROLES:
        return None
    packet = packet_of(loss, is_reply_lost(loss))
    if packet is None:
        return None
    journey = Walk(context.world, packet, is_reply_lost(loss)).run()
    if not journey.arrived:
        return None
    places = [CapturePoint(step.node, step.pod, step.interface) for step in journey.steps]
    if loss.where not in places:
        nodes = [step.node for step in journey.steps]
        return None if loss.where.node in nodes else _lost_between(loss, "what is behind it")
    following = journey.steps[places.index(loss.where) + 1 :][:1]
    if not following or following[0].node == loss.where.node:
        return None
    if not is_silent(following[0], loss, context, is_reply_lost(loss)):
        return None
    return _lost_between(loss, f"{following[0].node}/{following[0].interface}")


def _lost_between(loss: Loss, receiver: str) -> Finding:
    return Finding(
        "underlay-loss",
        "error",
        loss.where.node,
        loss.where.interface,
        f"The {packet_word(loss)} gets to {loss.where!s} and does not reach {receiver}",
        f"{lost_words(loss)} between the two NICs. Routes, neighbours, FDB and "
        "packet filters of both nodes let it pass, so look at what is between them: switches, "
        "routers, security groups of a cloud, source address checks, VLANs.",
        f"tcpdump -ni any host {loss.last.lane.source}  # on whatever is behind "
        f"{shell_word(str(loss.where))}: does anything of it arrive? A cloud drops pods' "
        "addresses and tunnels unless told not to",
        frames_of(loss.view, [loss.last]),
    )
