"""Picks the reader of a capture file by its first bytes."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.decode.decoder import Decoder
from netdiag.decode.pcap import PCAP_MAGICS, PcapReader
from netdiag.decode.pcapng import PCAPNG_MAGIC, PcapngReader
from netdiag.decode.reader import CaptureReader

CAPTURE_MAGICS = PCAP_MAGICS | {PCAPNG_MAGIC}
"""The first four bytes of any file that ``open_reader`` reads."""


class NotACaptureError(Exception):
    """The stream does not begin as a pcap or pcapng file does; the text says why."""


def open_reader(
    read_into: Callable[[memoryview], int], capacity: int, udp_tunnels: bytes
) -> CaptureReader:
    """Return a reader of the packets in a stream, its file header read.

    ``capacity`` is the buffer's size in bytes at first; it grows for larger packets, within
    bounds. A file header that breaks off leaves a reader without packets and with ``broken``.
    Raises ``NotACaptureError`` for a stream of another kind.
    """
    magic = _read_magic(read_into)
    replayed = _replay(magic, read_into)
    if magic in PCAP_MAGICS:
        reader = PcapReader(replayed, capacity, Decoder(udp_tunnels))
        reader.read_file_header()
        return reader
    if magic == PCAPNG_MAGIC:
        return PcapngReader(replayed, capacity, Decoder(udp_tunnels))
    raise NotACaptureError(_what_it_is(magic))


def _read_magic(read_into: Callable[[memoryview], int]) -> bytes:
    magic = bytearray(4)
    filled = 0
    while filled < 4:
        count = read_into(memoryview(magic)[filled:])
        if count == 0:
            break
        filled += count
    return bytes(magic[:filled])


def _replay(head: bytes, read_into: Callable[[memoryview], int]) -> Callable[[memoryview], int]:
    rest = head

    def read(view: memoryview) -> int:
        nonlocal rest
        if not rest:
            return read_into(view)
        count = min(len(rest), len(view))
        view[:count] = rest[:count]
        rest = rest[count:]
        return count

    return read


def _what_it_is(magic: bytes) -> str:
    if not magic:
        return "it is empty"
    if magic == b"snoo":
        return "it is a snoop file, not pcap or pcapng"
    return f"it begins with {magic.hex(' ')}, as no pcap or pcapng file does"
