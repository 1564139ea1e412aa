"""Finds pings inside encrypted tunnels, of which only times and sizes show.

A ping that vanishes on one node and comes out on another, while an encrypted packet of the right
size leaves the one's NIC just after and reaches the other's just before, was inside it. WireGuard
pads what it carries to sixteen bytes (whitepaper, section 5.4.6).

Once it is known which packet it was, its name, the receiver's index and a counter, tells where else
it was seen: at routers, and on a node that dropped it.
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
    """The crossing that its time is told by: on the same node, or where ``follows`` is."""
    leaves: bool
    """True if the packet leaves the anchor's node here."""
    lane: OpaqueLane
    packets: OpaquePackets
    place: Place
    follows: OpaqueHop | None = None
    """The hop on another node where the same encrypted packet left or came; None = told by time."""


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
    for index in range(-1, len(path)):
        left = _leaving(index, path, samples, seen)
        reached = _arriving(index, path, samples, seen)
        hops += [*left, *_elsewhere(left or reached, path, samples, seen), *reached]
    return tuple(hops)


def _leaving(
    index: int, path: Sequence[Crossing], samples: Sequence[Sample], seen: Observations
) -> list[OpaqueHop]:
    """Return where packets leave a node, encrypted, after a crossing that is not of a NIC."""
    if index < 0 or path[index].rank == NIC_RANK:
        return []
    is_last = index + 1 == len(path)
    if _is_near_pod(path[index]) if is_last else path[index + 1].node == path[index].node:
        return []
    return _best(index, path[index], True, samples, seen)


def _arriving(
    index: int, path: Sequence[Crossing], samples: Sequence[Sample], seen: Observations
) -> list[OpaqueHop]:
    """Return where packets reach a node, encrypted, before the crossing that follows another."""
    if index + 1 == len(path) or path[index + 1].rank == NIC_RANK:
        return []
    crossing = path[index + 1]
    if _is_near_pod(crossing) if index < 0 else path[index].node == crossing.node:
        return []
    return _best(index, crossing, False, samples, seen)


def _elsewhere(
    ends: Sequence[OpaqueHop],
    path: Sequence[Crossing],
    samples: Sequence[Sample],
    seen: Observations,
) -> list[OpaqueHop]:
    """Return where other nodes saw the same encrypted packets, in the order of their way.

    Of packets that did not come out of the tunnel, the first one tells how far they went.
    """
    if not ends:
        return []
    (known,) = ends
    names = _names(known, samples[:1] if known.after + 1 == len(path) else samples)
    neighbours = {crossing.node for crossing in path[max(known.after, 0) : known.after + 2]}
    found: list[tuple[OpaqueHop, int]] = []
    for lane, packets in _own_files_first(seen):
        place = seen.places[lane.place]
        if place.point.node in neighbours or lane.encapsulation != known.lane.encapsulation:
            continue
        number = next((packets.keys[name] for name in names if name in packets.keys), None)
        if number is None or any(_is_told_by(hop, lane, place) for hop, _ in found):
            continue
        hop = OpaqueHop(known.after, known.anchor, False, lane, packets, place, known)
        found.append((hop, packets.times[number]))
    return _in_order(found)


def _names(hop: OpaqueHop, samples: Sequence[Sample]) -> list[bytes]:
    """Return what names the encrypted packets that carried some pings at a hop."""
    matches = [match_packet(hop, sample) for sample in samples]
    return [_key(hop.packets, match) for match in matches if match is not None]


def _is_told_by(hop: OpaqueHop, lane: OpaqueLane, place: Place) -> bool:
    """Return True if a hop is the same crossing in another capture: of it, or of all interfaces."""
    if hop.lane.ttl != lane.ttl or hop.place.point.node != place.point.node:
        return False
    return hop.place.point == place.point or place.is_shared > hop.place.is_shared


def _in_order(found: Sequence[tuple[OpaqueHop, int]]) -> list[OpaqueHop]:
    """Order hops by TTL, then by which node routed the packets, then by time."""
    highest: dict[str | None, int] = {}
    lowest: dict[str | None, int] = {}
    for hop, _ in found:
        node, ttl = hop.place.point.node, hop.lane.ttl
        highest[node] = max(ttl, highest.get(node, ttl))
        lowest[node] = min(ttl, lowest.get(node, ttl))

    def position(item: tuple[OpaqueHop, int]) -> tuple[int, bool, bool, int]:
        node, ttl = item[0].place.point.node, item[0].lane.ttl
        return -ttl, highest[node] <= ttl, lowest[node] < ttl, item[1]

    return [hop for hop, _ in sorted(found, key=position)]


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
