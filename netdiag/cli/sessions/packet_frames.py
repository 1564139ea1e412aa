"""What is asked of the processes that list, write and take apart packets, and what they tell."""

from __future__ import annotations

import msgspec

from netdiag.model.capture_point import CapturePoint
from netdiag.model.header_tree import HeaderTree


class GrowingCapture(msgspec.Struct, frozen=True):
    """A capture file that is still being written, by a descriptor that the process inherits."""

    descriptor: int
    label: str
    point: CapturePoint


class ListAsked(msgspec.Struct, frozen=True):
    """List packets, of PATHs or of captures that grow."""

    expression: str
    """Of the ``--inner`` language; empty = all."""
    paths: tuple[str, ...] = ()
    growing: tuple[GrowingCapture, ...] = ()
    are_whole: bool = False
    """The captures grow no more."""
    store: int = -1
    """Descriptor of a file for the bytes of packets that cannot be read again in their own."""
    store_number: int = 0
    first_place: int = 0
    """The number of the first place that is met; those that follow count on."""
    tunnel_ports: dict[int, str] | None = None
    """Ports of tunnels besides the usual; None = documents are to be asked."""
    near: int = 0
    """The key of a packet: only those near it; 0 = all."""


class FileTold(msgspec.Struct, frozen=True):
    """A capture file."""

    label: str
    path: str
    """Where it can be opened; empty = nowhere (an archive's member, a pipe)."""
    device: int
    inode: int


class FilesTold(msgspec.Struct, frozen=True, tag=True):
    """Which files there are, in the order of their numbers, and the ports of tunnels."""

    files: list[FileTold]
    tunnel_ports: dict[int, str]


class PacketsTold(msgspec.Struct, frozen=True, tag=True):
    """Packets, and the places that are new with them, in the order of their numbers."""

    records: bytes
    places: list[CapturePoint]
    read: int
    """How many packets were read so far, those that did not match included."""


class ListEnded(msgspec.Struct, frozen=True, tag=True):
    """All was read, or nothing more can be."""

    problem: str = ""


ListFrame = FilesTold | PacketsTold | ListEnded


class DissectionAsked(msgspec.Struct, frozen=True):
    """Take a packet apart."""

    number: int
    data: bytes
    length: int
    link_type: int
    tunnel_ports: dict[int, str]
    by_wireshark: bool = False


class DissectionTold(msgspec.Struct, frozen=True):
    """The answer."""

    number: int
    tree: HeaderTree


class StoreTold(msgspec.Struct, frozen=True):
    """Where bytes of packets are: a path, or a descriptor that the process inherits."""

    path: str
    descriptor: int


class WritingAsked(msgspec.Struct, frozen=True):
    """Write packets into a new pcapng file; their records follow, as they are."""

    path: str
    files: dict[int, StoreTold]
    """By number of the capture file."""
    stores: dict[int, StoreTold]
    """By number of the temporary file."""
    places: dict[int, CapturePoint]
    record_bytes: int
    """How many bytes of records follow."""


class KeepingAsked(msgspec.Struct, frozen=True):
    """Keep what PATHs hold, in a new place."""

    paths: tuple[str, ...]
    path: str
    as_bundle: bool
    """Captures and documents as they are; else all packets in one pcapng."""


class WritingEnded(msgspec.Struct, frozen=True):
    """How it ended."""

    words: str
    is_good: bool
