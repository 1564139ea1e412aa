"""A stream of pings -> every crossing of an interface, in the order of the paths."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from struct import pack
from typing import NamedTuple
from zlib import crc32

from tests.bundles.macs import inner_macs, outer_macs, routers_before, tunnel_run
from tests.bundles.network import START_NS, Fate, IcmpError, Network, Stream
from tests.bundles.packets import DONT_FRAGMENT, ICMP, echo, ethernet, icmp, ip
from tests.bundles.paths import RAW, Direction, Place, Step, directions, steps_of
from tests.bundles.tunnels import Outer, encapsulated

FRAGMENT_US = 1.0
ANSWER_US = 20.0
"""From the request's last step to the reply's first."""
ALPHABET = b"abcdefghijklmnopqrstuvwabcdefghi"
ERRORS = {
    "frag-needed": (3, 4),
    "port-unreachable": (3, 3),
    "host-unreachable": (3, 1),
    "ttl-exceeded": (11, 0),
}


class Part(NamedTuple):
    """Which packet of which ping this is; ``copy`` counts from 0."""

    stream: int
    number: int
    kind: str
    copy: int = 0


class Crossing(NamedTuple):
    """A frame at a place, by the right clock."""

    place: Place
    time_ns: int
    frame: bytes
    direction: Direction | None = None
    part: Part | None = None
    step: int = 0
    fragment: int = 0


class Message(NamedTuple):
    """The innermost packet on its way: what of it is rewritten, and what stays."""

    request: bool
    source: str
    destination: str
    identifier: int
    seq: int
    data: bytes
    ip_id: int
    fragment: int

    def rewritten(self, step: Step) -> Message:
        changed = self
        if step.source and step.destination:
            changed = changed._replace(source=step.source, destination=step.destination)
        if step.identifier is not None:
            changed = changed._replace(identifier=step.identifier)
        return changed

    def packet(self, ttl: int) -> bytes:
        ends = self.source, self.destination
        protocol, body = echo(
            *ends, request=self.request, identifier=self.identifier, seq=self.seq, data=self.data
        )
        return ip(*ends, protocol, body, ttl=ttl, number=self.ip_id, fragment=self.fragment)


class Walk(NamedTuple):
    """One path walked by one packet."""

    network: Network
    steps: tuple[Step, ...]
    packets: tuple[bytes, ...]
    """The innermost packet at each step."""
    times: tuple[int, ...]
    number: int
    """IP id of outer packets."""

    def crossings(self, part: Part, lost_after: str = "") -> Iterator[Crossing]:
        ways = directions(self.steps)
        for index, step in enumerate(self.steps):
            for piece, frame in enumerate(self._frames(index)):
                time_ns = self.times[index] + piece * int(FRAGMENT_US * 1000)
                yield Crossing(step.place, time_ns, frame, ways[index], part, index, piece)
            if str(step.place) == lost_after:
                return

    def _frames(self, index: int) -> list[bytes]:
        step, packet = self.steps[index], self.packets[index]
        macs = inner_macs(self.steps, index)
        if step.tunnel is None:
            destination = step.mac_to or macs.destination
            is_raw = step.place.link_type == RAW
            return [packet if is_raw else ethernet(destination, macs.source, packet)]
        around = outer_macs(self.steps, index)
        destination = step.mac_to or around.destination
        return [
            ethernet(destination, around.source, outer)
            for outer in encapsulated(packet, macs, self._outer(index))
        ]

    def _outer(self, index: int) -> Outer:
        step = self.steps[index]
        ends = (self.steps[at].place.node for at in tunnel_run(self.steps, index))
        source, destination = (self.network.nodes[node] for node in ends)
        return Outer(
            kind=step.tunnel or "",
            source=source,
            destination=destination,
            ttl=64 - routers_before(self.steps, index),
            number=self.number,
            vni=self.network.vni,
            vxlan_port=self.network.vxlan_port,
            vxlan_policy=self.network.vxlan_policy,
            fragmented=step.fragmented,
        )


def walk_stream(stream: Stream, index: int) -> Iterator[Crossing]:
    """Yield the crossings of all pings of a stream."""
    for number in range(1, stream.count + 1):
        yield from _walk_ping(stream, index, number)


def _walk_ping(stream: Stream, index: int, number: int) -> Iterator[Crossing]:
    fate = stream.fate_of(number)
    network = stream.network
    sent_us = stream.offset_us + (number - 1) * stream.interval_us
    start_ns = START_NS + round(sent_us * 1000)
    message = _request(stream, number, start_ns)
    steps = steps_of(network.request)
    request, arrived = _walk(network, steps, message, start_ns)
    yield from request.crossings(Part(index, number, "request"), fate.request_lost_after)
    if fate.error:
        yield from _walk_error(request, fate.error, Part(index, number, "error"))
    if fate.request_lost_after or fate.silent:
        return
    for copy in range(fate.replies):
        answer = _reply(arrived, number, copy)
        answered_ns = request.times[-1] + round((ANSWER_US + 300 * copy) * 1000)
        reply, _ = _walk(network, steps_of(network.reply), answer, answered_ns)
        part = Part(index, number, "reply", copy)
        yield from reply.crossings(part, fate.reply_lost_after)
        yield from _copied(reply, part, fate)


def _copied(reply: Walk, part: Part, fate: Fate) -> Iterator[Crossing]:
    """Yield the second copies of a reply that is doubled on its way."""
    doubled = False
    for crossing in reply.crossings(part._replace(copy=part.copy + 1), fate.reply_lost_after):
        doubled = doubled or str(crossing.place) == fate.reply_copied_from
        if doubled:
            yield crossing._replace(time_ns=crossing.time_ns + 2_000)


def _request(stream: Stream, number: int, start_ns: int) -> Message:
    data = (ALPHABET * (stream.data_bytes // len(ALPHABET) + 1))[: stream.data_bytes]
    if stream.payload == "timestamp":
        stamp = pack("<QQ", start_ns // 1_000_000_000, start_ns % 1_000_000_000 // 1000)
        data = (stamp + bytes(range(16, 256)) * 40)[: stream.data_bytes]
    return Message(
        request=True,
        source=stream.network.source,
        destination=stream.network.destination,
        identifier=stream.identifier,
        seq=(stream.first_seq + number - 1) & 0xFFFF,
        data=data,
        ip_id=(stream.first_ip_id + number - 1) & 0xFFFF,
        fragment=DONT_FRAGMENT if stream.dont_fragment else 0,
    )


def _reply(arrived: Message, number: int, copy: int) -> Message:
    return arrived._replace(
        request=False,
        source=arrived.destination,
        destination=arrived.source,
        ip_id=(crc32(arrived.destination.encode()) + 7 * copy + number) & 0xFFFF,
        fragment=0,
    )


def _walk(
    network: Network, steps: tuple[Step, ...], message: Message, start_ns: int
) -> tuple[Walk, Message]:
    """Return the walk and the message as it is at its end."""
    packets = []
    for step in steps:
        message = message.rewritten(step)
        packets.append(message.packet(step.ttl))
    times = _times(network, steps, start_ns)
    number = (message.ip_id + 0x1111) & 0xFFFF
    return Walk(network, steps, tuple(packets), times, number), message


def _times(network: Network, steps: tuple[Step, ...], start_ns: int) -> tuple[int, ...]:
    times = [start_ns + round((steps[0].after_us or 0) * 1000)]
    for before, step in pairwise(steps):
        same = before.place.node == step.place.node
        usual = network.within_us if same else network.between_us
        after_us = usual if step.after_us is None else step.after_us
        times.append(times[-1] + round(after_us * 1000))
    return tuple(times)


def _walk_error(request: Walk, error: IcmpError, part: Part) -> Iterator[Crossing]:
    at = next(i for i, step in enumerate(request.steps) if str(step.place) == error.about)
    quoted = request.packets[at]
    kind, code = ERRORS[error.kind]
    body = icmp(kind, code, pack("!HH", 0, error.mtu) + quoted[:548])
    destination = ".".join(map(str, quoted[12:16]))
    steps = steps_of(error.path)
    packets = tuple(
        ip(error.sender, destination, ICMP, body, ttl=step.ttl, number=part.number)
        for step in steps
    )
    times = _times(request.network, steps, request.times[at] + 3000)
    yield from Walk(request.network, steps, packets, times, 0x7000 + part.number).crossings(part)
