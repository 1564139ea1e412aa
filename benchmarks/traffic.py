"""Conversations, each handing out its next frame: TCP connections, pings and datagrams."""

import struct
from collections import deque
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple, Protocol

from benchmarks.headers import (
    ACK,
    ECHO_REPLY,
    ECHO_REQUEST,
    ICMP_BYTES,
    IPV4_BYTES,
    PUSH_ACK,
    TCP_BYTES,
    UDP_BYTES,
    Payload,
    Segment,
    build_echo,
    build_tcp,
    build_udp,
)
from benchmarks.network import Way

_TEXT = b"The quick brown fox jumps over the lazy dog 0123456789; "
_EMPTY = Payload.of(b"")


class Source(Protocol):
    """Conversations of one kind."""

    def build_frame(self, clock_us: int) -> bytes:
        """Return the next frame, seen at ``clock_us`` since the epoch."""

    def mean_frame_bytes(self, full_share: float) -> float:
        """Return the mean length to expect when ``full_share`` of TCP segments are full."""


class Connection:
    """An established TCP connection; its first end sends bulk data, its second end requests."""

    def __init__(self, ways: tuple[Way, Way], ports: tuple[int, int], random: Random) -> None:
        self._ways = ways
        self._ports = (ports, (ports[1], ports[0]))
        self._sequences = [random.getrandbits(32), random.getrandbits(32)]
        self._timestamp_offsets = (random.getrandbits(31), random.getrandbits(31))
        self._timestamps = list(self._timestamp_offsets)
        self._unacknowledged = [False, False]
        self._window = random.randrange(490, 510)
        self.full = Payload.of(_repeat_text(ways[0].mtu - IPV4_BYTES - TCP_BYTES))
        self.bare_frame_bytes = ways[0].carrier_bytes + IPV4_BYTES + TCP_BYTES

    def send(self, end: int, payload: Payload, clock_us: int) -> bytes:
        """Return a segment with data from ``end``."""
        frame = self._build(end, PUSH_ACK, payload, clock_us)
        self._sequences[end] = self._sequences[end] + len(payload.data) & 0xFFFFFFFF
        self._unacknowledged[end] = True
        return frame

    def acknowledge(self, clock_us: int) -> bytes:
        """Return a segment without data: what it acknowledges is new, or else its window is."""
        end = 0 if self._unacknowledged[1] and not self._unacknowledged[0] else 1
        if not self._unacknowledged[1 - end]:
            self._window ^= 1
        return self._build(end, ACK, _EMPTY, clock_us)

    def _build(self, end: int, flags: int, payload: Payload, clock_us: int) -> bytes:
        other = 1 - end
        way = self._ways[end]
        timestamp = clock_us // 1000 + self._timestamp_offsets[end] & 0xFFFFFFFF
        segment = Segment(
            self._sequences[end],
            self._sequences[other],
            flags,
            self._window,
            timestamp,
            self._timestamps[other],
        )
        self._timestamps[end] = timestamp
        self._unacknowledged[other] = False
        return way.build_frame(build_tcp(way.ip, self._ports[end], segment, payload))


class Connections:
    """Many connections: full segments one way, shorter ones the other, acknowledgements between."""

    _SHORT_SHARE = 0.25
    _SHORT_BYTES = (16, 48, 64, 90, 131, 200, 256, 333, 512, 640, 777, 1000)

    def __init__(self, connections: Iterable[Connection], random: Random) -> None:
        self._connections = tuple(connections)
        self._random: Callable[[], float] = random.random
        self._shorts = tuple(Payload.of(_repeat_text(size)) for size in self._SHORT_BYTES)
        self.full_share = 0.0

    def build_frame(self, clock_us: int) -> bytes:
        """Return the next segment of a random connection."""
        connection = self._connections[int(self._random() * len(self._connections))]
        choice = self._random()
        if choice < self.full_share:
            return connection.send(0, connection.full, clock_us)
        if choice < self.full_share + self._SHORT_SHARE:
            short = self._shorts[int(self._random() * len(self._shorts))]
            return connection.send(1, short, clock_us)
        return connection.acknowledge(clock_us)

    def mean_frame_bytes(self, full_share: float) -> float:
        """Return the mean length to expect: bare headers, short data and full segments."""
        short = self._SHORT_SHARE * sum(self._SHORT_BYTES) / len(self._SHORT_BYTES)
        first = self._connections[0]
        return first.bare_frame_bytes + short + full_share * len(first.full.data)


class Ping(NamedTuple):
    """One ``ping``: its identifier and the ways of its requests and replies."""

    ways: tuple[Way, Way]
    identifier: int


class Pings:
    """Many pings in turn, a few of them in flight, every request answered in order."""

    _PAYLOAD_BYTES = 64
    _IN_FLIGHT = 8

    def __init__(self, pings: Iterable[Ping]) -> None:
        self._pings = tuple(pings)
        self._sent = 0
        self._in_flight: deque[tuple[Ping, int, Payload]] = deque()
        self._pattern = bytes(range(16, self._PAYLOAD_BYTES))

    def build_frame(self, clock_us: int) -> bytes:
        """Return the next request, or the oldest reply when enough requests are in flight."""
        if len(self._in_flight) == self._IN_FLIGHT:
            ping, sequence, payload = self._in_flight.popleft()
            echo = build_echo(ECHO_REPLY, ping.identifier, sequence, payload)
            return ping.ways[1].build_frame(echo)
        turn, index = divmod(self._sent, len(self._pings))
        ping, sequence, payload = self._pings[index], turn + 1 & 0xFFFF, self._stamp(clock_us)
        self._sent += 1
        self._in_flight.append((ping, sequence, payload))
        echo = build_echo(ECHO_REQUEST, ping.identifier, sequence, payload)
        return ping.ways[0].build_frame(echo)

    def mean_frame_bytes(self, full_share: float) -> float:
        """Return the length that every frame has."""
        return self._pings[0].ways[0].carrier_bytes + IPV4_BYTES + ICMP_BYTES + self._PAYLOAD_BYTES

    def _stamp(self, clock_us: int) -> Payload:
        """Return the payload of ping(8): the time of sending as a timeval, then a pattern."""
        seconds, microseconds = divmod(clock_us - 20, 1_000_000)
        return Payload.of(struct.pack("<qq", seconds, microseconds) + self._pattern)


class Datagrams:
    """Metrics by UDP, one line of text each, between two ends in turn."""

    _LINES = (b"requests.total:1|c", b"latency.p99:12.75|ms|#pod:web-5d8f", _TEXT, _TEXT * 4)

    def __init__(self, ways: Iterable[tuple[Way, Way]], ports: tuple[int, int]) -> None:
        self._ways = tuple(ways)
        self._ports = (ports, (ports[1], ports[0]))
        self._payloads = tuple(Payload.of(line) for line in self._LINES)
        self._sent = 0

    def build_frame(self, clock_us: int) -> bytes:
        """Return the next datagram, there and back by turns."""
        turn, end = divmod(self._sent, 2)
        self._sent += 1
        way = self._ways[turn % len(self._ways)][end]
        payload = self._payloads[self._sent % len(self._payloads)]
        return way.build_frame(build_udp(way.ip, self._ports[end], payload))

    def mean_frame_bytes(self, full_share: float) -> float:
        """Return the mean length of all frames."""
        line = sum(map(len, self._LINES)) / len(self._LINES)
        return self._ways[0][0].carrier_bytes + IPV4_BYTES + UDP_BYTES + line


def _repeat_text(size: int) -> bytes:
    return (_TEXT * (size // len(_TEXT) + 1))[:size]
