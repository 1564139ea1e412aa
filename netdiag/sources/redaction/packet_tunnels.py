"""UDP, TCP and the tunnels of a packet that is being rewritten."""

from __future__ import annotations

from typing import Final

from netdiag.sources.redaction.packet_internet import (
    ETHERTYPE_ARP,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    GRE,
    TCP,
    UDP,
    VLAN_TYPES,
    Carried,
    InternetRewriter,
    with_protocol,
)

UDP_BYTES, TCP_BYTES, VXLAN_BYTES, GENEVE_BYTES = 8, 20, 8, 8
TRANSPARENT_ETHERNET = 0x6558
GENEVE_PORT, FLANNEL_UDP_PORT, ESP_PORT, VXLAN_GPE_PORT = 6081, 8285, 4500, 4790
VXLAN_PORTS: Final = frozenset({4789, 8472})
_VNI_IS_VALID: Final = 0x08
_GPE_NEXT: Final = {1: ETHERTYPE_IPV4, 2: ETHERTYPE_IPV6, 3: TRANSPARENT_ETHERNET}
_INNER_TYPES: Final = frozenset({ETHERTYPE_IPV4, ETHERTYPE_IPV6, ETHERTYPE_ARP, *VLAN_TYPES})
_GRE_CHECKSUM, _GRE_ROUTING, _GRE_KEY, _GRE_SEQUENCE, _GRE_VERSION = (
    0x8000,
    0x4000,
    0x2000,
    0x1000,
    7,
)
_WIREGUARD_SIZES: Final = {1: 148, 2: 92, 3: 64}
_WIREGUARD_DATA: Final = 4
_WIREGUARD_HEADERS: Final = {1: 8, 2: 12, 3: 8, 4: 16}
"""Bytes of each message that are kept: kind, indexes, a counter."""
_HARMLESS_TCP_OPTIONS: Final = frozenset({2, 3, 4, 5, 8})


class TunnelRewriter(InternetRewriter):
    """Walks into tunnels; what else TCP and UDP carry is cleared."""

    def carried(self, carried: Carried, at: int, end: int) -> None:
        """Rewrite what a protocol number announces."""
        if carried.protocol == UDP:
            self.udp(carried, at, end)
        elif carried.protocol == TCP:
            self.tcp(carried, at, end)
        elif carried.protocol == GRE:
            self.gre(at, end)
        else:
            super().carried(carried, at, end)

    def udp(self, carried: Carried, at: int, end: int) -> None:
        """Rewrite UDP; a checksum of 0 is none. RFC 768."""
        if end - at < UDP_BYTES:
            self.clear(at + 4, end)
            return
        length, payload = self.word(at + 4), at + UDP_BYTES
        stop = at + length if UDP_BYTES <= length <= end - at else end
        self.clear(stop, end)
        self._udp_payload(self.word(at), self.word(at + 2), length - UDP_BYTES, payload, stop)
        if self.word(at + 6) == 0:
            return
        self.move_transport_checksum(at + 6, at, stop, with_protocol(carried, UDP, length))
        if not any(self.new[at + 6 : at + 8]):
            self.new[at + 6 : at + 8] = b"\xff\xff"

    def tcp(self, carried: Carried, at: int, end: int) -> None:
        """Rewrite TCP: the header is kept. RFC 9293."""
        size = (self.old[at + 12] >> 4) * 4 if end - at > 12 else TCP_BYTES
        self._tcp_options(at + TCP_BYTES, min(at + size, end))
        self.clear(max(at + size, at + TCP_BYTES), end)
        self.move_transport_checksum(at + 16, at, end, with_protocol(carried, TCP, carried.length))

    def gre(self, at: int, end: int) -> None:
        """Rewrite GRE, version 0. RFC 2784, RFC 2890."""
        flags = self.word(at) if end - at >= 4 else _GRE_VERSION
        if flags & (_GRE_VERSION | _GRE_ROUTING):
            self.clear(at, end)
            return
        options = (_GRE_CHECKSUM, _GRE_KEY, _GRE_SEQUENCE)
        inside = min(end, at + 4 + 4 * sum(bool(flags & each) for each in options))
        self._frame_or_packet(self.word(at + 2), inside, end)
        if flags & _GRE_CHECKSUM:
            self.move_checksum(at + 4, at, end)

    def vxlan(self, at: int, end: int) -> None:
        """Rewrite VXLAN: a header with a VNI, a frame. RFC 7348."""
        if end - at < VXLAN_BYTES or not self.old[at] & _VNI_IS_VALID:
            self.clear(at, end)
            return
        self.nested_ethernet(at + VXLAN_BYTES, end)

    def vxlan_gpe(self, at: int, end: int) -> None:
        """Rewrite VXLAN-GPE: it says what follows."""
        kind = _GPE_NEXT.get(self.old[at + 3], 0) if end - at >= VXLAN_BYTES else 0
        self._frame_or_packet(kind, min(end, at + VXLAN_BYTES), end)

    def geneve(self, at: int, end: int) -> None:
        """Rewrite GENEVE; its options are cleared. RFC 8926."""
        if end - at < GENEVE_BYTES:
            self.clear(at, end)
            return
        inside = min(end, at + GENEVE_BYTES + (self.old[at] & 0x3F) * 4)
        self.clear(at + GENEVE_BYTES, inside)
        self._frame_or_packet(self.word(at + 2), inside, end)

    def nested_ethernet(self, at: int, end: int) -> None:
        """Rewrite a frame in a tunnel."""
        self.ethernet(at, end)

    def _udp_payload(self, source: int, destination: int, size: int, at: int, end: int) -> None:
        ports = {source, destination}
        if destination in VXLAN_PORTS or self._looks_like_vxlan(at, end):
            self.vxlan(at, end)
        elif destination == VXLAN_GPE_PORT:
            self.vxlan_gpe(at, end)
        elif destination == GENEVE_PORT:
            self.geneve(at, end)
        elif destination == FLANNEL_UDP_PORT:
            self.bare_ip(at, end)
        elif ESP_PORT in ports:
            self.clear(at + 8, end)
        else:
            self.clear(at + self._wireguard_header(size, at, end), end)

    def _frame_or_packet(self, kind: int, at: int, end: int) -> None:
        if kind == TRANSPARENT_ETHERNET:
            self.nested_ethernet(at, end)
        else:
            self.ethertype(kind, at, end)

    def _looks_like_vxlan(self, at: int, end: int) -> bool:
        """Tell whether a header fits, and the frame in it, at any port."""
        head = self.old[at:end][: VXLAN_BYTES + 14]
        if len(head) < VXLAN_BYTES + 14 or head[:4] != b"\x08\0\0\0" or head[7]:
            return False
        return int.from_bytes(head[-2:], "big") in _INNER_TYPES

    def _wireguard_header(self, size: int, at: int, end: int) -> int:
        """Return how many bytes of a WireGuard message are not secret; 0 if it is none."""
        kind = self.old[at] if end - at >= 4 and not any(self.old[at + 1 : at + 4]) else 0
        is_data = kind == _WIREGUARD_DATA and size >= 32 and size % 16 == 0
        if is_data or size == _WIREGUARD_SIZES.get(kind):
            return _WIREGUARD_HEADERS[kind]
        return 0

    def _tcp_options(self, at: int, end: int) -> None:
        while at < end and self.old[at]:
            size = 1 if self.old[at] == 1 else self.old[at + 1] if at + 1 < end else 0
            if size == 0 or size > end - at:
                break
            if size > 2 and self.old[at] not in _HARMLESS_TCP_OPTIONS:
                self.clear(at + 2, at + size)
            at += size
        self.clear(at, end)
