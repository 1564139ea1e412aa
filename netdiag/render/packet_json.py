"""One JSON object a packet; all but ASCII is escaped, so that it is safe on any terminal."""

from __future__ import annotations

import json
from typing import Any

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import (
    arp_fields,
    discovery_fields,
    encapsulation_names,
    fragments,
    icmp_fields,
    layer_fields,
    quoted_fields,
    tcp_fields,
    vlan_ids,
    vnis,
)
from netdiag.decode.problems import problem_text
from netdiag.decode.reader import CaptureReader
from netdiag.model.capture_point import CapturePoint
from netdiag.model.layers import ICMP, ICMPV6


def packet_object(
    reader: CaptureReader, file: str, point: CapturePoint, direction: str | None
) -> dict[str, Any]:
    """Return the packet that the reader decoded last as the object that ``--json`` prints.

    ``time_ns`` counts from 1970 and is null where the file gives no time; ``addresses``, ``ports``
    and ``ttl`` run from the outermost header to the innermost; ``vni`` is the outermost one.
    """
    decoder: Decoder = reader.decoder
    fields = layer_fields(decoder, 0, decoder.quote or decoder.count)
    found = vnis(decoder)
    is_icmp = decoder.transport in (ICMP, ICMPV6)
    transport, at, end = decoder.transport, decoder.transport_at, decoder.transport_end
    icmp = icmp_fields(decoder, transport, at, end) if is_icmp else None
    return {
        "frame": reader.frame,
        "file": file,
        "node": point.node,
        "pod": point.pod,
        "interface": point.interface,
        "ifindex": (reader.ifindex or decoder.ifindex) or None,
        "link_type": reader.link_type,
        "time_ns": reader.time_ns() if reader.has_time else None,
        "direction": direction,
        "length": reader.length,
        "captured": reader.end - reader.start,
        "layers": fields["layers"],
        "encapsulation": encapsulation_names(decoder),
        "addresses": fields["addresses"],
        "ports": fields["ports"],
        "vlans": vlan_ids(decoder),
        "vni": found[0] if found else None,
        "ttl": fields["ttl"],
        "icmp": icmp,
        "tcp": tcp_fields(decoder),
        "arp": arp_fields(decoder),
        "neighbour_discovery": discovery_fields(decoder),
        "fragments": fragments(decoder),
        "quoted": quoted_fields(decoder),
        "problem": problem_text(decoder.problem, decoder.problem_layer),
    }


_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


def packet_json(
    reader: CaptureReader, file: str, point: CapturePoint, direction: str | None
) -> str:
    """Return ``packet_object`` as one line."""
    return _encode(packet_object(reader, file, point, direction)) + "\n"
