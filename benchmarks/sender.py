"""Sends frames at a steady pace: ``python -m benchmarks.sender DEVICE PER_SECOND SECONDS EVERY``.

Run in the namespace that the device is in. One frame in EVERY is a ping with the id OURS, the
others are TCP; with 0 all are TCP, data of many sizes and acknowledgements, in no order. No MAC
address on the other side is theirs. Prints how many frames and how many pings were sent, and in how
many seconds.
"""

from __future__ import annotations

import ctypes
import os
import random
import socket
import sys
import time
from itertools import repeat

from benchmarks import headers

OURS = 20036
"""ICMP id of the pings that count."""
AT_ONCE = 64
"""Frames for each system call: at 300,000 a second one call in 0.2 ms."""
PAYLOAD = headers.Payload.of(bytes(range(56)))
SOURCE, DESTINATION = 0x0A4D0001, 0x0A4D0002
MACS = (0x0A5800000001, 0x0A5800000002)
MIXED = 0
"""Instead of one in so many."""
MIXED_BATCHES = 100
MOST_PAYLOAD = 1448


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_char_p), ("size", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """``struct msghdr``."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint),
        ("vectors", ctypes.POINTER(_Vector)),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Counted(ctypes.Structure):
    """``struct mmsghdr``."""

    _fields_ = (("message", _Message), ("sent", ctypes.c_uint))


def send(device: str, per_second: int, seconds: float, every: int) -> tuple[int, int, float]:
    """Send frames; return how many, how many of them pings, and in how many seconds."""
    frames = _build_mixed() if every == MIXED else _build_alike(every)
    batches = [_build_batch(frames[at : at + AT_ONCE]) for at in range(0, len(frames), AT_ONCE)]
    libc = ctypes.CDLL(None, use_errno=True)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as raw:
        raw.bind((device, 0))
        number, sent = raw.fileno(), 0
        started = time.perf_counter()
        while sent < per_second * seconds:
            batch = batches[sent // AT_ONCE % len(batches)]
            if libc.sendmmsg(number, batch, AT_ONCE, 0) != AT_ONCE:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            sent += AT_ONCE
            while time.perf_counter() - started < sent / per_second:
                pass
        return sent, -(-sent // every) if every else 0, time.perf_counter() - started


def _build_alike(every: int) -> list[bytes]:
    return [_build_ping() if at % every == 0 else _build_tcp() for at in range(AT_ONCE * every)]


def _build_mixed() -> list[bytes]:
    """Build frames of which four in ten are acknowledgements, as many full, others between."""
    chosen = random.Random(1)
    between = (chosen.randrange(1, MOST_PAYLOAD) for _ in repeat(None))
    sizes = (
        chosen.choices((0, MOST_PAYLOAD, next(between)), (4, 4, 2))[0]
        for _ in range(AT_ONCE * MIXED_BATCHES)
    )
    return [_build_tcp(headers.Payload.of(bytes(size))) for size in sizes]


def _build_batch(frames: list[bytes]) -> ctypes.Array[_Counted]:
    vectors = (_Vector * len(frames))(*(_Vector(frame, len(frame)) for frame in frames))
    return (_Counted * len(frames))(
        *(_Counted(_Message(vectors=ctypes.pointer(each), vector_count=1)) for each in vectors)
    )


def _build_ping() -> bytes:
    return _build_frame(headers.ICMP, headers.build_echo(headers.ECHO_REQUEST, OURS, 1, PAYLOAD))


def _build_tcp(payload: headers.Payload = PAYLOAD) -> bytes:
    segment = headers.Segment(1, 1, headers.ACK, 512, 1, 1)
    ip = _build_ip(headers.TCP)
    return _build_frame(headers.TCP, headers.build_tcp(ip, (40000, 80), segment, payload))


def _build_ip(protocol: int) -> headers.Ipv4:
    return headers.Ipv4(SOURCE, DESTINATION, protocol, 64, headers.DONT_FRAGMENT, repeat(1))


def _build_frame(protocol: int, payload: bytes) -> bytes:
    header = _build_ip(protocol).build_header(len(payload))
    return headers.build_ethernet(*MACS) + header + payload


if __name__ == "__main__":
    print(*send(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
