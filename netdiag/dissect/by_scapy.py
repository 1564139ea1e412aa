"""Takes a packet apart, header after header, with scapy."""

from __future__ import annotations

import re
import time
from typing import Any

from netdiag.dissect.headers import PacketClass, Raw, first_header, next_header
from netdiag.dissect.ranges import fields_of
from netdiag.model.header_tree import HeaderField, HeaderTree

MOST_HEADERS = 64
NOTHING = "none of its bytes was captured"
ICMP_BYTES = 8
_VNI = re.compile("vni=0x([0-9a-f]+)")
SECONDS = 1.0
"""After so long no further header is begun."""


def dissect(
    data: bytes, link_type: int, udp_tunnels: bytes, seconds: float = SECONDS
) -> HeaderTree:
    """Return the headers of a packet, whatever its bytes are.

    ``link_type`` is a LINKTYPE number, ``udp_tunnels`` the table that tells the ports of tunnels
    (``model.udp_tunnels``). Ranges count from the packet's first byte.
    """
    if not data:
        return HeaderTree((), NOTHING)
    deadline = time.monotonic() + seconds
    found: list[HeaderField] = []
    kind, at, end = first_header(link_type, data), 0, len(data)
    under: Any = None
    while at < end:
        if kind is Raw:
            found.append(_bytes("Data", at, end - at))
            break
        if len(found) == MOST_HEADERS:
            return _ended(found, at, end, f"more than {MOST_HEADERS} headers")
        if time.monotonic() > deadline:
            return _ended(found, at, end, "it takes too long to take apart")
        header = _read(kind, data[at:end], under)
        if header is None:
            return _ended(found, at, end, f"the {kind.__name__} header cannot be read")
        fields = fields_of(header, data[at:end], at)
        size = _header_bytes(header, fields, at, end)
        found.append(_header(header, fields, at, size))
        payload = _payload_bytes(header, end - at - size)
        if at + size + payload < end:
            found.append(_bytes("Padding", at + size + payload, end - at - size - payload))
        at, end = at + size, at + size + payload
        if size == 0:
            return _ended(found, at, end, f"the {kind.__name__} header has no bytes")
        kind, under = _next(header, data[at:end], udp_tunnels), header
    return HeaderTree(_in_order(found))


def _read(kind: PacketClass, data: bytes, under: Any) -> Any:
    """Return one header, its payload left as it is; None if scapy fails over it."""
    from scapy.packet import Packet

    try:
        return kind(data, _internal=1, _underlayer=under, stop_dissection_after=Packet)
    except Exception:
        return None


def _next(header: Any, data: bytes, udp_tunnels: bytes) -> PacketClass:
    try:
        return next_header(header, data, udp_tunnels)
    except Exception:
        return Raw


def _header_bytes(header: Any, fields: tuple[HeaderField, ...], start: int, end: int) -> int:
    """Return how many bytes are the header's own.

    scapy remembers them, but not of ICMP errors, whose extensions it takes from the packet's end.
    """
    own = header.raw_packet_cache
    if own is not None:
        return min(len(own), end - start)
    if header.name.startswith("ICMP"):
        return min(ICMP_BYTES, end - start)
    return max((field.start + field.size for field in fields), default=start) - start


def _payload_bytes(header: Any, most: int) -> int:
    """Return how many bytes the header gives to what follows it; the others are padding."""
    payload = header.payload
    if type(payload).__name__ == "NoPayload":
        return 0 if header.haslayer("Padding") else most
    if type(payload).__name__ == "Padding":
        return 0
    return min(len(payload.original or b""), most)


def _header(header: Any, fields: tuple[HeaderField, ...], start: int, size: int) -> HeaderField:
    try:
        summary = str(header.mysummary() or "")
    except Exception:
        summary = ""
    summary = summary.removeprefix(str(header.name)).strip()
    summary = _VNI.sub(lambda found: f"vni={int(found[1], 16)}", summary)
    if "??" in summary:  # it asks for headers around it
        summary = ""
    if not summary and hasattr(header, "sport"):
        summary = f"{header.sport} > {header.dport}"
    return HeaderField(str(header.name), summary[:200], start, size, fields)


def _bytes(name: str, start: int, size: int) -> HeaderField:
    return HeaderField(name, f"{size:,} byte{'' if size == 1 else 's'}", start, size)


def _ended(found: list[HeaderField], at: int, end: int, why: str) -> HeaderTree:
    if at < end:
        found.append(_bytes("Data", at, end - at))
    return HeaderTree(_in_order(found), why)


def _in_order(found: list[HeaderField]) -> tuple[HeaderField, ...]:
    """Return headers as they follow each other; what pads an outer one comes after all within."""
    padding = [field for field in found if field.name == "Padding"]
    return (*(field for field in found if field.name != "Padding"), *reversed(padding))
