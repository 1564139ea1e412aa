"""The packet under the cursor, taken apart: its headers, and its bytes with a field brought out."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from netdiag.model.packet_record import PacketRecord
from netdiag.tui.packets.book import PacketBook
from netdiag.tui.widgets.header_outline import HeaderOutline
from netdiag.tui.widgets.hex_view import HexView
from netdiag.tui.widgets.line_table import LineTable

GONE = "its bytes cannot be read again"


class PacketDetails(Container):
    """Asks the source for the headers of one packet after another; only the last answer counts."""

    def __init__(self, book: PacketBook) -> None:
        super().__init__(id="details")
        self.headers = HeaderOutline()
        self.bytes = HexView()
        self._book = book
        self._asked = 0
        self._key = -1
        """Of the packet that is shown."""
        self._by_wireshark = False

    def compose(self) -> ComposeResult:
        """Return headers and bytes."""
        yield self.headers
        yield self.bytes

    def forget(self) -> None:
        """Show the next packet anew, even if it is the same."""
        self._key = -1

    def show_packet(self, record: PacketRecord | None) -> None:
        """Show the bytes of a packet, and ask for its headers; None = there is none."""
        source = self._book.source
        if record is None or source is None:
            self._key = -1
            self.headers.show_words("")
            self.bytes.show_bytes(b"")
        elif record.key != self._key:
            self._key = record.key
            data = source.packet_bytes(record)
            self.bytes.show_bytes(data or b"", GONE if data is None else "")
            self._ask(record, by_wireshark=False)

    def toggle_wireshark(self, record: PacketRecord) -> None:
        """Ask Wireshark about a packet, or for netdiag's own tree again."""
        self._ask(record, by_wireshark=not self._by_wireshark)
        if self._by_wireshark:
            self.headers.show_words("tshark is asked…")

    def _ask(self, record: PacketRecord, *, by_wireshark: bool) -> None:
        self._by_wireshark = by_wireshark
        self._asked += 1
        if self._book.source is not None:
            self._book.source.dissect(self._asked, record, by_wireshark)

    def show_answer(self) -> None:
        """Show the headers, if they have come."""
        told = self._book.take_answer(self._asked)
        if told is not None:
            self.headers.show_tree(told.tree, by_wireshark=self._by_wireshark)
            self._choose_bytes()

    @on(LineTable.Moved, "#headers")
    def _choose_bytes(self) -> None:
        field = self.headers.field
        if field is not None:
            self.bytes.choose(field.start, field.size)

    @on(HexView.ByteChosen)
    def _choose_field(self, message: HexView.ByteChosen) -> None:
        self.headers.select_byte(message.at)
