"""Packets of captures as records for a list: what they are, and where their bytes can be read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from netdiag.decode.fields import inner_packet
from netdiag.decode.inner_filter import Predicate, parse_filter
from netdiag.model.capture_point import CapturePoint
from netdiag.model.layers import ENCAPSULATION_BITS
from netdiag.model.packet_record import (
    FRAME_BITS,
    HAS_PROBLEM,
    HAS_TIME,
    LAYOUT,
    NO_PROTOCOL,
    NOT_KEPT,
)
from netdiag.sources.capture_file import OpenCapture
from netdiag.sources.merge import merge_packets

MOST_KEPT_BYTES = 2 << 30
"""Of packets whose own file cannot be read at any place, as it is compressed."""
MOST_PLACES = 1 << 20
BATCH_SECONDS = 0.12
FIRST_BATCH = 512
"""So many packets are told at once, to fill a screen."""
LOOKS = 128
"""Packets between two looks at the clock."""
STACK_MASK = (1 << 8 * ENCAPSULATION_BITS) - 1
MAX_TIME_NS = (1 << 63) - 1


class KeptBytes:
    """A temporary file that bytes of packets are appended to, up to a bound."""

    def __init__(self, descriptor: int, number: int) -> None:
        self.number = number
        self._descriptor = descriptor
        self._size = 0

    def keep(self, data: memoryview) -> int:
        """Append bytes and return where they are; ``NOT_KEPT`` if there is no room."""
        if self._size + len(data) > MOST_KEPT_BYTES:
            return NOT_KEPT
        at = self._size
        try:
            if os.pwrite(self._descriptor, data, at) != len(data):
                return NOT_KEPT
        except OSError:
            return NOT_KEPT
        self._size += len(data)
        return at


class Records(Protocol):
    """Makes records of packets, or hands on those that another has made."""

    @property
    def is_over(self) -> bool:
        """Whether no more packets are needed."""

    def record(self, capture: OpenCapture, number: int, is_plain: bool) -> bytes | None:
        """Return what is to be told with this packet: whole records, None = nothing."""


class Recorder:
    """Makes records of the packets that captures stand at; numbers places as it meets them."""

    def __init__(self, kept: KeptBytes | None, expression: str, first_place: int = 0) -> None:
        """Take packets that match, number places from one on; raises ``FilterSyntaxError``."""
        self._kept = kept
        self._first_place = first_place
        self._matches: Predicate | None = parse_filter(expression) if expression else None
        self._places: dict[CapturePoint, int] = {}
        self.new_places: list[CapturePoint] = []
        """Those that were met since they were last told."""
        self.is_over = False

    def record(self, capture: OpenCapture, number: int, is_plain: bool) -> bytes | None:
        """Decode the packet of a capture with this number; None if it does not match."""
        reader = capture.reader
        decoder = reader.decoder
        start, end, length = reader.start, reader.end, reader.length
        decoder.decode(start, end, length, reader.link_type)
        if self._matches is not None and not self._matches(inner_packet(decoder)):
            return None
        place = self._places.get(capture.point())
        if place is None:
            place = self._place(capture)
        flags = reader.direction or decoder.direction
        if reader.has_time:
            flags |= HAS_TIME
        if decoder.problem:
            flags |= HAS_PROBLEM
        store = 0
        if is_plain:
            offset = reader.origin + start
        elif self._kept is not None:
            store = self._kept.number
            offset = self._kept.keep(memoryview(reader.buffer)[start:end])
        else:
            offset = NOT_KEPT
        protocol = decoder.protocol
        return LAYOUT.pack(
            number << FRAME_BITS | reader.frame,
            offset,
            min(max(reader.time_ns(), -MAX_TIME_NS), MAX_TIME_NS),
            min(length, 0xFFFFFFFF),
            end - start,
            place,
            decoder.encapsulations & STACK_MASK,
            reader.link_type,
            store,
            decoder.network,
            protocol if 0 <= protocol < NO_PROTOCOL else NO_PROTOCOL,
            flags,
        )

    def _place(self, capture: OpenCapture) -> int:
        point = capture.point()
        ifindex = capture.ifindex()
        shown = point
        if point.interface is None and ifindex:
            shown = point._replace(interface=f"#{ifindex}")
        number = self._places.get(shown)
        if number is None:
            if len(self._places) == MOST_PLACES:
                return self._first_place
            number = self._first_place + len(self._places)
            self._places[shown] = number
            self.new_places.append(shown)
        return number


def list_packets(
    captures: Sequence[OpenCapture],
    is_plain: Sequence[bool],
    recorder: Records,
    tell: Callable[[bytes, int], None],
    file_numbers: Sequence[int] | None = None,
) -> None:
    """Read all packets in order of time; tell records, and how many packets were read so far.

    The first are told as soon as there is a screenful, the others several times a second. Files
    are numbered in the order of captures, unless their numbers are given.
    """
    wanted = range(len(captures)) if file_numbers is None else file_numbers
    numbers = {id(capture): number for capture, number in zip(captures, wanted, strict=True)}
    plain = dict(zip(wanted, is_plain, strict=True))
    record = recorder.record
    waiting = bytearray()
    read = 0
    due = first = time.monotonic()
    told = False
    for capture in merge_packets(captures):
        number = numbers[id(capture)]
        found = record(capture, number, plain[number])
        if found is not None:
            waiting += found
        read += 1
        if read % LOOKS:
            continue
        if recorder.is_over:
            break
        now = time.monotonic()
        is_screenful = len(waiting) >= FIRST_BATCH * LAYOUT.size
        if now >= due and (told or is_screenful or now >= first + BATCH_SECONDS):
            tell(bytes(waiting), read)
            waiting.clear()
            due = now + BATCH_SECONDS
            told = True
    tell(bytes(waiting), read)
