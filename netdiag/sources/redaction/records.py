"""A capture file with each packet rewritten: pcapng as the probe writes it, or pcap.

Read block by block. What else a file may say (comments, descriptions, names, addresses of its
interfaces, blocks of other kinds) is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Final, Literal

from netdiag.sources.redaction.mapping import Mapping
from netdiag.sources.redaction.packets import PacketRewriter
from netdiag.sources.redaction.texts import TextRewriter

ByteOrder = Literal["big", "little"]

SECTION_HEADER, INTERFACE_DESCRIPTION, INTERFACE_STATISTICS, ENHANCED_PACKET = 0x0A0D0D0A, 1, 5, 6
_BYTE_ORDER_MAGIC: Final = b"\x1a\x2b\x3c\x4d"
_PCAP_MAGICS: Final[dict[bytes, ByteOrder]] = {
    b"\xa1\xb2\xc3\xd4": "big", b"\xa1\xb2\x3c\x4d": "big",
    b"\xd4\xc3\xb2\xa1": "little", b"\x4d\x3c\xb2\xa1": "little",
}  # fmt: skip
_MAX_BYTES: Final = 16 << 20
"""Of a block or record; a larger one ends the file."""

_END_OF_OPTIONS: Final = 0
_APPLICATION, _NAME, _MAC, _SPEED, _RESOLUTION, _FILTER, _OFFSET, _FLAGS = 4, 2, 6, 8, 9, 11, 14, 2
_FIXED_BYTES: Final = {
    SECTION_HEADER: 16, INTERFACE_DESCRIPTION: 8, INTERFACE_STATISTICS: 12, ENHANCED_PACKET: 20,
}  # fmt: skip
_KEPT_OPTIONS: Final = {
    SECTION_HEADER: {_APPLICATION},
    INTERFACE_DESCRIPTION: {_NAME, _MAC, _SPEED, _RESOLUTION, _FILTER, _OFFSET},
    INTERFACE_STATISTICS: {2, 3, 4, 5, 6, 7, 8},
    ENHANCED_PACKET: {_FLAGS},
}


class RecordRewriter:
    """Rewrites capture files by a mapping and names."""

    def __init__(self, mapping: Mapping, texts: TextRewriter) -> None:
        self._mapping = mapping
        self._texts = texts
        self._packets = PacketRewriter(mapping)

    def rewrite(self, source: IO[bytes], target: IO[bytes]) -> None:
        """Copy a file; what follows the first broken block is left out."""
        magic = source.read(4)
        order = _PCAP_MAGICS.get(magic)
        if order is not None:
            self._pcap(magic, order, source, target)
        elif int.from_bytes(magic, "big") == SECTION_HEADER:
            _Sections(self._mapping, self._texts, self._packets).copy(magic, source, target)

    def _pcap(self, magic: bytes, order: ByteOrder, source: IO[bytes], target: IO[bytes]) -> None:
        header = magic + source.read(20)
        target.write(header)
        link_type = int.from_bytes(header[20:24], order) & 0xFFFF
        while len(head := source.read(16)) == 16:
            size = int.from_bytes(head[8:12], order)
            data = source.read(size) if size <= _MAX_BYTES else b""
            if len(data) < size:
                return
            target.write(head + self._packets.packet(link_type, data))


class _Sections:
    """A pcapng file that is being copied."""

    def __init__(self, mapping: Mapping, texts: TextRewriter, packets: PacketRewriter) -> None:
        self._mapping, self._texts, self._packets = mapping, texts, packets
        self._order: ByteOrder = "little"
        self._link_types: list[int] = []

    def copy(self, magic: bytes, source: IO[bytes], target: IO[bytes]) -> None:
        """Copy blocks, the first of which begins with ``magic``."""
        head = magic + source.read(4)
        while len(head) == 8:
            body = self._body(head, source)
            if body is None:
                return
            target.write(self._block(self._number(head[:4]), body))
            head = source.read(8)

    def _body(self, head: bytes, source: IO[bytes]) -> bytes | None:
        """Return what is between a block's two lengths; None if it is not sound."""
        begin = b""
        if int.from_bytes(head[:4], "big") == SECTION_HEADER:
            begin = source.read(4)
            self._order = "big" if begin == _BYTE_ORDER_MAGIC else "little"
            self._link_types = []
        size = self._number(head[4:8]) - 12 - len(begin)
        if not 0 <= size <= _MAX_BYTES or size % 4:
            return None
        body = source.read(size)
        return begin + body if len(body) == size and len(source.read(4)) == 4 else None

    def _block(self, kind: int, body: bytes) -> bytes:
        """Return a block anew; nothing for one that is left out."""
        fixed = _FIXED_BYTES.get(kind)
        if fixed is None or len(body) < fixed:
            return b""
        head, rest = body[:fixed], body[fixed:]
        if kind == INTERFACE_DESCRIPTION:
            self._link_types.append(int.from_bytes(body[:2], self._order))
        elif kind == SECTION_HEADER:
            head = head[:8] + b"\xff" * 8  # the section's length changes
        elif kind == ENHANCED_PACKET:
            size = self._number(body[12:16])
            if size > len(rest):
                return b""
            head += self._padded(self._packets.packet(self._link_type(body), rest[:size]))
            rest = rest[size + 3 & ~3 :]
        return self._packed(kind, head + self._options(kind, rest))

    def _link_type(self, body: bytes) -> int:
        number = self._number(body[:4])
        return self._link_types[number] if number < len(self._link_types) else -1

    def _options(self, kind: int, data: bytes) -> bytes:
        kept = b""
        for code, value in self._listed(data):
            if code not in _KEPT_OPTIONS[kind]:
                continue
            if kind == INTERFACE_DESCRIPTION and code == _NAME:
                value = self._texts.document(value)
            elif kind == INTERFACE_DESCRIPTION and code == _FILTER:
                value = value[:1] + self._texts.document(value[1:])
            elif kind == INTERFACE_DESCRIPTION and code == _MAC:
                value = self._mapping.mac(value)
            kept += self._half(code) + self._half(len(value)) + self._padded(value)
        return kept + bytes(4) if kept else b""

    def _listed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 4 <= len(data):
            code, size = (int.from_bytes(data[i : i + 2], self._order) for i in (at, at + 2))
            if code == _END_OF_OPTIONS or at + 4 + size > len(data):
                return
            yield code, data[at + 4 : at + 4 + size]
            at += 4 + (size + 3 & ~3)

    def _packed(self, kind: int, body: bytes) -> bytes:
        length = (len(body) + 12).to_bytes(4, self._order)
        return kind.to_bytes(4, self._order) + length + body + length

    def _padded(self, value: bytes) -> bytes:
        return value + bytes(-len(value) % 4)

    def _number(self, data: bytes) -> int:
        return int.from_bytes(data, self._order)

    def _half(self, value: int) -> bytes:
        return struct.pack(">H" if self._order == "big" else "<H", value)
