"""What one lane of echo packets is, as Python values."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import (
    network_destination,
    network_length,
    network_source,
    tunnel_vni,
)
from netdiag.model.addresses import ipv4_text, ipv6_text, mac_text
from netdiag.model.layers import (
    ENCAPSULATION_NAMES,
    ETH,
    IPV4,
    OVER_GENEVE,
    OVER_UDP,
    OVER_VXLAN,
    OVER_VXLAN_GPE,
    OVER_WIREGUARD,
    TCP,
    UDP,
)
from netdiag.model.report import Encapsulation, PingProtocol

UDP_BYTES = 8
DONT_FRAGMENT = 0x4000
FRAGMENT = 0x3FFF
RST = 4
UDP_TUNNELS_WITH_HEADER = (OVER_VXLAN, OVER_VXLAN_GPE, OVER_GENEVE, OVER_UDP, OVER_WIREGUARD)


_PROTOCOLS: dict[int, PingProtocol] = {TCP: "tcp", UDP: "udp"}


class Lane(NamedTuple):
    """All that the packets of one lane have in common: echoes, or those that open connections."""

    place: int
    """Index of the capture's place: a file and an interface in it."""
    direction: int
    """0 not known, 1 in, 2 out."""
    is_reply: bool
    source: str
    destination: str
    ttl: int
    size: int
    """Bytes of the innermost packet, its IP header included."""
    length: int
    """Bytes of the whole frame on the wire."""
    encapsulation: tuple[Encapsulation, ...]
    source_mac: str | None
    """Of the outermost header."""
    destination_mac: str | None
    dont_fragment: bool
    fragment: bool
    """The innermost packet is the first fragment of one."""
    outer_fragment: bool
    """An outer packet is the first fragment of one."""
    protocol: PingProtocol = "icmp"
    """icmp (ICMPv6 too), tcp or udp."""
    port: int | None = None
    """The one that is asked, of TCP or UDP."""
    is_refusal: bool = False
    """A TCP reset."""


def describe_lane(decoder: Decoder, place: int, direction: int, is_reply: int) -> Lane:
    """Return the lane of the echo packet that was decoded last."""
    kind, at = decoder.network, decoder.network_at
    text = ipv4_text if kind == IPV4 else ipv6_text
    first = decoder.layer_offset(0) if decoder.layer(0) == ETH else -1
    tunnels = [decoder.tunnel(index) for index in range(decoder.depth)]
    flags = decoder.u16(at + 6) if kind == IPV4 else DONT_FRAGMENT
    return Lane(
        place=place,
        direction=direction,
        is_reply=bool(is_reply),
        source=text(network_source(decoder, kind, at)),
        destination=text(network_destination(decoder, kind, at)),
        ttl=decoder.byte(at + (8 if kind == IPV4 else 7)),
        size=network_length(decoder, kind, at),
        length=decoder.wire_end - decoder.start,
        encapsulation=tuple(encapsulation_of(decoder, tunnel) for tunnel in tunnels),
        source_mac=mac_text(decoder.octets(first + 6, 6)) if first >= 0 else None,
        destination_mac=mac_text(decoder.octets(first, 6)) if first >= 0 else None,
        dont_fragment=bool(flags & DONT_FRAGMENT),
        fragment=decoder.fragment != 0,
        outer_fragment=any(_is_fragment(decoder, outer) for _, outer, _ in tunnels),
        protocol=_PROTOCOLS.get(decoder.transport, "icmp"),
        port=_port(decoder, is_reply),
        is_refusal=bool(
            is_reply and decoder.transport == TCP and decoder.byte(decoder.transport_at + 13) & RST
        ),
    )


def _port(decoder: Decoder, is_reply: int) -> int | None:
    if decoder.transport not in (TCP, UDP):
        return None
    return decoder.u16(decoder.transport_at + (0 if is_reply else 2))


def describe_pair(decoder: Decoder) -> tuple[int, int]:
    """Return both addresses of the packet, the smaller one first."""
    kind, at = decoder.network, decoder.network_at
    source = network_source(decoder, kind, at)
    destination = network_destination(decoder, kind, at)
    return (source, destination) if source < destination else (destination, source)


def encapsulation_of(decoder: Decoder, tunnel: tuple[int, int, int]) -> Encapsulation:
    """Return a tunnel that the decoder found: kind, outer addresses, VNI, port."""
    kind, outer, own = tunnel
    source = destination = None
    if outer >= 0:
        network = IPV4 if decoder.byte(outer) >> 4 == 4 else IPV4 + 1
        text = ipv4_text if network == IPV4 else ipv6_text
        source = text(network_source(decoder, network, outer))
        destination = text(network_destination(decoder, network, outer))
    port = decoder.u16(own - UDP_BYTES + 2) if kind in UDP_TUNNELS_WITH_HEADER else None
    vni = tunnel_vni(decoder, kind, own)
    return Encapsulation(ENCAPSULATION_NAMES[kind], source, destination, vni, port)


def _is_fragment(decoder: Decoder, outer: int) -> bool:
    if outer < 0 or decoder.byte(outer) >> 4 != 4:
        return False
    return decoder.u16(outer + 6) & FRAGMENT != 0
