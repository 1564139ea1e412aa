"""What a session's processes tell, and what they are told: messages, their length before them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import msgspec

from netdiag.cli.sessions.cluster_frames import (
    ClusterTold,
    EndsLacking,
    EndsListed,
    FindPlaces,
    ListAgain,
    LookAtNode,
    NodeLookedAt,
    NodesListed,
    NoteTold,
    PlacesFound,
    PlacesLacking,
    ProbesLeft,
)
from netdiag.cli.sessions.framing import read_one, read_stdin, with_length
from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import LinkCounters
from netdiag.model.inspection import Inspection
from netdiag.model.report import Report
from netdiag.model.watch import Change, WatchSummary


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


class StepTaken(msgspec.Struct, frozen=True, tag=True):
    """What is being done, a sentence."""

    words: str


class NodeFailed(msgspec.Struct, frozen=True, tag=True):
    """Nothing more is heard of a node; the rest goes on."""

    node: str
    reason: str


class LinksCounted(msgspec.Struct, frozen=True, tag=True):
    """What interfaces of a node counted up to a time of the monotonic clock."""

    time_ns: int
    links: tuple[tuple[CapturePoint, LinkCounters], ...]


class PingsWatched(msgspec.Struct, frozen=True, tag=True):
    """Pings that go on: the latest of them, and all of them in numbers."""

    report: Report
    summary: WatchSummary
    changes: tuple[Change, ...]


class CapturesBegun(msgspec.Struct, frozen=True, tag=True):
    """Captures are being written: descriptors of the process that tells, labels, places."""

    captures: tuple[tuple[int, str, CapturePoint], ...]


class WishEnded(msgspec.Struct, frozen=True, tag=True):
    """How it ended what was wished."""

    words: str
    is_good: bool


Frame = (
    FactsRead
    | BytesRead
    | ReportMade
    | ProblemsMet
    | Failed
    | Ended
    | StepTaken
    | NodeFailed
    | LinksCounted
    | PingsWatched
    | WishEnded
    | CapturesBegun
    | ClusterTold
    | NodesListed
    | EndsListed
    | EndsLacking
    | NodeLookedAt
    | PlacesFound
    | PlacesLacking
    | NoteTold
    | ProbesLeft
)


class CountLinks(msgspec.Struct, frozen=True, tag=True):
    """Tell what interfaces count, or no longer."""

    is_wanted: bool


class AskAgain(msgspec.Struct, frozen=True, tag=True):
    """Ask the nodes once more."""


class SaveBundle(msgspec.Struct, frozen=True, tag=True):
    """Keep captures and documents."""

    path: str


class WriteCapture(msgspec.Struct, frozen=True, tag=True):
    """Write all packets into one file."""

    path: str


Wish = CountLinks | AskAgain | SaveBundle | WriteCapture | LookAtNode | FindPlaces | ListAgain


def encode(message: Frame | Wish) -> bytes:
    """Return a message's bytes, their number first."""
    return with_length(msgspec.msgpack.encode(message))


def tell(frame: Frame) -> None:
    """Write a frame to standard output."""
    sys.stdout.buffer.write(encode(frame))
    sys.stdout.buffer.flush()


def decode_all(read: Callable[[int], bytes]) -> Iterator[Frame]:
    """Yield frames until the stream ends; ``read`` returns fewer bytes only at the end."""
    decoder: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)
    while (data := read_one(read)) is not None:
        try:
            yield decoder.decode(data)
        except msgspec.DecodeError:
            return


def read_wish() -> Wish:
    """Return the next wish on standard input. Raises EOFError: there will be no more."""
    data = read_one(read_stdin)
    if data is None:
        raise EOFError
    wish: Wish = msgspec.msgpack.decode(data, type=Wish)
    return wish
