"""Finds pings inside encrypted tunnels, of which only times and sizes show.

A ping that vanishes on one node and comes out on another, while an encrypted packet of the right
size leaves the one's NIC just after and reaches the other's just before, was inside it. WireGuard
pads what it carries to sixteen bytes (whitepaper, section 5.4.6).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.places import NIC_RANK, RECEIVED, SENT, Place
from netdiag.correlate.rare_packets import OpaqueLane, OpaquePackets
from netdiag.correlate.track import Sample, Track
from netdiag.explain.observations import Observations

WINDOW_NS = 20_000_000
"""How long a packet may take between the tunnel device and the NIC."""

JITTER_NS = 2_000
WIREGUARD_PADDING = 16
ESP_OVERHEAD = range(20, 97)
"""SPI, sequence number, IV, padding, trailer and check value."""


class OpaqueHop(NamedTuple):
    """Encrypted packets that carry the packets of a track across a NIC."""

    after: int
    """Index in the path of the crossing that it follows; -1 = it comes first."""
    anchor: Crossing
    """The crossing on the same node that its time is told by."""
    leaves: bool
    """True if the packet leaves the node here."""
    lane: OpaqueLane
    packets: OpaquePackets
    place: Place
    follows: OpaqueHop | None = None
    """The hop on another node where the same encrypted packet left; None = told by time."""


class Match(NamedTuple):
    """One encrypted packet."""

    number: int
    """Its index among those of its lane."""
    time_ns: int
    frame: int
    length: int


def find_opaque_hops(
    track: Track, path: Sequence[Crossing], seen: Observations
) -> tuple[OpaqueHop, ...]:
    """Return where a path runs through encrypted tunnels."""
    if not seen.rare.opaque or not path:
        return ()
    samples = track.samples(64)
    hops: list[OpaqueHop] = []
    for index, crossing in enumerate(path):
        before = path[index - 1] if index else None
        after = path[index + 1] if index + 1 < len(path) else None
        if crossing.rank == NIC_RANK:
            continue
        is_new = before is not None and before.node != crossing.node
        is_left = after is not None and after.node != crossing.node
        if is_new or (before is None and not _is_near_pod(crossing)):
            hops += _best(index - 1, crossing, False, samples, seen)
        if is_left or (after is None and not _is_near_pod(crossing)):
            found = _best(index, crossing, True, samples, seen)
            hops += found
            if after is None:
                hops += [late for hop in found for late in _followers(hop, samples[0], seen)]
    return tuple(hops)


def _followers(hop: OpaqueHop, sample: Sample, seen: Observations) -> list[OpaqueHop]:
    """Return the NIC of another node that the same encrypted packets reached."""
    for lane, packets in seen.rare.opaque.items():
        place = seen.places[lane.place]
        if place.point.node == hop.place.point.node or place.is_shared:
            continue
        late = OpaqueHop(hop.after, hop.anchor, False, lane, packets, place, hop)
        if lane.encapsulation == hop.lane.encapsulation and match_packet(late, sample):
            return [late]
    return []


def match_packet(hop: OpaqueHop, sample: Sample) -> Match | None:
    """Return the encrypted packet that most likely carried this ping at this hop."""
    times = hop.packets.times
    if hop.follows is not None:
        left = match_packet(hop.follows, sample)
        index = hop.packets.keys.get(_key(hop.follows.packets, left)) if left else None
        return None if index is None else _match(hop.packets, index)
    at_ns = sample.times[hop.anchor.position]
    size = hop.anchor.lane.size
    if hop.leaves:
        places = range(bisect_left(times, at_ns - JITTER_NS), len(times))
    else:
        places = range(bisect_right(times, at_ns + JITTER_NS) - 1, -1, -1)
    for place in places:
        if abs(times[place] - at_ns) > WINDOW_NS:
            return None
        if _fits(hop.lane.encapsulation.kind, hop.packets.sizes[place], size):
            return _match(hop.packets, place)
    return None


def _match(packets: OpaquePackets, index: int) -> Match:
    return Match(index, packets.times[index], packets.frames[index], packets.lengths[index])


def _key(packets: OpaquePackets, match: Match) -> bytes:
    """Return what names an encrypted packet to both ends."""
    return packets.names[match.number]


def _is_near_pod(crossing: Crossing) -> bool:
    return crossing.place.role in ("pod", "veth", "bridge", "loopback")


def _best(
    after: int, anchor: Crossing, leaves: bool, samples: Sequence[Sample], seen: Observations
) -> list[OpaqueHop]:
    """Return the lane on this node in which most of the pings are found, at once."""
    best: tuple[int, float] = (0, 0.0)
    found: list[OpaqueHop] = []
    wrong_way = RECEIVED if leaves else SENT
    for lane, packets in _own_files_first(seen):
        place = seen.places[lane.place]
        if place.point.node != anchor.node or lane.direction == wrong_way:
            continue
        hop = OpaqueHop(after, anchor, leaves, lane, packets, place)
        matches = [(match_packet(hop, sample), sample) for sample in samples]
        waits = [
            abs(match.time_ns - sample.times[anchor.position])
            for match, sample in matches
            if match is not None
        ]
        if not waits or 2 * len(waits) < len(samples):
            continue
        score = (len(waits), -sum(waits) / len(waits))
        if score > best or not found:
            best, found = score, [hop]
    return found


def _own_files_first(seen: Observations) -> list[tuple[OpaqueLane, OpaquePackets]]:
    """Return the lanes, those in an interface's own file before those in a capture of all."""
    lanes = seen.rare.opaque.items()
    return sorted(lanes, key=lambda item: seen.places[item[0].place].is_shared)


def _fits(kind: str, carried: int, size: int) -> bool:
    if kind == "wireguard":
        return size <= carried < size + WIREGUARD_PADDING
    return carried - size in ESP_OVERHEAD
