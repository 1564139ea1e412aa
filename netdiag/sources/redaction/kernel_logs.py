"""Packets in what probes heard from kernels, with their addresses mapped."""

from __future__ import annotations

import json
from typing import Final

from netdiag.model.link_types import LINKTYPE_RAW
from netdiag.sources.redaction.packets import PacketRewriter

KERNEL_LOGS: Final = frozenset({"drops.jsonl", "rules.jsonl"})
_PACKET: Final = "packet"


def with_packets_mapped(log: bytes, packets: PacketRewriter) -> bytes:
    """Return a log; lines that cannot be read are left out, for what they hold is not known."""
    return b"".join(_line(line, packets) for line in log.splitlines())


def _line(line: bytes, packets: PacketRewriter) -> bytes:
    try:
        event = json.loads(line)
        packet = bytes.fromhex(event[_PACKET]) if isinstance(event.get(_PACKET), str) else None
    except (ValueError, AttributeError, RecursionError):
        return b""
    if packet is not None:
        event[_PACKET] = packets.packet(LINKTYPE_RAW, packet).hex()
    return json.dumps(event).encode() + b"\n"
