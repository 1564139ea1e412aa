"""What the reading process tells: messages with their length before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from netdiag.model.facts.facts import Facts
from netdiag.model.inspection import Inspection
from netdiag.model.report import Report

LENGTH_BYTES = 8


class FactsRead(msgspec.Struct, frozen=True, tag=True):
    """All documents were read."""

    facts: Facts
    inspection: Inspection | None


class BytesRead(msgspec.Struct, frozen=True, tag=True):
    """So much of the captures was read."""

    done: int
    total: int


class ReportMade(msgspec.Struct, frozen=True, tag=True):
    """All captures were read."""

    report: Report


class ProblemsMet(msgspec.Struct, frozen=True, tag=True):
    """What could not be read, a sentence each."""

    problems: tuple[str, ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Nothing can be read at all, or there is a fault in netdiag; the last that is told."""

    reason: str


class Ended(msgspec.Struct, frozen=True, tag=True):
    """All was told."""


Frame = FactsRead | BytesRead | ReportMade | ProblemsMet | Failed | Ended


def encode(frame: Frame) -> bytes:
    """Return a frame's bytes, their number first."""
    data = msgspec.msgpack.encode(frame)
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def decode_all(read: Callable[[int], bytes]) -> Iterator[Frame]:
    """Yield frames until the stream ends; ``read`` returns fewer bytes only at the end."""
    decoder: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)
    while len(length := read(LENGTH_BYTES)) == LENGTH_BYTES:
        data = read(int.from_bytes(length, "big"))
        try:
            yield decoder.decode(data)
        except msgspec.DecodeError:
            return
