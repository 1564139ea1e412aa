"""Packets that are no pings: what any capture has, and what is seen where it is not going."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from struct import pack
from zlib import crc32

from tests.bundles.macs import mac_of
from tests.bundles.network import START_NS, Bundle, Stream
from tests.bundles.packets import UDP, ethernet, ip, udp
from tests.bundles.paths import RAW, Direction, Place, place_of, steps_of
from tests.bundles.walk import Crossing

MDNS, MDNS_MAC, MDNS_PORTS = "224.0.0.251", "01:00:5e:00:00:fb", (5353, 5353)
APART_NS = 500_000_000
COPIED_NS = 1000


def matches(place: Place, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(str(place), pattern) for pattern in patterns)


def other_packets(bundle: Bundle, pings: list[Crossing], places: set[Place]) -> list[Crossing]:
    """Return copies of the pings' packets, the bundle's own extras, and the background."""
    found = list(_copies(bundle, pings))
    found += [
        Crossing(extra.place, START_NS + round(extra.at_us * 1000), extra.frame)
        for extra in bundle.extras
    ]
    if bundle.background:
        last_ns = max((crossing.time_ns for crossing in pings), default=START_NS)
        for place in sorted(places, key=str):
            for number, time_ns in enumerate((START_NS - APART_NS, last_ns + APART_NS)):
                yield_ns = time_ns + crc32(str(place).encode()) % 100_000_000
                frame = _background(place, _address(bundle, place), number)
                found.append(Crossing(place, yield_ns, frame, "out"))
    return found


def _copies(bundle: Bundle, pings: list[Crossing]) -> Iterator[Crossing]:
    """Yield copies: a port of a bridge sends them, anything else only happens to see them."""
    for crossing in pings:
        place = str(crossing.place)
        for key in (place, f"{place} {crossing.direction}"):
            for target in map(place_of, bundle.copies.get(key, ())):
                direction: Direction | None = "out" if target.interface[:4] == "veth" else None
                time_ns = crossing.time_ns + COPIED_NS
                yield Crossing(target, time_ns, crossing.frame, direction)


def _background(place: Place, address: str, number: int) -> bytes:
    """Return a multicast DNS message without questions."""
    ip_id = crc32(str(place).encode()) + number & 0xFFFF
    message = pack("!HHHHHH", ip_id, 0, 0, 0, 0, 0)
    packet = ip(address, MDNS, UDP, udp(address, MDNS, MDNS_PORTS, message), ttl=255, number=ip_id)
    return packet if place.link_type == RAW else ethernet(MDNS_MAC, mac_of(place), packet)


def _address(bundle: Bundle, place: Place) -> str:
    """Return the address of the pod or the node whose interface this is."""
    for stream in bundle.streams:
        if place.pod and (address := _pod_address(stream, place)):
            return address
        if place.pod is None and place.node in stream.network.nodes:
            return stream.network.nodes[place.node]
    number = crc32(f"{place.node} {place.pod}".encode())
    return f"169.254.{number >> 8 & 0xFF}.{number % 250 + 1}"


def _pod_address(stream: Stream, place: Place) -> str | None:
    network = stream.network
    if ":" in network.source:
        return None
    first, *_, last = steps_of(network.request)
    if place == first.place:
        return network.source
    rewritten = [step.destination for step in steps_of(network.request) if step.destination]
    return (rewritten or [network.destination])[-1] if place == last.place else None
