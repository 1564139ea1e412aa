"""Words for one packet of a list: its bytes are read and decoded anew each time it is seen."""

from __future__ import annotations

from netdiag.cli.sessions.packet_stores import LARGEST_PACKET, PacketStores
from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import encapsulation_names
from netdiag.decode.problems import problem_text
from netdiag.model.capture_point import CapturePoint
from netdiag.model.layers import ENCAPSULATION_NAMES, LAYER_NAMES, unpack_encapsulations
from netdiag.model.packet_record import DIRECTION_MASK, HAS_TIME, NO_PROTOCOL, PacketRecord
from netdiag.model.protocols import ip_protocol_name
from netdiag.render.local_time import time_of_day
from netdiag.render.packet_text import PacketText
from netdiag.tui.packet_source import PacketLine

NO_TIME = "--:--:--.------"
DIRECTIONS = ("", "in", "out", "")
NOWHERE = CapturePoint(None, None, None)


class PacketWords:
    """Makes rows; remembers no packet."""

    def __init__(self, stores: PacketStores) -> None:
        self._stores = stores
        self.places: dict[int, CapturePoint] = {}
        """By number."""
        self._buffer = bytearray(LARGEST_PACKET)
        self._text = PacketText()
        self._decoder: Decoder | None = None

    def use_tunnels(self, udp_tunnels: bytes) -> None:
        """Decode with these ports of tunnels from now on."""
        decoder = Decoder(udp_tunnels)
        decoder.attach(self._buffer)
        self._decoder = decoder

    def line(self, record: PacketRecord) -> PacketLine:
        """Return the row of a packet."""
        place = self.places.get(record.place, NOWHERE)
        when = time_of_day(record.time_ns, 6) if record.flags & HAS_TIME else NO_TIME
        interface = place.interface or "?"
        if place.pod:
            interface = f"{place.pod}:{interface}"
        head = (when, place.node or "", interface, DIRECTIONS[record.flags & DIRECTION_MASK])
        size = self._stores.read_into(record, self._buffer)
        decoder = self._decoder
        if size < 0 or decoder is None:
            return _without_bytes(head, record)
        decoder.decode(0, size, record.length, record.link_type)
        stack = self._text.stack(decoder)
        return PacketLine(
            *head,
            "" if stack == "-" else stack,
            tuple(encapsulation_names(decoder)),
            self._text.innermost(decoder, record.length, record.link_type),
            problem_text(decoder.problem, decoder.problem_layer) or "",
        )


def _without_bytes(head: tuple[str, str, str, str], record: PacketRecord) -> PacketLine:
    """Return what the record alone tells."""
    kinds = tuple(ENCAPSULATION_NAMES[kind] for kind in unpack_encapsulations(record.stack))
    what = LAYER_NAMES[record.network] or f"link type {record.link_type}"
    if record.protocol != NO_PROTOCOL:
        what = f"{what}, {ip_protocol_name(record.protocol)}"
    words = f"{what}, length {record.length} (its bytes cannot be read again)"
    return PacketLine(*head, " | ".join(kinds), kinds, words)
