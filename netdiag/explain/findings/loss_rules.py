"""Why packets are lost: one rule per cause, the one with the strongest proof first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_RANK
from netdiag.correlate.rare_packets import IcmpError
from netdiag.explain.findings.by_facts import explained_by_facts
from netdiag.explain.findings.checksums import wrong_checksum, wrong_tunnel_checksum
from netdiag.explain.findings.context import Context, frame_at, frames_of
from netdiag.explain.findings.loss import Loss
from netdiag.explain.findings.size_losses import fragments_lost, mtu_blackhole
from netdiag.explain.findings.underlay_losses import underlay_loss
from netdiag.explain.shell_words import shell_word, where_to_run
from netdiag.model.protocols import icmp_name, icmpv6_name
from netdiag.model.report import Evidence, Finding

LAST_CROSSINGS = 2
MAX_ERRORS_SHOWN = 4

LossRule = Callable[[Loss, Context], Finding | None]


def mtu_exceeded(loss: Loss, context: Context) -> Finding | None:
    """A packet that may not be fragmented is too big for a link, and the sender was told."""
    told = [error for error in loss.errors if error.mtu is not None]
    if not told:
        return None
    error = max(told, key=lambda error: error.ttl)
    place = context.seen.places[error.place]
    node = place.point.node
    if error.encapsulated:
        node = None  # it came through a tunnel: whoever sent it was not captured
    size = loss.view.track.first.lane.size
    asked = f"an MTU of {error.mtu}" if error.mtu else "a smaller size"
    wanted = f"an MTU of {error.mtu} at most" if error.mtu else "a smaller MTU"
    return Finding(
        "mtu-exceeded",
        "error",
        node,
        None,
        f"Packets of {size} bytes are too big: {error.source} asks for {asked}",
        f"{loss.way}: the {loss.packet} of {size} bytes forbids fragments and does not fit beyond "
        f"{loss.where!s}. {error.source} told the sender so (ICMP "
        f"{_error_name(error)}, mtu {error.mtu}). Tunnels need room: VXLAN 50 bytes, IPIP 20, "
        "WireGuard 60 (80 over IPv6).",
        f"ip link show  # the pods' interfaces must have {wanted}; "
        "set it in the CNI configuration and restart the pods",
        (*frames_of(loss.view, [loss.last]), frame_at(place, error.frame)),
    )


def neighbour_stale(loss: Loss, context: Context) -> Finding | None:
    """The frame went to a MAC address that is not the receiving NIC's."""
    lane = loss.last.lane
    if loss.last.rank < NIC_RANK or lane.destination_mac is None or not lane.encapsulation:
        return None
    address = lane.encapsulation[0].destination
    claims = [
        (claim, seen)
        for claim, seen in context.seen.rare.claims.items()
        if claim.address == address and context.seen.places[claim.place].role == "physical"
    ]
    if not claims or any(claim.mac == lane.destination_mac for claim, _ in claims):
        return None
    claim, seen = claims[-1]
    path = loss.view.track.reply if loss.status == "reply-lost" else loss.view.track.request
    sender = path[0].node
    return Finding(
        "underlay-neighbour-stale",
        "error",
        sender,
        None,
        f"{sender} sends to {address} at a wrong MAC address",
        f"{loss.way}: the {loss.packet} was sent to {address} at {lane.destination_mac}, but "
        f"{address} says in ARP that it is at {claim.mac}. The neighbour entry on {sender} is "
        "stale, or set by hand.",
        _forget(address, sender, path),
        (
            *frames_of(loss.view, [loss.last]),
            frame_at(context.seen.places[claim.place], seen[-1].frame),
        ),
    )


def _forget(address: str | None, sender: str | None, path: Sequence[Crossing]) -> str:
    """Return the command that has the sender ask for a MAC address again."""
    nics = [crossing for crossing in path if crossing.node == sender and crossing.rank >= NIC_RANK]
    place = f"{where_to_run(sender)}; safe: the kernel asks again"
    if not nics or nics[0].point.interface is None:
        return f"ip neigh flush to {address} nud all  # {place}"
    device = shell_word(nics[0].point.interface)
    return f"ip neigh del {address} dev {device}  # {place}"


def intermittent_loss(loss: Loss, context: Context) -> Finding | None:
    """Some pings of the same pair and size are answered, some are lost."""
    if not loss.answered:
        return None
    share = 100 * loss.lost / (loss.lost + loss.answered)
    return Finding(
        "intermittent-loss",
        "error",
        loss.where.node,
        loss.where.interface,
        f"{share:.0f} % of the {loss.noun}s are lost after {loss.where!s}",
        f"{loss.way}: {loss.lost} of {loss.lost + loss.answered} {loss.noun}s of the same size are "
        f"lost, the {loss.packet} each time seen last at {loss.where!s}. The way as such works: "
        "look for overload, a rule that drops at random, a flapping link, a second holder of an "
        "address.",
        f"{_counters(loss)}  # {_place(loss)}: which counter moves?",
        frames_of(loss.view, _last_crossings(loss)),
        loss.where.pod,
    )


