"""The packets of a session: lists by processes, rows and bytes from files, trees by another."""

from __future__ import annotations

from threading import Lock

from netdiag.cli.sessions.dissecting import Dissecting
from netdiag.cli.sessions.listing import Listing
from netdiag.cli.sessions.packet_frames import (
    DissectionAsked,
    FilesTold,
    GrowingCapture,
    ListFrame,
    PacketsTold,
)
from netdiag.cli.sessions.packet_stores import PacketStores
from netdiag.cli.sessions.packet_words import PacketWords
from netdiag.cli.sessions.packet_writing import Writing
from netdiag.model.header_tree import HeaderTree
from netdiag.model.packet_record import PacketRecord
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.tui.packet_source import ALL_PACKETS, Dissection, PacketBatch, PacketLine
from netdiag.tui.session import Deliver


class SessionPackets:
    """A ``PacketSource`` over PATHs, or over captures that are still being written."""

    def __init__(
        self,
        deliver: Deliver,
        paths: tuple[str, ...] = (),
        growing: tuple[GrowingCapture, ...] = (),
        tunnel_ports: dict[int, str] | None = None,
    ) -> None:
        """``tunnel_ports`` are ports besides the usual; None = documents are to be asked."""
        self.is_live = bool(growing)
        self._deliver = deliver
        self._paths = paths
        self._growing = growing
        self._tunnel_ports = tunnel_ports
        descriptors = {number: each.descriptor for number, each in enumerate(growing)}
        self._stores = PacketStores(descriptors)
        self._words = PacketWords(self._stores)
        self._lists: dict[int, Listing] = {}
        self._places: dict[int, int] = {}
        """How many places each list has told."""
        self._dissecting = Dissecting(self._answer)
        self._writing = Writing(deliver)
        self._lock = Lock()
        self._is_closed = False
        self._are_whole = False

    def list_packets(self, number: int, expression: str, near: int = 0) -> None:
        """Begin a list; of those with a filter, the one before ends."""
        for old in [old for old in self._lists if old != ALL_PACKETS]:
            self._lists.pop(old).close()
            self._stores.drop_temporary(old % 65_535 + 1)
        listing = Listing(number, self._hear)
        try:
            store = listing.start(
                expression,
                self._paths,
                self._growing,
                self._tunnel_ports,
                are_whole=self._are_whole,
                near=near,
            )
        except OSError as error:
            problem = f"packets cannot be listed: {error.strerror}"
            self._tell(PacketBatch(number, is_complete=True, problem=problem))
            return
        self._stores.add_temporary(listing.store, store)
        self._lists[number] = listing

    def complete(self) -> None:
        """Tell that captures grow no more."""
        self._are_whole = True
        self.is_live = False
        for listing in list(self._lists.values()):
            listing.complete()

    def line(self, record: PacketRecord) -> PacketLine:
        """Return what a row says."""
        return self._words.line(record)

    def packet_bytes(self, record: PacketRecord) -> bytes | None:
        """Return the packet's captured bytes."""
        buffer = bytearray(record.captured)
        size = self._stores.read_into(record, buffer)
        return bytes(buffer) if size >= 0 else None

    def file_number(self, label: str) -> int | None:
        """Return the number of a capture file."""
        for number, file in enumerate(self._stores.files):
            if file.label == label:
                return number
        return None

    def file_label(self, number: int) -> str:
        """Return the label of a capture file."""
        files = self._stores.files
        return files[number].label if number < len(files) else ""

    def dissect(self, number: int, record: PacketRecord, by_wireshark: bool) -> None:
        """Begin to take a packet apart."""
        data = self.packet_bytes(record)
        if data is None:
            problem = "its bytes cannot be read again"
            self._tell(Dissection(number, HeaderTree((), problem)))
            return
        asked = DissectionAsked(
            number,
            data,
            record.length,
            record.link_type,
            self._tunnel_ports or {},
            by_wireshark,
        )
        self._dissecting.ask(asked)

    def write(self, path: str, records: list[bytes]) -> None:
        """Begin to write packets."""
        self._writing.write_packets(path, records, self._stores, self._words.places)

    def close(self) -> None:
        """End every process; nothing is delivered afterwards."""
        self._is_closed = True
        self._dissecting.close()
        self._writing.close()
        for listing in self._lists.values():
            listing.close()
        self._stores.close()

    def _hear(self, number: int, frame: ListFrame) -> None:
        """Take what a list's process tells; called by a thread of the list."""
        match frame:
            case FilesTold():
                self._take_files(frame)
            case PacketsTold():
                self._take_places(number, frame)
                self._tell(PacketBatch(number, frame.records, frame.read))
            case _:
                self._tell(PacketBatch(number, is_complete=True, problem=frame.problem))

    def _take_files(self, frame: FilesTold) -> None:
        with self._lock:
            self._stores.tell_files(frame.files)
            self._tunnel_ports = frame.tunnel_ports
            self._words.use_tunnels(udp_tunnel_table((), frame.tunnel_ports))

    def _take_places(self, number: int, frame: PacketsTold) -> None:
        first = Listing(number, self._hear).first_place + self._places.get(number, 0)
        self._words.places |= dict(enumerate(frame.places, first))
        self._places[number] = self._places.get(number, 0) + len(frame.places)

    def _answer(self, number: int, tree: HeaderTree) -> None:
        self._tell(Dissection(number, tree))

    def _tell(self, delivery: PacketBatch | Dissection) -> None:
        if not self._is_closed:
            self._deliver(delivery)
