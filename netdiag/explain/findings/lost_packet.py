"""What packet a loss is about, where it was seen, and how it is called."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.correlate.crossing import Crossing
from netdiag.explain.expected.packet import Packet
from netdiag.explain.findings.loss import Loss
from netdiag.model.prefixes import parse_address


def lost_words(loss: Loss) -> str:
    """Return how many pings were lost from where to where."""
    return f"{loss.way}: {loss.lost:,} {loss.noun}{'' if loss.lost == 1 else 's'} lost"


def packet_word(loss: Loss) -> str:
    """Return what the lost packet was."""
    return "reply" if is_reply_lost(loss) else "request"


def is_reply_lost(loss: Loss) -> bool:
    """Return True if it was the reply, as far as is known."""
    return loss.status in ("reply-lost", "unanswered") or bool(loss.view.track.reply)


def packet_of(loss: Loss, is_reply: bool) -> Packet | None:
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


def sightings(loss: Loss) -> Sequence[Crossing]:
    """Return where the lost packet was seen, or, of a reply that never was, its request."""
    return loss.view.track.reply or loss.view.track.request