def destination_silent(loss: Loss, context: Context) -> Finding | None:
    """The request reached the pod's interface, and no reply left it."""
    if loss.status != "unanswered":
        return None
    destination = loss.view.track.request[-1].lane.destination
    return Finding(
        "destination-silent",
        "error",
        loss.where.node,
        loss.where.interface,
        f"{destination} gets the requests and does not answer",
        f"{loss.way}: {counted(loss.lost, 'request')} arrived at {loss.where!s} and no reply "
        f"left it. The network has done its part; the pod drops them ({_pods_own_reasons(loss)}) "
        "or has no route back.",
        f"ip addr; ip route get {loss.view.track.pair[0]}; {_pods_own_state(loss)}; iptables -S  "
        f"# {where_to_run(loss.where.node, _pod_of(loss))}",
        frames_of(loss.view, [loss.last]),
        loss.where.pod,
    )


def unexplained_loss(loss: Loss, context: Context) -> Finding | None:
    """Captures cover the way, the packet is gone, and packets alone do not prove why."""
    where = str(loss.where)
    said = "; ".join(
        dict.fromkeys(f"{error.source} says {_error_name(error)}" for error in loss.errors)
    )
    heard = f" ICMP errors about it: {said}." if said else " Nobody sent an ICMP error about it."
    title = f"The {loss.packet} is lost after {where}"
    return Finding(
        "unexplained-loss",
        "error",
        loss.where.node,
        loss.where.interface,
        title,
        f"{loss.way}: {counted(loss.lost, loss.noun)}, none answered; the {loss.packet} was "
        f"seen last at {where}{_tunnel_words(loss.last)}, and no capture beyond it has it.{heard} "
        "Packets alone do not tell why: that node's routes, neighbours, rules and counters do.",
        f"ip route get {loss.last.lane.destination}; iptables-save -c; "
        f"{_counters(loss)}  # {_place(loss)}",
        (*frames_of(loss.view, _last_crossings(loss)), *_error_frames(loss, context)),
        loss.where.pod,
    )


LOSS_RULES: tuple[LossRule, ...] = (
    mtu_exceeded,
    wrong_checksum,
    wrong_tunnel_checksum,
    explained_by_facts,
    neighbour_stale,
    intermittent_loss,
    fragments_lost,
    mtu_blackhole,
    destination_silent,
    underlay_loss,
    unexplained_loss,
)
"""The first that answers is the finding: what was said or shown outranks what is inferred."""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _counters(loss: Loss) -> str:
    """Return the command that shows the counters where a packet was seen last."""
    only = f" {shell_word(loss.where.interface)}" if loss.where.interface else ""
    return f"ip -s -s link show{only}"


def _place(loss: Loss) -> str:
    return where_to_run(loss.where.node, loss.where.pod)


def _pod_of(loss: Loss) -> str:
    """Return the pod that a request reached, by name or address."""
    address = loss.view.track.request[-1].lane.destination
    return loss.where.pod or loss.names.pod_of(address) or address


def _pods_own_reasons(loss: Loss) -> str:
    if loss.protocol == "tcp":
        return "its own firewall, a program that does not accept, a wrong checksum"
    return "its own firewall, net.ipv4.icmp_echo_ignore_all, a wrong address"


def _pods_own_state(loss: Loss) -> str:
    if loss.protocol == "tcp":
        return "ss -tln; nstat -az TcpExtListenOverflows TcpInCsumErrors"
    return "sysctl net.ipv4.icmp_echo_ignore_all"


def _last_crossings(loss: Loss) -> tuple[Crossing, ...]:
    track = loss.view.track
    path = track.reply if loss.status == "reply-lost" else track.request
    return path[-LAST_CROSSINGS:]


def _error_frames(loss: Loss, context: Context) -> tuple[Evidence, ...]:
    places = context.seen.places
    return tuple(
        frame_at(places[error.place], error.frame) for error in loss.errors[:MAX_ERRORS_SHOWN]
    )


def _error_name(error: IcmpError) -> str:
    name = icmpv6_name if error.is_ipv6 else icmp_name
    return name(error.type, error.code)


def _tunnel_words(crossing: Crossing) -> str:
    stack = crossing.lane.encapsulation
    if not stack:
        return ""
    outer = stack[0]
    vni = "" if outer.vni is None else f" vni {outer.vni}"
    return f" inside {outer.kind}{vni} {outer.source} → {outer.destination}"
