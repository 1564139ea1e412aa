"""The innermost packet in tcpdump's words, and the tunnels around it."""

from __future__ import annotations

from netdiag.decode.decoder import Decoder
from netdiag.decode.fields import (
    address_pair,
    gre_key,
    network_length,
    tunnel_vni,
)
from netdiag.model.addresses import ipv6_text, mac_text
from netdiag.model.ethertypes import SMALLEST_ETHERTYPE
from netdiag.model.layers import (
    ARP,
    ENCAPSULATION_NAMES,
    ETH,
    FRAGMENT,
    ICMP,
    ICMPV6,
    IPV4,
    IPV6,
    MPLS,
    OVER_ERSPAN,
    OVER_GRE,
    OVER_VXLAN,
    OVER_WIREGUARD,
    SLL,
    SLL2,
    STOP,
    TCP,
    UDP,
    VLAN,
)
from netdiag.model.protocols import icmp_name, icmpv6_name, ip_protocol_name, tcp_flags_text

MAX_CACHED = 16_384
TYPE_FIELDS = {ETH: 12, VLAN: 2, SLL: 14, SLL2: 0}
"""Where in these headers the type of what follows stands."""


class PacketText:
    """Writes about packets; remembers the text of addresses and tunnels that it met."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, tuple[str, str]] = {}
        self.tunnels: dict[tuple[bytes, int], str] = {}
        self.flags: dict[int, str] = {}

    def pair(self, decoder: Decoder, kind: int, at: int) -> tuple[str, str]:
        """Return source and destination of the IP or ARP header at ``at`` as text."""
        if kind != IPV4:
            return address_pair(decoder, kind, at)
        key = decoder.octets(at + 12, 8)
        found = self.pairs.get(key)
        if found is None:
            if len(self.pairs) >= MAX_CACHED:
                self.pairs.clear()
            found = self.pairs[key] = address_pair(decoder, kind, at)
        return found

    def stack(self, decoder: Decoder) -> str:
        """Return the tags and tunnels around the innermost packet, outermost first; ``-``: none."""
        if decoder.tags:
            return self.stack_between(decoder, 0, decoder.count)
        if decoder.depth == 0:
            return "-"
        if decoder.encapsulations == OVER_VXLAN and decoder.depth == 1:
            outer = decoder.tunnel_networks[0]
            if outer >= 0:
                return self.vxlan(decoder, outer, decoder.tunnel_offsets[0])
        return self.stack_between(decoder, 0, decoder.count)

    def vxlan(self, decoder: Decoder, outer: int, at: int) -> str:
        """Return the text of a single VXLAN tunnel; remembered for plain IPv4, the usual case."""
        header = decoder.octets(outer, 20)
        if header[0] != 0x45 or header[6] & 0x3F or header[7]:
            return self.stack_between(decoder, 0, decoder.count)
        key = (header[12:], decoder.u32(at + 4))
        text = self.tunnels.get(key)
        if text is None:
            if len(self.tunnels) >= MAX_CACHED:
                self.tunnels.clear()
            text = self.tunnels[key] = self.stack_between(decoder, 0, decoder.count)
        return text

    def stack_between(self, decoder: Decoder, first: int, last: int) -> str:
        """Return the tags and tunnels among the layers ``[first, last)``, quoted ones left out."""
        if decoder.quote and first == 0:
            last = decoder.quote
        begin = decoder.quote_depth if first else 0
        end = decoder.quote_depth if decoder.quote and not first else decoder.depth
        parts = []
        for index in range(first, last):
            kind, at = decoder.layer(index), decoder.layer_offset(index)
            if kind == VLAN:
                parts.append((at, f"vlan {decoder.u16(at) & 0xFFF}"))
            elif kind == MPLS:
                parts.append((at, f"mpls {decoder.u32(at) >> 12}"))
        for index in range(begin, end):
            kind, outer, at = decoder.tunnel(index)
            parts.append((at, self.tunnel(decoder, kind, outer, at)))
        return " | ".join(text for _, text in sorted(parts)) or "-"

    def tunnel(self, decoder: Decoder, kind: int, outer: int, at: int) -> str:
        """Return one tunnel: its kind, outer addresses, VNI or key."""
        text = ENCAPSULATION_NAMES[kind]
        fragment = ""
        if outer >= 0 and kind < OVER_WIREGUARD and kind != OVER_ERSPAN:
            network = IPV4 if decoder.byte(outer) >> 4 == 4 else IPV6
            source, destination = self.pair(decoder, network, outer)
            text += f" {source} > {destination}"
            if network == IPV4 and decoder.u16(outer + 6) & 0x3FFF:
                fragment = f" ({self.fragment_text(decoder, network, outer)})"
        vni = tunnel_vni(decoder, kind, at)
        key = gre_key(decoder, at) if kind == OVER_GRE else None
        if vni is not None:
            text += f" vni {vni}"
        elif key is not None:
            text += f" key {key}"
        return text + fragment

    def innermost(self, decoder: Decoder, length: int, link_type: int) -> str:
        """Return what the innermost packet says, and what it quotes."""
        if decoder.network == STOP:
            return self.frame(decoder, length, link_type)
        text = self.packet(decoder)
        if not decoder.quote:
            return text
        return f"{text}, about {self.quoted(decoder)}"

    def quoted(self, decoder: Decoder) -> str:
        """Return what an ICMP error quotes."""
        stack = self.stack_between(decoder, decoder.quote, decoder.count)
        if decoder.quoted_network == STOP:
            return "a packet cut off" if stack == "-" else f"{stack} | a packet cut off"
        decoder.swap_quoted()
        text = self.packet(decoder)
        decoder.swap_quoted()
        return text if stack == "-" else f"{stack} | {text}"

    def frame(self, decoder: Decoder, length: int, link_type: int) -> str:
        """Return what is known of a frame that carries neither IP nor ARP."""
        number = -1
        for index in range(decoder.count - 1, -1, -1):
            kind, at = decoder.layer(index), decoder.layer_offset(index)
            place = TYPE_FIELDS.get(kind)
            if place is not None and number < 0:
                number = decoder.u16(at + place)
            name = f"ethertype {number:#06x}" if number >= SMALLEST_ETHERTYPE else "802.3"
            size = decoder.start + length - at
            if kind == ETH:
                source = mac_text(decoder.octets(at + 6, 6))
                return f"{source} > {mac_text(decoder.octets(at, 6))}: {name}, length {size}"
            if kind in (SLL, SLL2):
                return f"{name}, length {size}"
        return f"link type {link_type}, length {length}"

    def packet(self, decoder: Decoder) -> str:
        """Return the innermost IP or ARP packet in tcpdump's words."""
        network, at = decoder.network, decoder.network_at
        transport, place, end = decoder.transport, decoder.transport_at, decoder.transport_end
        if network == ARP:
            return self.arp(decoder, at)
        source, destination = self.pair(decoder, network, at)
        size = network_length(decoder, network, at)
        if transport == ICMP:
            text = self.icmp(decoder, place, end, at + size - place)
            text = f"{source} > {destination}: {text}"
        elif transport == TCP:
            text = self.tcp(decoder, place, end, at + size - place)
            text = f"{source}.{decoder.u16(place)} > {destination}.{decoder.u16(place + 2)}: {text}"
        elif transport == UDP:
            text = self.udp(decoder, place, end, at + size - place)
            text = f"{source}.{decoder.u16(place)} > {destination}.{decoder.u16(place + 2)}: {text}"
        elif transport == ICMPV6:
            text = self.icmpv6(decoder, place, end, at + size - place)
            text = f"{source} > {destination}: {text}"
        else:
            text = f"{source} > {destination}: {ip_protocol_name(decoder.protocol)}, length {size}"
        if decoder.fragment == 0:
            return text
        return f"{text}, {self.fragment_text(decoder, network, at)}"

    def fragment_text(self, decoder: Decoder, network: int, at: int) -> str:
        """Return id and offset of a fragment of the IP packet at ``at``."""
        if network == IPV4:
            place = decoder.u16(at + 6)
            more = "+" if place & 0x2000 else ""
            return f"fragment id {decoder.u16(at + 4)} offset {(place & 0x1FFF) * 8}{more}"
        for index in range(decoder.count):
            header = decoder.layer_offset(index)
            if decoder.layer(index) == FRAGMENT and header > at:
                place = decoder.u16(header + 2)
                more = "+" if place & 1 else ""
                return f"fragment id {decoder.u32(header + 4)} offset {place & 0xFFF8}{more}"
        return "fragment"

    def udp(self, decoder: Decoder, at: int, end: int, length: int) -> str:
        """Return a datagram's payload length, as its own header says it."""
        said = decoder.u16(at + 4) if at + 8 <= end else 0
        return f"UDP, length {max(0, (said if said >= 8 else length) - 8)}"

    def icmp(self, decoder: Decoder, at: int, end: int, length: int) -> str:
        """Return an ICMP message; echo with id and seq, the need to fragment with its MTU."""
        number = decoder.byte(at)
        if number == 8 and at + 8 <= end:
            head = "ICMP echo request"
        elif number == 0 and at + 8 <= end:
            head = "ICMP echo reply"
        else:
            code = decoder.byte(at + 1)
            head = f"ICMP {icmp_name(number, code)}"
            if number == 3 and code == 4 and at + 8 <= end:
                head += f" (mtu {decoder.u16(at + 6)})"
            return f"{head}, length {length}"
        return f"{head}, id {decoder.u16(at + 4)}, seq {decoder.u16(at + 6)}, length {length}"

    def icmpv6(self, decoder: Decoder, at: int, end: int, length: int) -> str:
        """Return an ICMPv6 message; echo with id and seq, discovery with its target."""
        number, code = decoder.byte(at), decoder.byte(at + 1)
        text = f"ICMP6, {icmpv6_name(number, code)}"
        if number in (128, 129) and at + 8 <= end:
            text += f", id {decoder.u16(at + 4)}, seq {decoder.u16(at + 6)}"
        elif number == 2 and at + 8 <= end:
            text += f" (mtu {decoder.u32(at + 4)})"
        elif number in (135, 136) and at + 24 <= end:
            target = ipv6_text(int.from_bytes(decoder.octets(at + 8, 16), "big"))
            text += f", {'who has' if number == 135 else 'tgt is'} {target}"
        return f"{text}, length {length}"

    def tcp(self, decoder: Decoder, at: int, end: int, length: int) -> str:
        """Return a TCP segment's flags, numbers and payload length."""
        if at + 20 > end:
            return "TCP, cut off"
        size_and_flags = decoder.u16(at + 12)
        flags = size_and_flags & 0xFF
        text = self.flags.get(flags)
        if text is None:
            text = self.flags[flags] = tcp_flags_text(flags)
        payload = length - (size_and_flags >> 12) * 4
        if payload < 0:
            payload = 0
        sequence = decoder.u32(at + 4)
        if flags & 0x10:
            acknowledged = decoder.u32(at + 8)
            return f"Flags [{text}], seq {sequence}, ack {acknowledged}, length {payload}"
        return f"Flags [{text}], seq {sequence}, length {payload}"

    def arp(self, decoder: Decoder, at: int) -> str:
        """Return an ARP packet."""
        operation = decoder.u16(at + 6)
        size = decoder.limit - at
        sender, target = self.pair(decoder, ARP, at)
        if operation == 1:
            return f"ARP, Request who-has {target} tell {sender}, length {size}"
        if operation == 2:
            mac = mac_text(decoder.octets(at + 8, 6))
            return f"ARP, Reply {sender} is-at {mac}, length {size}"
        return f"ARP, operation {operation}, {sender} to {target}, length {size}"
