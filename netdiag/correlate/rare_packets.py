"""Keeps the packets that are few but tell much: ICMP errors, ARP, fragments, encrypted tunnels."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from netdiag.correlate.lane import Lane, encapsulation_of
from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import address_pair, arp_fields, icmp_fields
from netdiag.decode.reader import CaptureReader
from netdiag.model.layers import ARP, ICMP, ICMPV6, IPV4, IPV6, OVER_ESP, OVER_WIREGUARD, TCP, UDP
from netdiag.model.report import Encapsulation

MAX_ERRORS = 20_000
MAX_CLAIMS = 20_000
MAX_FRAGMENTED = 20_000
MAX_OPAQUE = 200_000
"""How many of each are kept; what comes later is only counted."""

ARP_REPLY = 2
WIREGUARD_DATA = 4
WIREGUARD_OVERHEAD = 32
WIREGUARD_KEY_BYTES, ESP_KEY_BYTES = 12, 8
"""Receiver index and counter (whitepaper 5.4.6); SPI and sequence number (RFC 4303)."""
FRAGMENT_NEEDED = (3, 4)
PACKET_TOO_BIG = 2
LATER_FRAGMENT = 2

_PROTOCOLS = {ICMP: "icmp", ICMPV6: "icmp", TCP: "tcp", UDP: "udp"}


class IcmpError(NamedTuple):
    """An ICMP error, seen at one place, and the packet that it is about."""

    place: int
    direction: int
    frame: int
    time_ns: int
    type: int
    code: int
    is_ipv6: bool
    mtu: int | None
    """The MTU that a router asks for, where this is what the error is about."""
    source: str
    """Who sent it."""
    ttl: int
    encapsulated: bool
    quoted: tuple[tuple[str, str], ...]
    """Addresses of the quoted packet, outermost first."""
    quoted_encapsulation: tuple[Encapsulation, ...]
    echo: tuple[int, int] | None
    """ICMP id and sequence number of a quoted echo request or reply."""
    quotes_reply: bool
    quoted_protocol: str = ""
    """tcp, udp, icmp (ICMPv6 too); empty = another, or not to be told."""
    quoted_ports: tuple[int, int] | None = None


class ArpClaim(NamedTuple):
    """Somebody saying in ARP, at one place, that an address is theirs."""

    place: int
    address: str
    mac: str


class ClaimSeen(NamedTuple):
    """The latest sighting of a claim."""

    frame: int
    time_ns: int
    is_reply: bool


class OpaqueLane(NamedTuple):
    """Encrypted packets between two ends, seen at one place."""

    place: int
    direction: int
    encapsulation: Encapsulation
    ttl: int


class OpaquePackets:
    """Times, frames and sizes of the packets of one lane."""

    def __init__(self) -> None:
        self.times = array("q")
        self.frames = array("q")
        self.lengths = array("q")
        """Bytes on the wire of the whole frame."""
        self.sizes = array("q")
        """The most bytes that the packet inside can have."""
        self.names: list[bytes] = []
        """What names each packet to both ends: receiver index or SPI, and the counter."""
        self.keys: dict[bytes, int] = {}
        """The index of a packet by its name."""


class RarePackets:
    """What is kept of such packets."""

    def __init__(self) -> None:
        self.errors: list[IcmpError] = []
        self.claims: dict[ArpClaim, list[ClaimSeen]] = {}
        self.fragments: dict[tuple[int, str, str, int], int] = {}
        """Later fragments by place, addresses and IP id."""
        self.fragmented: set[tuple[int, str, str]] = set()
        """Places and addresses of which later fragments were seen."""
        self.opaque: dict[OpaqueLane, OpaquePackets] = {}
        self.opaque_count = 0
        self.left_out = 0

    def see(self, reader: CaptureReader, place: int) -> None:
        """Look at the packet that the reader decoded last."""
        decoder = reader.decoder
        if decoder.network == ARP:
            self._see_arp(reader, decoder, place)
        elif decoder.quote:
            self._see_error(reader, decoder, place)
        elif decoder.fragment == LATER_FRAGMENT:
            self._see_fragment(decoder, place)
        elif decoder.encapsulations & 0xF in (OVER_WIREGUARD, OVER_ESP):
            self._see_opaque(reader, decoder, place)

    def _see_arp(self, reader: CaptureReader, decoder: Decoder, place: int) -> None:
        fields = arp_fields(decoder)
        if fields is None or fields["sender"] == "0.0.0.0":
            return
        claim = ArpClaim(place, fields["sender"], fields["sender_mac"])
        seen = self.claims.get(claim)
        if seen is None:
            if len(self.claims) == MAX_CLAIMS:
                self.left_out += 1
                return
            seen = self.claims[claim] = []
        if len(seen) < 16:
            is_reply = fields["operation"] == ARP_REPLY
            seen.append(ClaimSeen(reader.frame, reader.time_ns(), is_reply))

    def _see_error(self, reader: CaptureReader, decoder: Decoder, place: int) -> None:
        if len(self.errors) == MAX_ERRORS:
            self.left_out += 1
            return
        at = decoder.transport_at
        number, code = decoder.byte(at), decoder.byte(at + 1)
        is_ipv6 = decoder.transport == ICMPV6
        network = decoder.network_at
        whole = at + 8 <= decoder.transport_end
        mtu = None
        if whole and is_ipv6 and number == PACKET_TOO_BIG:
            mtu = decoder.u32(at + 4)
        elif whole and not is_ipv6 and (number, code) == FRAGMENT_NEEDED:
            mtu = decoder.u16(at + 6)
        echo, quotes_reply = _quoted_echo(decoder)
        self.errors.append(
            IcmpError(
                place=place,
                direction=reader.direction or decoder.direction,
                frame=reader.frame,
                time_ns=reader.time_ns(),
                type=number,
                code=code,
                is_ipv6=is_ipv6,
                mtu=mtu,
                source=address_pair(decoder, decoder.network, network)[0],
                ttl=decoder.byte(network + (8 if decoder.network == IPV4 else 7)),
                encapsulated=decoder.quote_depth > 0,
                quoted=_quoted_addresses(decoder),
                quoted_encapsulation=tuple(
                    encapsulation_of(decoder, decoder.tunnel(index))
                    for index in range(decoder.quote_depth, decoder.depth)
                ),
                echo=echo,
                quotes_reply=quotes_reply,
                quoted_protocol=_PROTOCOLS.get(decoder.quoted_transport, ""),
                quoted_ports=_quoted_ports(decoder),
            )
        )

    def _see_fragment(self, decoder: Decoder, place: int) -> None:
        at = decoder.network_at
        if decoder.network != IPV4:
            return
        source, destination = address_pair(decoder, IPV4, at)
        key = (place, source, destination, decoder.u16(at + 4))
        if key not in self.fragments and len(self.fragments) == MAX_FRAGMENTED:
            self.left_out += 1
            return
        self.fragments[key] = self.fragments.get(key, 0) + 1
        self.fragmented.add(key[:3])

    def fragments_of(self, lane: Lane, ip_id: int) -> int:
        """Return how many fragments of an echo packet were seen in a lane.

        Of a tunnel's fragments only some are known to be there: then it is two.
        """
        if lane.fragment:
            return 1 + self.fragments.get((lane.place, lane.source, lane.destination, ip_id), 0)
        outer = lane.encapsulation[0]
        ends = (lane.place, str(outer.source), str(outer.destination))
        return 2 if ends in self.fragmented else 1

    def _see_opaque(self, reader: CaptureReader, decoder: Decoder, place: int) -> None:
        kind, outer, own = decoder.tunnel(decoder.depth - 1)
        if outer < 0 or self.opaque_count == MAX_OPAQUE:
            self.left_out += 1
            return
        size = decoder.wire_end - own
        if kind == OVER_WIREGUARD:
            if decoder.byte(own) != WIREGUARD_DATA:
                return
            size = decoder.transport_end - own
            if decoder.transport_end > decoder.transport_at + 8:
                size = decoder.u16(own - 8 + 4) - 8
            size -= WIREGUARD_OVERHEAD
        encapsulation = encapsulation_of(decoder, (kind, outer, own))
        ttl = decoder.byte(outer + (8 if decoder.byte(outer) >> 4 == 4 else 7))
        lane = OpaqueLane(place, reader.direction or decoder.direction, encapsulation, ttl)
        packets = self.opaque.get(lane)
        if packets is None:
            packets = self.opaque[lane] = OpaquePackets()
        self.opaque_count += 1
        counter_at = own + 4 if kind == OVER_WIREGUARD else own
        size_of_key = WIREGUARD_KEY_BYTES if kind == OVER_WIREGUARD else ESP_KEY_BYTES
        name = decoder.octets(counter_at, size_of_key)
        packets.keys.setdefault(name, len(packets.times))
        packets.names.append(name)
        packets.times.append(reader.time_ns())
        packets.frames.append(reader.frame)
        packets.lengths.append(reader.length)
        packets.sizes.append(size)


def _quoted_addresses(decoder: Decoder) -> tuple[tuple[str, str], ...]:
    found = []
    for index in range(decoder.quote, decoder.count):
        kind = decoder.layer(index)
        if kind in (IPV4, IPV6):
            found.append(address_pair(decoder, kind, decoder.layer_offset(index)))
    return tuple(found)


def _quoted_ports(decoder: Decoder) -> tuple[int, int] | None:
    at = decoder.quoted_transport_at
    if decoder.quoted_transport not in (TCP, UDP) or at + 4 > decoder.quoted_transport_end:
        return None
    return decoder.u16(at), decoder.u16(at + 2)


def _quoted_echo(decoder: Decoder) -> tuple[tuple[int, int] | None, bool]:
    kind = decoder.quoted_transport
    if kind not in (ICMP, ICMPV6):
        return None, False
    fields = icmp_fields(decoder, kind, decoder.quoted_transport_at, decoder.quoted_transport_end)
    if fields["id"] is None or fields["seq"] is None:
        return None, False
    return (fields["id"], fields["seq"]), fields["type"] in (0, 129)
