"""IPv4, IPv6, ARP and ICMP of a packet that is being rewritten."""

from __future__ import annotations

from typing import Final, NamedTuple

from netdiag.sources.redaction.packet_bytes import PacketBytes
from netdiag.sources.redaction.sums import sum_words

ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_IPV6 = 0x0800, 0x0806, 0x86DD
VLAN_TYPES: Final = frozenset({0x8100, 0x88A8})
ETHERNET_BYTES, VLAN_BYTES = 14, 4
IPV4_BYTES, IPV6_BYTES = 20, 40
ICMP, IPIP, TCP, UDP, SIX_IN_FOUR = 1, 4, 6, 17, 41
GRE, ESP, AH, ICMPV6, NO_NEXT = 47, 50, 51, 58, 59
HOP_BY_HOP, FRAGMENT, DESTINATION_OPTIONS = 0, 44, 60
MAX_DEPTH: Final = 12
_ICMP_ECHO: Final = frozenset({0, 8})
_ICMP_QUOTING: Final = frozenset({3, 4, 5, 11, 12})
_ICMPV6_ECHO: Final = frozenset({128, 129})
_ICMPV6_QUOTING: Final = frozenset({1, 2, 3, 4})
_REDIRECT: Final = 5
_ARP_OF_IPV4: Final = bytes.fromhex("0001 0800 06 04")
_NEIGHBOURS: Final = {133: 8, 134: 16, 135: 24, 136: 24, 137: 40}
"""ICMPv6 types of neighbour discovery -> where their options begin, RFC 4861."""
_NEIGHBOUR_SOLICITATION: Final = 135
"""This and those after it hold addresses."""
_LINK_LAYER_OPTIONS: Final = frozenset({1, 2})
_PADDING_OPTION, _END_OPTION = 1, 0
_ROUTE_OPTIONS: Final = frozenset({7, 131, 137})
"""IPv4 options that hold addresses: record route, loose and strict source route."""


class Carried(NamedTuple):
    """What an IP header says of what follows it."""

    protocol: int
    pseudo: tuple[int, int]
    """Sum of its addresses before and after: of a pseudo header."""
    length: int
    """Bytes that follow, captured or not."""
    is_later_fragment: bool = False


