"""Decodes a frame and tells what was found, in the words that the tables of cases use."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import (
    arp_fields,
    encapsulation_names,
    gre_key,
    icmp_fields,
    layer_fields,
    quoted_fields,
    vlan_ids,
    vnis,
)
from netdiag.decode.problems import (
    BAD_HEADER_LENGTH,
    BAD_LENGTH,
    BAD_VERSION,
    CUT,
    NO_PROBLEM,
    NO_VNI_FLAG,
    OVERLONG,
    SHORT,
    TOO_DEEP,
    TOO_MANY_LAYERS,
)
from netdiag.model.layers import GRE, ICMP, ICMPV6, LAYER_NAMES, STOP
from netdiag.model.udp_tunnels import udp_tunnel_table

GIVEN_VXLAN_PORT = 6789
UDP_TUNNELS = udp_tunnel_table([GIVEN_VXLAN_PORT])

FRAGMENTS = ("", "first", "later")

PROBLEMS = {
    CUT: "cut",
    SHORT: "short",
    BAD_VERSION: "version",
    BAD_HEADER_LENGTH: "header length",
    BAD_LENGTH: "length too small",
    OVERLONG: "length too large",
    TOO_DEEP: "too deep",
    TOO_MANY_LAYERS: "too many layers",
    NO_VNI_FLAG: "no I flag",
}


class Seen(NamedTuple):
    """What a frame holds, outermost first; a field left out is expected to be absent."""

    layers: str
    addresses: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    icmp: str = ""
    tunnels: str = ""
    vnis: tuple[int, ...] = ()
    problem: str = ""
    """Its kind, in the words of ``PROBLEMS``, and its layer: ``"short: eth"``."""
    quoted: Seen | None = None
    """What an ICMP error quotes; of its tunnels, only the first VNI is told."""
    arp: str = ""
    vlans: tuple[int, ...] = ()
    gre_keys: tuple[int, ...] = ()
    fragment: str = ""


class Case(NamedTuple):
    """A frame and what should be seen in it."""

    name: str
    link_type: int
    frame: bytes
    seen: Seen


def decode(
    frame: bytes,
    link_type: int,
    *,
    length: int | None = None,
    express: int = 1,
    before: bytes = b"",
) -> Decoder:
    """Decode a frame that ends where its buffer ends, so that a read past it raises."""
    decoder = Decoder(UDP_TUNNELS)
    decoder.express = express
    decode_next(decoder, frame, link_type, length=length, before=before)
    return decoder


def decode_next(
    decoder: Decoder,
    frame: bytes,
    link_type: int,
    *,
    length: int | None = None,
    before: bytes = b"",
) -> None:
    """Decode one more frame with a decoder that may have decoded others."""
    buffer = bytearray(before + frame)
    decoder.attach(buffer)
    wire = len(frame) if length is None else length
    decoder.decode(len(before), len(buffer), wire, link_type)


def observe(decoder: Decoder) -> Seen:
    """Tell what the decoder found."""
    own = decoder.quote or decoder.count
    fields = layer_fields(decoder, 0, own)
    return Seen(
        layers=" ".join(fields["layers"]),
        addresses=_pairs(fields["addresses"]),
        ports=_pairs(fields["ports"]),
        icmp=_icmp(decoder),
        tunnels=" ".join(encapsulation_names(decoder)),
        vnis=tuple(vnis(decoder)),
        problem=problem(decoder),
        quoted=_quoted(decoder),
        arp=_arp(decoder),
        vlans=tuple(vlan_ids(decoder)),
        gre_keys=_gre_keys(decoder, own),
        fragment=FRAGMENTS[decoder.fragment],
    )


def layer_names(decoder: Decoder) -> list[str]:
    """Return the names of all layers, quoted ones included."""
    return [LAYER_NAMES[decoder.layer(index)] for index in range(decoder.count)]


def problem(decoder: Decoder) -> str:
    """Return a problem and its layer, ``"short: eth"``, or nothing."""
    if decoder.problem == NO_PROBLEM:
        return ""
    return f"{PROBLEMS[decoder.problem]}: {LAYER_NAMES[decoder.problem_layer]}"


def _pairs(found: list[tuple[object, object]]) -> tuple[str, ...]:
    return tuple(f"{source} > {destination}" for source, destination in found)


def _icmp(decoder: Decoder) -> str:
    if decoder.transport not in (ICMP, ICMPV6):
        return ""
    return _icmp_text(
        icmp_fields(decoder, decoder.transport, decoder.transport_at, decoder.transport_end)
    )


def _icmp_text(fields: dict[str, int | None]) -> str:
    text = f"{fields['type']}/{fields['code']}"
    return text if fields["id"] is None else f"{text} id {fields['id']} seq {fields['seq']}"


def _quoted(decoder: Decoder) -> Seen | None:
    fields = quoted_fields(decoder)
    if fields is None:
        return None
    return Seen(
        layers=" ".join(fields["layers"]),
        addresses=_pairs(fields["addresses"]),
        ports=_pairs(fields["ports"]),
        icmp=_icmp_text(fields["icmp"]) if fields["icmp"] else "",
        vnis=() if fields["vni"] is None else (fields["vni"],),
        fragment=FRAGMENTS[decoder.quoted_fragment],
    )


def _arp(decoder: Decoder) -> str:
    fields = arp_fields(decoder)
    if fields is None:
        return ""
    sender, target = (f"{fields[who]} ({fields[who + '_mac']})" for who in ("sender", "target"))
    return f"{fields['operation']} {sender} > {target}"


def _gre_keys(decoder: Decoder, last: int) -> tuple[int, ...]:
    found = (
        gre_key(decoder, decoder.layer_offset(index))
        for index in range(last)
        if decoder.layer(index) == GRE and decoder.layer_offset(index) + 12 <= decoder.limit
    )
    return tuple(key for key in found if key is not None)


ALWAYS = (
    "start",
    "at",
    "end",
    "limit",
    "wire_end",
    "partial",
    "count",
    "problem",
    "tags",
    "depth",
    "encapsulations",
    "quote",
    "direction",
    "ifindex",
    "network",
    "protocol",
    "fragment",
    "transport",
)
"""The attributes of ``Decoder`` that tell of every packet."""

WHERE = {
    "problem": ("problem_layer",),
    "network": ("network_at",),
    "transport": ("transport_at", "transport_end"),
    "quote": (
        "quote_depth",
        "quoted_network",
        "quoted_protocol",
        "quoted_fragment",
        "quoted_transport",
    ),
    "quoted_network": ("quoted_network_at",),
    "quoted_transport": ("quoted_transport_at", "quoted_transport_end"),
}
"""Attributes that mean something only where another one is not 0."""


def state(decoder: Decoder) -> dict[str, object]:
    """Return everything that a decoder says of its last packet; offsets count from its start."""
    found = {name: getattr(decoder, name) for name in ALWAYS}
    for name, dependent in WHERE.items():
        if found.get(name, STOP):
            found |= {other: getattr(decoder, other) for other in dependent}
    for name in found:
        if name in ("at", "end", "limit") or name.endswith(("_at", "_end")):
            found[name] -= decoder.start
    found["start"] = 0
    layers = range(decoder.count)
    found["layers"] = [(decoder.layer(i), decoder.layer_offset(i) - decoder.start) for i in layers]
    found["tunnels"] = [_tunnel(decoder, index) for index in range(decoder.depth)]
    return found


def _tunnel(decoder: Decoder, index: int) -> tuple[int, int, int]:
    kind, network_at, at = decoder.tunnel(index)
    return kind, -1 if network_at < 0 else network_at - decoder.start, at - decoder.start
