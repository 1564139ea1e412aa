"""Packets, as a session hands them over: records in batches, words for one of them at a time.

A *list* is all packets (number 0) or those that match a filter (any other number; the later one
replaces the earlier). Records are delivered as ``PacketBatch``; all other methods answer at once,
from memory or by one read at a known place, or deliver their answer later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from netdiag.model.header_tree import HeaderTree
from netdiag.model.packet_record import PacketRecord

ALL_PACKETS = 0
"""The number of the list without a filter."""


class PacketLine(NamedTuple):
    """What a row says of a packet. All words are hostile."""

    time: str
    node: str
    interface: str
    """Of a pod with its name before it."""
    direction: str
    """``in``, ``out`` or empty."""
    tunnels: str
    """Outermost first, with addresses and VNI; empty = none."""
    kinds: tuple[str, ...]
    """The same as the bare names of encapsulations."""
    packet: str
    """The innermost packet in tcpdump's words."""
    problem: str = ""
    """What is wrong with it, in a sentence."""


@dataclass(frozen=True)
class PacketBatch:
    """Packets that are new in a list, in the order in which they are shown."""

    number: int
    """The list's."""
    records: bytes = b""
    """``model.packet_record``, one after another."""
    read: int = 0
    """How many packets were read for it so far, those that did not match included."""
    is_complete: bool = False
    """True: nothing more comes."""
    problem: str = ""


@dataclass(frozen=True)
class Dissection:
    """The answer to ``dissect``."""

    number: int
    tree: HeaderTree


@dataclass(frozen=True)
class PacketsOffered:
    """There are packets to list; a later source replaces an earlier one."""

    source: PacketSource


class PacketSource(Protocol):
    """Where the packets come from."""

    @property
    def is_live(self) -> bool:
        """Whether packets still come by themselves."""

    def list_packets(self, number: int, expression: str, near: int = 0) -> None:
        """Begin a list, of all that match an expression; empty = of all.

        ``near`` is the key of a packet: only of some before it and after it; 0 = of all.
        """

    def line(self, record: PacketRecord) -> PacketLine:
        """Return what a row says."""

    def packet_bytes(self, record: PacketRecord) -> bytes | None:
        """Return the packet's captured bytes, None if they cannot be read again."""

    def file_number(self, label: str) -> int | None:
        """Return the number of a capture file by its label; None = not known, or not yet."""

    def file_label(self, number: int) -> str:
        """Return the label of a capture file."""

    def dissect(self, number: int, record: PacketRecord, by_wireshark: bool) -> None:
        """Begin to take a packet apart; a later one may replace it before it is answered."""

    def write(self, path: str, records: list[bytes]) -> None:
        """Begin to write packets as pcapng; how it ended is delivered as an ``Outcome``."""
