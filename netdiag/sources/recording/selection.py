"""Which packets are kept, by what is inside their tunnels."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Final

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import inner_packet
from netdiag.model.inner_packet import InnerPacket
from netdiag.sources.recording.blocks import Entry
from netdiag.sources.recording.interfaces import MergedInterface

_LENGTHS: Final = struct.Struct("=20xII")
"""Of a packet's block: bytes captured, bytes on the wire."""
_DATA_AT: Final = 28


class Selection:
    """Keeps the packets whose innermost packet a predicate accepts."""

    def __init__(self, accepts: Callable[[InnerPacket], bool], udp_tunnels: bytes) -> None:
        """``udp_tunnels`` says which UDP ports announce tunnels (``udp_tunnel_table``)."""
        self._accepts = accepts
        self._decoder = Decoder(udp_tunnels)

    def select(
        self, entries: Sequence[Entry], interfaces: Sequence[MergedInterface]
    ) -> list[Entry]:
        """Return those of the packets that are kept."""
        decoder, accepts = self._decoder, self._accepts
        kept = []
        for entry in entries:
            _, number, block = entry
            captured, length = _LENGTHS.unpack_from(block)
            decoder.attach(block)
            link_type = interfaces[number].link_type
            decoder.decode(_DATA_AT, _DATA_AT + captured, length, link_type)
            if accepts(inner_packet(decoder)):
                kept.append(entry)
        return kept
