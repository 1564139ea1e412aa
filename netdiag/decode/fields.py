"""What a decoded packet says, as Python values: for JSON, for text, for the filter."""

from __future__ import annotations

from typing import Any

from netdiag.decode.decoder import Decoder
from netdiag.model.addresses import ipv4_text, ipv6_text, mac_text
from netdiag.model.inner_packet import InnerPacket
from netdiag.model.layers import (
    ARP,
    ENCAPSULATION_NAMES,
    FRAGMENT,
    ICMP,
    ICMPV6,
    IPV4,
    IPV6,
    LAYER_NAMES,
    OVER_GENEVE,
    OVER_VXLAN,
    OVER_VXLAN_GPE,
    STOP,
    TCP,
    UDP,
    VLAN,
)
from netdiag.model.protocols import tcp_flags_text

ICMP_TYPES_WITH_ID = frozenset({0, 8, 13, 14, 15, 16, 17, 18})
ICMPV6_TYPES_WITH_ID = frozenset({128, 129})
NEIGHBOUR_DISCOVERY_TYPES = frozenset({135, 136})
"""Neighbour solicitation and advertisement (RFC 4861)."""
GRE_KEY = 0x2000
GRE_CHECKSUM_OR_ROUTING = 0xC000
NETWORK_NAMES = {STOP: "", ARP: "arp", IPV4: "ipv4", IPV6: "ipv6"}


def network_source(decoder: Decoder, kind: int, at: int) -> int:
    """Return the source of the IP header (or ARP's sender) at ``at`` as a number."""
    if kind == IPV4:
        return decoder.u32(at + 12)
    if kind == IPV6:
        return int.from_bytes(decoder.octets(at + 8, 16), "big")
    return decoder.u32(at + 14)


def network_destination(decoder: Decoder, kind: int, at: int) -> int:
    """Return the destination of the IP header (or ARP's target) at ``at`` as a number."""
    if kind == IPV4:
        return decoder.u32(at + 16)
    if kind == IPV6:
        return int.from_bytes(decoder.octets(at + 24, 16), "big")
    return decoder.u32(at + 24)


def address_pair(decoder: Decoder, kind: int, at: int) -> tuple[str, str]:
    """Return source and destination of the IP or ARP header at ``at`` as text."""
    text = ipv6_text if kind == IPV6 else ipv4_text
    return (
        text(network_source(decoder, kind, at)),
        text(network_destination(decoder, kind, at)),
    )


def network_length(decoder: Decoder, kind: int, at: int) -> int:
    """Return the bytes of the packet at ``at`` as its header says.

    A length of 0 (offload, a jumbogram) stands for all that was on the wire.
    """
    if kind == STOP:
        return 0
    said = 28 if kind == ARP else decoder.u16(at + (2 if kind == IPV4 else 4))
    if said == 0:
        return decoder.wire_end - at
    return said + 40 if kind == IPV6 else said


def tunnel_vni(decoder: Decoder, kind: int, at: int) -> int | None:
    """Return the VNI of the tunnel header at ``at``, None for a kind that has none.

    Tunnels in UDP are only entered where eight bytes of their header are there.
    """
    if kind in (OVER_VXLAN, OVER_VXLAN_GPE, OVER_GENEVE):
        return decoder.u32(at + 4) >> 8
    return None


def gre_key(decoder: Decoder, at: int) -> int | None:
    """Return the key of the GRE header at ``at``, None if it has none; PPTP's is no key."""
    if at + 12 > decoder.limit:
        return None
    flags = decoder.u16(at)
    if not flags & GRE_KEY or flags & 7:
        return None
    return decoder.u32(at + (8 if flags & GRE_CHECKSUM_OR_ROUTING else 4))


def vnis(decoder: Decoder) -> list[int]:
    """Return the VNIs of all tunnels, outermost first; quoted ones left out."""
    return _vnis(decoder, 0, decoder.quote_depth if decoder.quote else decoder.depth)


def _vnis(decoder: Decoder, first: int, last: int) -> list[int]:
    tunnels = (decoder.tunnel(index) for index in range(first, last))
    found = (tunnel_vni(decoder, kind, at) for kind, _, at in tunnels)
    return [vni for vni in found if vni is not None]


def icmp_fields(decoder: Decoder, kind: int, at: int, end: int) -> dict[str, int | None]:
    """Return type, code, id and seq of the ICMP or ICMPv6 header at ``at``, cut at ``end``."""
    number = decoder.byte(at)
    with_id = ICMP_TYPES_WITH_ID if kind == ICMP else ICMPV6_TYPES_WITH_ID
    echo = number in with_id and at + 8 <= end
    return {
        "type": number,
        "code": decoder.byte(at + 1),
        "id": decoder.u16(at + 4) if echo else None,
        "seq": decoder.u16(at + 6) if echo else None,
    }


