"""One namespace's packets: from the ring, as blocks, into the capture file."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from netdiag_probe.filters.pings import ETHERNET_TYPES
from netdiag_probe.recording.copying import Copier, Place
from netdiag_probe.recording.interfaces import Interface, Interfaces
from netdiag_probe.recording.pcapng import CaptureFile
from netdiag_probe.recording.ring import Ring

ETHERNET, RAW_IP = 1, 101
"""Link types of the file: with an Ethernet header, or from the IP header on."""


class Choice(NamedTuple):
    """Which interfaces are recorded, and how."""

    globs: Sequence[str] = ()
    """Patterns of names; empty: all."""
    is_promiscuous: bool = False
    """Hear what is for others, too."""

    def takes(self, interface: Interface) -> bool:
        """Tell whether packets of an interface are recorded."""
        return not self.globs or any(fnmatchcase(interface.name, glob) for glob in self.globs)


class Recording:
    """Records a namespace: reads its ring when told to."""

    _file: CaptureFile

    def __init__(self, label: str, ring: Ring, interfaces: Interfaces, choice: Choice) -> None:
        self.label = label
        self.ring = ring
        self.interfaces = interfaces
        self._choice = choice
        self._copier = Copier(ring.memory, self._find_place)
        self._places: dict[int, Place | None] = {}
        """By ifindex; None: the interface is not wanted."""
        self._dropped = 0
        self._heard: set[int] = set()
        """Interfaces in promiscuous mode, by ifindex."""

    def begin(self, file: CaptureFile) -> None:
        """Describe the interfaces that there are, so that the file tells that they were heard."""
        self._file = file
        self._hear_everything()
        for interface in self.interfaces.list_known():
            self._add(interface)

    def take_news(self) -> None:
        """Hear of new interfaces; they are described when they have a packet."""
        self.interfaces.update()
        self._hear_everything()

    def read(self, most: int | None = None) -> int:
        """Write the packets that are ready, at most so many; return how many those were."""
        written = 0
        for here, count in self.ring.blocks():
            blocks, copied = self._copier.copy(
                here, count, None if most is None else most - written
            )
            self._file.write_packets(blocks)
            written += copied
            if written == most:
                break
        return written

    def tell_dropped(self) -> None:
        """Write how many packets were dropped so far, if that are more than when last told."""
        more = self.ring.count_dropped()
        if more:
            self._dropped += more
            self._write_dropped()

    def finish(self) -> None:
        """Write how many packets were dropped."""
        self._dropped += self.ring.count_dropped()
        self._write_dropped()

    def _write_dropped(self) -> None:
        """Write that with one interface: the kernel counts those of all in one."""
        dropped = self._dropped
        comment = "of all interfaces of this namespace together" if dropped else ""
        for number in sorted(place.number for place in self._places.values() if place):
            self._file.write_statistics(number, dropped, comment)
            if dropped:
                break

    def close(self) -> None:
        """Give the ring back."""
        self.ring.close()
        self.interfaces.close()

    def _find_place(self, index: int, hardware_type: int) -> Place | None:
        """Return where packets of an interface go; at first sight it is described in the file."""
        if index not in self._places:
            self._add(self.interfaces.find(index, hardware_type))
        return self._places[index]

    def _add(self, interface: Interface) -> None:
        """Describe an interface in the file, if it is wanted."""
        if not self._choice.takes(interface):
            self._places[interface.number] = None
            return
        is_bare = interface.hardware_type not in ETHERNET_TYPES
        link_type = RAW_IP if is_bare else ETHERNET
        number = self._file.describe_interface(
            interface.name, self.label, link_type, interface.address
        )
        self._places[interface.number] = Place(number, is_bare)

    def _hear_everything(self) -> None:
        """Put those interfaces into promiscuous mode that are not yet, if that is wanted."""
        if not self._choice.is_promiscuous:
            return
        for interface in self.interfaces.list_known():
            if interface.number not in self._heard and self._choice.takes(interface):
                self._heard.add(interface.number)
                with contextlib.suppress(OSError):  # it may be gone by now
                    self.ring.hear_everything(interface.number)
