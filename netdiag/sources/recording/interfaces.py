"""The interfaces of a merged file: numbered, named by node and pod, and counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from netdiag.decode.pcapng_options import read_interface, read_options
from netdiag.decode.reader import MAX_INTERFACES
from netdiag.sources.recording.blocks import (
    BYTE_ORDER,
    COMMENT,
    IF_NAME,
    ISB_ENDTIME,
    ISB_OSDROP,
    ISB_STARTTIME,
    ISB_USRDELIV,
    Option,
    pack_count,
    pack_interface,
    pack_statistics,
    pack_time,
)

_NANOSECONDS = 9
_TOGETHER = "of all interfaces of this namespace together"


class UnsoundError(Exception):
    """A probe sends what no probe sends; the text says what, in a few words."""


@dataclass
class MergedInterface:
    """An interface of the merged file."""

    number: int
    place: str
    """``node-1``, ``node-1/pod-a``."""
    interface: str
    """As its kernel calls it (foreign text)."""
    link_type: int
    block: bytes
    """Its description in the file."""

    @property
    def name(self) -> str:
        """Return what the file calls it: ``node-1/pod-a/eth0``."""
        return f"{self.place}/{self.interface}"


@dataclass
class MergedInterfaces:
    """All of them, and what is counted."""

    started_ns: int = field(default_factory=time.time_ns)
    described: list[MergedInterface] = field(default_factory=list)
    captured: Counter[int] = field(default_factory=Counter)
    """Packets that came, by number."""
    dropped: dict[str, int] = field(default_factory=dict)
    """Packets that the kernel dropped, by place, as far as it has told."""

    def describe(self, place: str, body: bytearray) -> MergedInterface:
        """Add an interface that a probe describes; ``body`` is its block's.

        Raises UnsoundError.
        """
        if len(self.described) == MAX_INTERFACES:
            raise UnsoundError(f"more than {MAX_INTERFACES} interfaces")
        if len(body) < 8:
            raise UnsoundError("an interface description is too short")
        told = read_interface(body, BYTE_ORDER)
        if told.resolution != _NANOSECONDS or told.time_offset:
            raise UnsoundError("its clock does not count nanoseconds")
        number = len(self.described)
        name = told.name.replace("/", "_")
        found = MergedInterface(number, place, name, told.link_type, b"")
        options: list[Option] = [(IF_NAME, found.name.encode("utf-8", "replace"))]
        options += [each for each in _options(body) if each[0] != IF_NAME]
        found.block = pack_interface(told.link_type, told.snaplen, options)
        self.described.append(found)
        return found

    def statistics(
        self, written: Counter[int], dropped_before: dict[str, int], started_ns: int
    ) -> list[bytes]:
        """Return the statistics at the end of a file that holds ``written`` packets.

        What was dropped before it is left out. A kernel counts that for all interfaces of a place
        in one: they stand with the first, and with the others only if there are none.
        """
        now_ns = time.time_ns()
        blocks = []
        first: set[str] = set()
        for each in self.described:
            options = [(ISB_STARTTIME, pack_time(started_ns)), (ISB_ENDTIME, pack_time(now_ns))]
            dropped = self._dropped_since(each.place, dropped_before)
            if dropped == 0 or (dropped and each.place not in first):
                options.append((ISB_OSDROP, pack_count(dropped)))
                if dropped:
                    options.insert(0, (COMMENT, _TOGETHER.encode()))
            options.append((ISB_USRDELIV, pack_count(written[each.number])))
            first.add(each.place)
            blocks.append(pack_statistics(each.number, now_ns, options))
        return blocks

    def _dropped_since(self, place: str, before: dict[str, int]) -> int | None:
        known = self.dropped.get(place)
        return None if known is None else max(0, known - before.get(place, 0))


def _options(body: bytearray) -> Sequence[Option]:
    return list(read_options(body, 8, BYTE_ORDER))