def inner_packet(decoder: Decoder) -> InnerPacket:
    """Return the innermost packet as the filter language sees it."""
    kind, at = decoder.network, decoder.network_at
    transport, place = decoder.transport, decoder.transport_at
    ports = transport in (TCP, UDP)
    end = decoder.transport_end
    icmp = icmp_fields(decoder, transport, place, end) if transport in (ICMP, ICMPV6) else {}
    flags = transport == TCP and place + 14 <= end
    return InnerPacket(
        network=NETWORK_NAMES[kind],
        ip_protocol=decoder.protocol if kind in (IPV4, IPV6) else None,
        source=network_source(decoder, kind, at) if kind else None,
        destination=network_destination(decoder, kind, at) if kind else None,
        source_port=decoder.u16(place) if ports else None,
        destination_port=decoder.u16(place + 2) if ports else None,
        icmp_type=icmp.get("type"),
        icmp_code=icmp.get("code"),
        icmp_id=icmp.get("id"),
        icmp_seq=icmp.get("seq"),
        tcp_flags=decoder.byte(place + 13) if flags else None,
        length=network_length(decoder, kind, at),
        fragment=decoder.fragment != 0,
    )


def layer_fields(decoder: Decoder, first: int, last: int) -> dict[str, Any]:
    """Return names, addresses, ports and TTLs of the layers ``[first, last)``."""
    names: list[str] = []
    addresses: list[tuple[str, str]] = []
    ports: list[tuple[int, int]] = []
    ttls: list[int] = []
    for index in range(first, last):
        kind, at = decoder.layer(index), decoder.layer_offset(index)
        names.append(LAYER_NAMES[kind])
        if kind in (IPV4, IPV6):
            addresses.append(address_pair(decoder, kind, at))
            ttls.append(decoder.byte(at + (8 if kind == IPV4 else 7)))
        elif kind in (TCP, UDP):
            ports.append((decoder.u16(at), decoder.u16(at + 2)))
    return {"layers": names, "addresses": addresses, "ports": ports, "ttl": ttls}


def quoted_fields(decoder: Decoder) -> dict[str, Any] | None:
    """Return what an ICMP error quotes, None if nothing is quoted."""
    if not decoder.quote:
        return None
    fields = layer_fields(decoder, decoder.quote, decoder.count)
    transport, place = decoder.quoted_transport, decoder.quoted_transport_at
    is_icmp = transport in (ICMP, ICMPV6)
    end = decoder.quoted_transport_end
    fields["icmp"] = icmp_fields(decoder, transport, place, end) if is_icmp else None
    fields["vni"] = next(iter(_vnis(decoder, decoder.quote_depth, decoder.depth)), None)
    return fields


def vlan_ids(decoder: Decoder) -> list[int]:
    """Return the VLAN ids of all tags, outermost first."""
    return [
        decoder.u16(decoder.layer_offset(index)) & 0xFFF
        for index in range(decoder.count)
        if decoder.layer(index) == VLAN
    ]


def tcp_fields(decoder: Decoder) -> dict[str, Any] | None:
    """Return flags, seq and ack if the innermost packet is TCP and was captured so far."""
    at = decoder.transport_at
    if decoder.transport != TCP or at + 14 > decoder.transport_end:
        return None
    return {
        "flags": tcp_flags_text(decoder.byte(at + 13)),
        "seq": decoder.u32(at + 4),
        "ack": decoder.u32(at + 8),
    }


def discovery_fields(decoder: Decoder) -> dict[str, Any] | None:
    """Return target and link-layer address of a neighbour solicitation or advertisement."""
    at = decoder.transport_at
    if decoder.transport != ICMPV6 or decoder.byte(at) not in NEIGHBOUR_DISCOVERY_TYPES:
        return None
    end = decoder.transport_end
    if at + 24 > end:
        return None
    has_option = at + 32 <= end and decoder.byte(at + 24) in (1, 2)
    return {
        "target": ipv6_text(int.from_bytes(decoder.octets(at + 8, 16), "big")),
        "mac": mac_text(decoder.octets(at + 26, 6)) if has_option else None,
    }


def arp_fields(decoder: Decoder) -> dict[str, Any] | None:
    """Return operation, sender and target if the innermost packet is ARP, else None."""
    if decoder.network != ARP:
        return None
    at = decoder.network_at
    sender, target = address_pair(decoder, ARP, at)
    return {
        "operation": decoder.u16(at + 6),
        "sender": sender,
        "sender_mac": mac_text(decoder.octets(at + 8, 6)),
        "target": target,
        "target_mac": mac_text(decoder.octets(at + 18, 6)),
    }


def fragments(decoder: Decoder) -> list[dict[str, int | bool]]:
    """Return id, offset in bytes, and whether more follow, of each IP header of a fragment.

    Outermost first; quoted headers are left out.
    """
    found: list[dict[str, int | bool]] = []
    for index in range(decoder.quote or decoder.count):
        kind, at = decoder.layer(index), decoder.layer_offset(index)
        if kind == IPV4 and decoder.u16(at + 6) & 0x3FFF:
            place = decoder.u16(at + 6)
            more = bool(place & 0x2000)
            found.append({"id": decoder.u16(at + 4), "offset": (place & 0x1FFF) * 8, "more": more})
        elif kind == FRAGMENT:
            place = decoder.u16(at + 2)
            more = bool(place & 1)
            found.append({"id": decoder.u32(at + 4), "offset": place & 0xFFF8, "more": more})
    return found


def encapsulation_names(decoder: Decoder) -> list[str]:
    """Return the names of all tunnels, outermost first; quoted ones left out."""
    depth = decoder.quote_depth if decoder.quote else decoder.depth
    return [ENCAPSULATION_NAMES[decoder.tunnel(index)[0]] for index in range(depth)]
