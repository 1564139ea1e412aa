"""Wireshark's dissection of one packet, by pyshark, which runs tshark.

It blocks, and needs a process of its own: pyshark keeps an event loop, and what it leaves behind
ends with that process.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import struct
import warnings
from typing import Any

from netdiag.model.header_tree import HeaderField, HeaderTree
from netdiag.model.layers import ENCAPSULATION_NAMES, OVER_UDP
from netdiag.model.udp_tunnels import WELL_KNOWN_UDP_TUNNELS

SECONDS = 8.0
MOST_FIELDS = 4_000
ABSENT = "tshark is not installed: without it there is only netdiag's own tree (apt install tshark)"
_NAMES = {"udp": "ip", "wireguard": "wg", "esp": "udpencap", "vxlan-gpe": "vxlan"}
"""Wireshark's names of protocols where they differ from those of tunnels."""


def find_tshark() -> str | None:
    """Return where tshark is, None if it is not installed."""
    return shutil.which("tshark")


def dissect(data: bytes, length: int, link_type: int, udp_tunnels: bytes) -> HeaderTree:
    """Return what Wireshark makes of a packet that had ``length`` bytes on the wire."""
    if find_tshark() is None:
        return HeaderTree((), ABSENT)
    descriptor = os.memfd_create("netdiag-packet")
    try:
        os.write(descriptor, _capture_of(data, length, link_type))
        path = f"/proc/{os.getpid()}/fd/{descriptor}"
        return _read(path, _decode_as(udp_tunnels))
    except Exception as error:
        return HeaderTree((), f"tshark could not take it apart: {error or type(error).__name__}")
    finally:
        os.close(descriptor)


def _capture_of(data: bytes, length: int, link_type: int) -> bytes:
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, link_type)
    return header + struct.pack("<IIII", 0, 0, len(data), max(length, len(data))) + data


def _decode_as(udp_tunnels: bytes) -> dict[str, str]:
    """Return the ports of tunnels that Wireshark does not know by itself."""
    told = {}
    for port, kind in enumerate(udp_tunnels):
        if kind and (WELL_KNOWN_UDP_TUNNELS.get(port) != kind or port in (8472, 51821)):
            told[f"udp.port=={port}"] = _name(kind)
        elif kind == OVER_UDP:
            told[f"udp.port=={port}"] = "ip"
    return told


def _name(kind: int) -> str:
    name = ENCAPSULATION_NAMES[kind]
    return _NAMES.get(name, name)


def _read(path: str, decode_as: dict[str, str]) -> HeaderTree:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses what Python has deprecated
        from pyshark import FileCapture

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        capture = FileCapture(
            path,
            keep_packets=False,
            decode_as=decode_as,
            eventloop=loop,
            custom_parameters=["-n"],
            override_prefs={"ip.defragment": "FALSE", "tcp.desegment_tcp_streams": "FALSE"},
        )
        try:
            return _first(loop, capture)
        finally:
            capture.close()
            loop.close()


def _first(loop: asyncio.AbstractEventLoop, capture: Any) -> HeaderTree:
    found: list[Any] = []
    reading = capture.packets_from_tshark(found.append, packet_count=1)
    try:
        loop.run_until_complete(asyncio.wait_for(reading, SECONDS))
    except TimeoutError:
        return HeaderTree((), f"tshark did not answer within {SECONDS:.0f} s")
    if not found:
        return HeaderTree((), "tshark says nothing about it")
    return HeaderTree(tuple(_header(layer) for layer in found[0].layers))


def _header(layer: Any) -> HeaderField:
    """Return a layer; pyshark keeps fields by name, so their order is that of the bytes."""
    shown = [
        field
        for container in layer._all_fields.values()
        for field in container.all_fields
        if not field.hide and field.name
    ]
    fields = sorted((_field(field) for field in shown[:MOST_FIELDS]), key=_place)
    within = [field for field in fields if field.size]
    start = min((field.start for field in within), default=0)
    end = max((field.start + field.size for field in within), default=start)
    return HeaderField(str(layer.layer_name), "", start, end - start, tuple(fields))


def _field(field: Any) -> HeaderField:
    name, colon, value = (field.showname or field.show or field.name).partition(": ")
    return HeaderField(name, value if colon else "", int(field.pos or 0), int(field.size or 0))


def _place(field: HeaderField) -> tuple[int, int]:
    return field.start, -field.size
