"""Crossings -> what the captures hold of them: each with its file, and later its frame number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.bundles.network import START_NS, Bundle, Stream
from tests.bundles.noise import matches, other_packets
from tests.bundles.paths import Place, place_of, steps_of
from tests.bundles.walk import Crossing, walk_stream


class Captured(NamedTuple):
    """What one capture holds, in the order of the file."""

    file: str
    """Below the bundle's folder."""
    place: Place | None
    """None = all interfaces of the node."""
    node: str
    crossings: tuple[Crossing, ...]
    dropped: int | None = None


def all_crossings(bundle: Bundle) -> list[Crossing]:
    """Return what crossed any place, captured or not."""
    pings = [
        crossing
        for index, stream in enumerate(bundle.streams)
        for crossing in walk_stream(stream, index)
    ]
    return pings + other_packets(bundle, pings, captured_places(bundle))


def captured_places(bundle: Bundle) -> set[Place]:
    places = {place_of(place) for place in (*bundle.idle, *bundle.dropped)}
    for stream in bundle.streams:
        places |= {step.place for path in _paths(stream) for step in steps_of(path)}
    for targets in bundle.copies.values():
        places |= {place_of(target) for target in targets}
    places |= {extra.place for extra in bundle.extras}
    return {
        place
        for place in places
        if matches(place, bundle.only) and not matches(place, bundle.without)
    }


def captures(bundle: Bundle) -> list[Captured]:
    """Return every capture of a bundle."""
    crossings = sorted(all_crossings(bundle), key=lambda crossing: crossing.time_ns)
    seen = [crossing for crossing in crossings if _is_seen(bundle, crossing)]
    places = sorted(captured_places(bundle), key=str)
    found = [_own(bundle, place, seen) for place in places if place.node not in bundle.any_only]
    found += [
        _own(bundle, place, seen) for place in places if place.pod and place.node in bundle.any_only
    ]
    return found + list(_any(bundle, seen))


def _paths(stream: Stream) -> Iterator[str]:
    yield stream.network.request
    yield stream.network.reply
    for number in range(1, stream.count + 1):
        error = stream.fate_of(number).error
        if error:
            yield error.path


def _own(bundle: Bundle, place: Place, seen: list[Crossing]) -> Captured:
    here = [crossing for crossing in seen if crossing.place == place]
    dropped = bundle.dropped.get(str(place))
    suffix = "pcap" if dropped is None else "pcapng"
    folder = f"{place.node}/pods/{place.pod}" if place.pod else place.node
    return Captured(
        f"{folder}/{place.interface}.{suffix}", place, place.node, _in_order(bundle, here), dropped
    )


def _any(bundle: Bundle, seen: list[Crossing]) -> Iterator[Captured]:
    for node in (*bundle.any_too, *bundle.any_only):
        here = [
            crossing
            for crossing in seen
            if crossing.place.node == node and crossing.place.pod is None
        ]
        yield Captured(f"{node}/any.pcap", None, node, _in_order(bundle, here))


def _in_order(bundle: Bundle, crossings: list[Crossing]) -> tuple[Crossing, ...]:
    """Return them in the order of a file."""
    if not bundle.shuffled:
        return tuple(crossings)
    pairs = (crossings[at : at + 2] for at in range(0, len(crossings), 2))
    return tuple(crossing for pair in pairs for crossing in reversed(pair))


def _is_seen(bundle: Bundle, crossing: Crossing) -> bool:
    place, after_us = crossing.place, (crossing.time_ns - START_NS) / 1000
    if matches(place, bundle.empty):
        return False
    began = [at for pattern, at in bundle.started_us.items() if matches(place, (pattern,))]
    ended = [at for pattern, at in bundle.stopped_us.items() if matches(place, (pattern,))]
    return all(after_us >= at for at in began) and all(after_us < at for at in ended)