class InternetRewriter(PacketBytes):
    """Walks headers from Ethernet to ICMP; ``at`` is a header's place, ``end`` what it may hold."""

    depth = 0

    def ethernet(self, at: int, end: int) -> None:
        """Rewrite a frame."""
        if end - at < ETHERNET_BYTES:
            self.clear(at, end)
            return
        self.map_mac(at)
        self.map_mac(at + 6)
        kind, at = self.word(at + 12), at + ETHERNET_BYTES
        while kind in VLAN_TYPES and end - at >= VLAN_BYTES:
            kind, at = self.word(at + 2), at + VLAN_BYTES
        self.ethertype(kind, at, end)

    def ethertype(self, kind: int, at: int, end: int) -> None:
        """Rewrite what an EtherType announces."""
        if kind == ETHERTYPE_IPV4:
            self.ipv4(at, end)
        elif kind == ETHERTYPE_IPV6:
            self.ipv6(at, end)
        elif kind == ETHERTYPE_ARP:
            self.arp(at, end)
        else:
            self.clear(at, end)

    def bare_ip(self, at: int, end: int) -> None:
        """Rewrite a packet whose first bits say which version it is."""
        version = self.old[at] >> 4 if at < end else 0
        if version == 4:
            self.ipv4(at, end)
        elif version == 6:
            self.ipv6(at, end)
        else:
            self.clear(at, end)

    def arp(self, at: int, end: int) -> None:
        """Rewrite ARP: a MAC and an address of the sender, and of the target. RFC 826."""
        if end - at < 28 or self.old[at : at + 6] != _ARP_OF_IPV4:
            self.clear(at, end)
            return
        for mac, address in ((at + 8, at + 14), (at + 18, at + 24)):
            self.map_mac(mac)
            self.map_ip(address, 4)
        self.clear(at + 28, end)

    def ipv4(self, at: int, end: int) -> None:
        """Rewrite a header with options, and what follows. RFC 791."""
        size = (self.old[at] & 15) * 4 if at < end else 0
        if not IPV4_BYTES <= size <= end - at or self.depth >= MAX_DEPTH:
            self.clear(at, end)
            return
        self.map_ip(at + 12, 4)
        self.map_ip(at + 16, 4)
        self._ipv4_options(at + IPV4_BYTES, at + size)
        self.move_checksum(at + 10, at, at + size)
        stop = self._stop(at, end, self.word(at + 2), size)
        pseudo = sum_words(self.old[at + 12 : at + 20]), sum_words(self.new[at + 12 : at + 20])
        later = self.word(at + 6) & 0x1FFF != 0
        length = max(self.word(at + 2) - size, stop - at - size)
        self._inside(Carried(self.old[at + 9], pseudo, length, later), at + size, stop)

    def ipv6(self, at: int, end: int) -> None:
        """Rewrite a header with the common extension headers, and what follows. RFC 8200."""
        if end - at < IPV6_BYTES or self.depth >= MAX_DEPTH:
            self.clear(at, end)
            return
        self.map_ip(at + 8, 16)
        self.map_ip(at + 24, 16)
        stop = self._stop(at, end, IPV6_BYTES + self.word(at + 4), IPV6_BYTES)
        pseudo = sum_words(self.old[at + 8 : at + 40]), sum_words(self.new[at + 8 : at + 40])
        final = at + IPV6_BYTES + self.word(at + 4)
        protocol, later, at = self.old[at + 6], False, at + IPV6_BYTES
        while protocol in (HOP_BY_HOP, DESTINATION_OPTIONS, FRAGMENT) and stop - at >= 8:
            size = 8
            if protocol == FRAGMENT:
                later = later or self.word(at + 2) >> 3 != 0
            else:
                size = (self.old[at + 1] + 1) * 8
            protocol, at = self.old[at], at + size
            if later:
                break
        length = max(0, final - at, stop - at)
        self._inside(Carried(protocol, pseudo, length, later), min(at, stop), stop)

    def carried(self, carried: Carried, at: int, end: int) -> None:
        """Rewrite what a protocol number announces: what is not known here is cleared."""
        if carried.protocol == ICMP:
            self.icmp(at, end)
        elif carried.protocol == ICMPV6:
            self.icmpv6(carried, at, end)
        elif carried.protocol == IPIP:
            self.ipv4(at, end)
        elif carried.protocol == SIX_IN_FOUR:
            self.ipv6(at, end)
        elif carried.protocol == AH:
            self.authenticated(carried, at, end)
        elif carried.protocol == ESP:
            self.clear(at + 8, end)
        else:
            self.clear(at, end)

    def authenticated(self, carried: Carried, at: int, end: int) -> None:
        """Rewrite what follows an authentication header, whose proof is cleared. RFC 4302."""
        size = (self.old[at + 1] + 2) * 4 if end - at >= 12 else 0
        if not 12 <= size <= end - at:
            self.clear(at, end)
            return
        self.clear(at + 12, at + size)
        self.carried(carried._replace(protocol=self.old[at]), at + size, end)

    def icmp(self, at: int, end: int) -> None:
        """Rewrite ICMP: the packet that an error quotes; of a ping all stays. RFC 792."""
        kind = self.old[at] if end - at >= 8 else -1
        if kind in _ICMP_QUOTING:
            if kind == _REDIRECT:
                self.map_ip(at + 4, 4)
            self.quoted(at + 8, end)
        elif kind not in _ICMP_ECHO:
            self.clear(at + 4, end)
        self.move_checksum(at + 2, at, end)

    def icmpv6(self, carried: Carried, at: int, end: int) -> None:
        """Rewrite ICMPv6: quoted packets, neighbours and their MACs. RFC 4443, RFC 4861."""
        kind = self.old[at] if end - at >= 8 else -1
        if kind in _ICMPV6_QUOTING:
            self.quoted(at + 8, end)
        elif kind in _NEIGHBOURS:
            self._neighbour(kind, at, end)
        elif kind not in _ICMPV6_ECHO:
            self.clear(at + 4, end)
        self.move_transport_checksum(
            at + 2, at, end, with_protocol(carried, ICMPV6, carried.length)
        )

    def quoted(self, at: int, end: int) -> None:
        """Rewrite the beginning of a packet."""
        self.bare_ip(at, end)

    def _inside(self, carried: Carried, at: int, end: int) -> None:
        if carried.is_later_fragment:
            if carried.protocol not in (ICMP, ICMPV6):  # of a large ping it is the padding
                self.clear(at, end)
            return
        self.depth += 1
        self.carried(carried, at, end)
        self.depth -= 1

    def _stop(self, at: int, end: int, length: int, header: int) -> int:
        """Return where a packet ends by its length; clear what is behind it."""
        stop = at + length if header <= length <= end - at else end
        self.clear(stop, end)
        return stop

    def _ipv4_options(self, at: int, end: int) -> None:
        while at < end and self.old[at] != _END_OPTION:
            if self.old[at] == _PADDING_OPTION:
                at += 1
                continue
            size = self.old[at + 1] if at + 1 < end else 0
            if not 2 <= size <= end - at:
                break
            self._ipv4_option(at, at + size)
            at += size
        self.clear(at, end)

    def _ipv4_option(self, at: int, end: int) -> None:
        if self.old[at] not in _ROUTE_OPTIONS:
            self.clear(at + 2, end)
            return
        for address in range(at + 3, end - 3, 4):
            self.map_ip(address, 4)

    def _neighbour(self, kind: int, at: int, end: int) -> None:
        options = at + _NEIGHBOURS[kind]
        if kind >= _NEIGHBOUR_SOLICITATION:
            for address in range(at + 8, options, 16):
                if address + 16 <= end:
                    self.map_ip(address, 16)
                else:
                    self.clear(address, end)
        self._neighbour_options(options, end)

    def _neighbour_options(self, at: int, end: int) -> None:
        while end - at >= 8 and self.old[at + 1]:
            stop = min(end, at + self.old[at + 1] * 8)
            if self.old[at] in _LINK_LAYER_OPTIONS:
                self.map_mac(at + 2)
                self.clear(at + 8, stop)
            else:
                self.clear(at + 2, stop)
            at = stop
        self.clear(at, end)


def with_protocol(carried: Carried, protocol: int, length: int) -> tuple[int, int]:
    """Return the sums of whole pseudo headers, before and after."""
    before, after = carried.pseudo
    return before + protocol + length, after + protocol + length
