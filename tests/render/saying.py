"""Decodes one packet for the tests and returns what is said about it."""

from __future__ import annotations

import io

from netdiag.decode.decoder import Decoder
from netdiag.decode.open_reader import open_reader
from netdiag.decode.reader import CaptureReader
from netdiag.model.udp_tunnels import udp_tunnel_table
from netdiag.render.packet_text import PacketText
from tests.captures import ETHERNET

TUNNELS = udp_tunnel_table()


def decoded(packet: bytes, link_type: int, length: int) -> Decoder:
    decoder = Decoder(TUNNELS)
    decoder.attach(bytearray(packet) or bytearray(1))
    decoder.decode(0, len(packet), length or len(packet), link_type)
    return decoder


def said(packet: bytes, link_type: int = ETHERNET, length: int = 0) -> str:
    """Return what is said of the innermost packet; ``length`` on the wire, 0 = not cut."""
    decoder = decoded(packet, link_type, length)
    return PacketText().innermost(decoder, length or len(packet), link_type)


def stacked(packet: bytes, link_type: int = ETHERNET) -> str:
    """Return what is said of the tunnels around it."""
    return PacketText().stack(decoded(packet, link_type, 0))


def reader_of(content: bytes) -> CaptureReader:
    """Return a reader of a capture file's bytes."""
    return open_reader(io.BytesIO(content).readinto, 65536, TUNNELS)
