"""Packets in what kernels told of drops and rules are mapped as captured ones are."""

from __future__ import annotations

import json
from ipaddress import ip_network

from netdiag.model.link_types import LINKTYPE_RAW
from netdiag.sources.redaction.kernel_logs import with_packets_mapped
from netdiag.sources.redaction.mapping import KEY_BYTES, Mapping
from netdiag.sources.redaction.packets import PacketRewriter
from tests.captures import A, B, ipv4, ping

PACKETS = PacketRewriter(Mapping(bytes(KEY_BYTES), [ip_network("10.244.0.0/16")]))
PACKET = ipv4(A, B, ping(7, 1))


def line(**event: object) -> bytes:
    return json.dumps(event).encode() + b"\n"


def test_packets_are_mapped_and_all_else_is_kept() -> None:
    log = line(event="rule", packet=PACKET.hex(), handle=3) + line(event="end")
    told = [json.loads(each) for each in with_packets_mapped(log, PACKETS).splitlines()]
    mapped = PACKETS.packet(LINKTYPE_RAW, PACKET)
    assert mapped[12:20] != PACKET[12:20] and mapped[24:28] == PACKET[24:28]
    assert told == [{"event": "rule", "packet": mapped.hex(), "handle": 3}, {"event": "end"}]


def test_what_cannot_be_read_is_left_out() -> None:
    broken = [b'{"event": "rule", "packet": "45', b"[1]\n", line(packet="zz"), b"[" * 9999 + b"\n"]
    for each in broken:
        log = line(event="armed") + each
        assert with_packets_mapped(log, PACKETS) == line(event="armed")
    whole = line(event="drop", packet=None)
    assert with_packets_mapped(whole, PACKETS) == whole
