"""Tunnels: VXLAN, GENEVE, GRE, ERSPAN, IP in UDP, and those that stay opaque."""

from __future__ import annotations

from netdiag.decode.internet import InternetHeaders
from netdiag.decode.problems import BAD_VERSION, NO_VNI_FLAG
from netdiag.model.ethertypes import (
    ETHERTYPE_ARP,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    SMALLEST_ETHERTYPE,
)
from netdiag.model.layers import (
    ERSPAN2,
    ERSPAN3,
    ESP,
    ETH,
    GENEVE,
    GRE,
    IPV4,
    IPV6,
    MPLS,
    OVER_ERSPAN,
    OVER_ESP,
    OVER_GENEVE,
    OVER_UDP,
    OVER_VXLAN,
    OVER_VXLAN_GPE,
    OVER_WIREGUARD,
    PPP,
    STOP,
    VXLAN,
    VXLAN_GPE,
    WIREGUARD,
)

GRE_CHECKSUM = 0x8000
GRE_ROUTING = 0x4000
GRE_KEY = 0x2000
GRE_SEQUENCE = 0x1000
GRE_ACKNOWLEDGEMENT = 0x0080
GRE_PPP = 0x880B
GRE_ERSPAN2 = 0x88BE
GRE_ERSPAN3 = 0x22EB

ARP_FOR_IPV4 = 0x00010800
"""How ARP for IPv4 over Ethernet begins."""

SMALLEST_PAYLOAD = 46
"""Ethernet pads shorter ones, also those that a tunnel carries."""

VXLAN_FLAG_VNI = 0x08
VXLAN_FLAG_NEXT_PROTOCOL = 0x04
GPE_IPV4, GPE_IPV6, GPE_ETHERNET, GPE_MPLS = 1, 2, 3, 5

WIREGUARD_INITIATION, WIREGUARD_RESPONSE, WIREGUARD_COOKIE, WIREGUARD_DATA = 1, 2, 3, 4


class TunnelHeaders(InternetHeaders):
    """Headers of tunnels; RFC 7348, 8926, 2784, 2890, 2637, 7637, wireguard.com/protocol."""

    def __init__(self) -> None:
        super().__init__()
        self.udp_tunnels = bytes(65536)
        """For each UDP destination port the encapsulation that it announces, 0 = none."""

    def tunnel_header(self, kind: int) -> int:
        """Read the header of this kind; return what follows."""
        if kind == VXLAN:
            return self.vxlan()
        if kind == GENEVE:
            return self.geneve()
        if kind == GRE:
            return self.gre()
        if kind in (ERSPAN2, ERSPAN3):
            return self.erspan(kind)
        if kind == VXLAN_GPE:
            return self.vxlan_gpe()
        return STOP

    def udp_payload(self, source_port: int, destination_port: int) -> int:
        """Return the tunnel in a UDP payload at ``at``: by port, else by the look of it.

        WireGuard and ESP answer from their port to any other, so that both ports announce them.
        """
        if self.end - self.at < 8:
            return STOP
        announced = self.udp_tunnels[destination_port]
        if announced == 0:
            announced = self.udp_tunnels[source_port]
            if announced != OVER_WIREGUARD and announced != OVER_ESP:
                return self.unannounced_tunnel()
        if announced != OVER_VXLAN:
            return self.announced_tunnel(announced)
        if self.b[self.at] & VXLAN_FLAG_VNI or self.may_be_vxlan():
            return self.enter_tunnel(OVER_VXLAN, VXLAN)
        return STOP

    def unannounced_tunnel(self) -> int:
        """Return the tunnel that a UDP payload at ``at`` looks like, whatever the port."""
        first = self.b[self.at]
        if first == VXLAN_FLAG_VNI and self.looks_like_vxlan():
            return self.enter_tunnel(OVER_VXLAN, VXLAN)
        if first == WIREGUARD_DATA and self.looks_like_wireguard_data():
            return self.enter_tunnel(OVER_WIREGUARD, WIREGUARD)
        return STOP

    def announced_tunnel(self, announced: int) -> int:
        """Return the tunnel that a port other than VXLAN's announces, if its first bytes agree."""
        at = self.at
        if announced == OVER_GENEVE:
            return self.enter_tunnel(OVER_GENEVE, GENEVE) if self.b[at] < 0x40 else STOP
        if announced == OVER_VXLAN_GPE:
            return self.enter_tunnel(OVER_VXLAN_GPE, VXLAN_GPE)
        if announced == OVER_UDP:
            version = self.b[at] >> 4
            if version == 4 or version == 6:
                return self.enter_tunnel(OVER_UDP, IPV4 if version == 4 else IPV6)
            return STOP
        if announced == OVER_WIREGUARD:
            return self.enter_tunnel(OVER_WIREGUARD, WIREGUARD) if self.is_wireguard() else STOP
        if announced == OVER_ESP and not self.is_zero(at, 4):
            return self.enter_tunnel(OVER_ESP, ESP)
        return STOP

    def is_zero(self, at: int, size: int) -> int:
        """Return 1 if ``size`` bytes at ``at`` are all zero."""
        for place in range(at, at + size):
            if self.b[place]:
                return 0
        return 1

    def looks_like_vxlan(self) -> int:
        """Return 1 if flags, reserved bits and the inner packet's length fit, whatever the port."""
        at = self.at
        size = self.u16(at - 4) - 8 - 22
        if self.end - at < 8 + 14 + 8 or not self.is_zero(at + 1, 3) or self.b[at + 7]:
            return 0
        ethertype = self.u16(at + 20)
        if ethertype == ETHERTYPE_IPV4:
            fits = self.b[at + 22] >> 4 == 4 and self.b[at + 22] & 15 >= 5
            length = self.u16(at + 24)
        elif ethertype == ETHERTYPE_IPV6:
            fits = self.b[at + 22] >> 4 == 6
            length = self.u16(at + 26) + 40
        else:
            fits = ethertype == ETHERTYPE_ARP and self.u32(at + 22) == ARP_FOR_IPV4
            length = 28
        return 1 if fits and (length == size or length < size <= SMALLEST_PAYLOAD) else 0

    def may_be_vxlan(self) -> int:
        """Return 1 if, the I flag missing on a VXLAN port, an inner frame fits all the same."""
        at = self.at
        if self.end - at < 8 + 14:
            return 0
        ethertype = self.u16(at + 20)
        return 1 if ethertype >= SMALLEST_ETHERTYPE and self.ethertype(ethertype) != STOP else 0

    def is_wireguard(self) -> int:
        """Return 1 if a WireGuard port's payload is one of its four messages, told by its size.

        The size is the one in the UDP header right before, as the capture may have cut it.
        """
        kind = self.b[self.at]
        size = self.u16(self.at - 4) - 8
        if not self.is_zero(self.at + 1, 3):
            return 0
        if kind == WIREGUARD_DATA:
            return 1 if size >= 32 and size & 15 == 0 else 0
        if kind == WIREGUARD_INITIATION:
            return 1 if size == 148 else 0
        if kind == WIREGUARD_RESPONSE:
            return 1 if size == 92 else 0
        return 1 if kind == WIREGUARD_COOKIE and size == 64 else 0

    def looks_like_wireguard_data(self) -> int:
        """Return 1 for a transport message on any port: a receiver, a counter below 2^32."""
        at = self.at
        if self.end - at < 16 or not self.is_wireguard():
            return 0
        return 1 if self.is_zero(at + 12, 4) and not self.is_zero(at + 4, 4) else 0

    def vxlan(self) -> int:
        """VXLAN: flags, VNI; without the I flag it is noted as a problem and read all the same."""
        at = self.at
        if self.lacks(8):
            return STOP
        if not self.b[at] & VXLAN_FLAG_VNI:
            self.note(NO_VNI_FLAG)
        self.at = at + 8
        return ETH if self.at < self.end else STOP

    def vxlan_gpe(self) -> int:
        """VXLAN-GPE: as VXLAN, with a next protocol where the P flag is set."""
        at = self.at
        if self.lacks(8):
            return STOP
        self.at = at + 8
        if self.at == self.end:
            return STOP
        if not self.b[at] & VXLAN_FLAG_NEXT_PROTOCOL:
            return ETH
        following = self.b[at + 3]
        if following == GPE_IPV4:
            return IPV4
        if following == GPE_IPV6:
            return IPV6
        if following == GPE_MPLS:
            return MPLS
        return ETH if following == GPE_ETHERNET else STOP

    def geneve(self) -> int:
        """GENEVE: version and options' length, protocol, VNI, options."""
        at = self.at
        if self.lacks(8):
            return STOP
        if self.b[at] >> 6:
            return self.note(BAD_VERSION)
        size = 8 + (self.b[at] & 0x3F) * 4
        if self.ends_within(size):
            return STOP
        self.at = at + size
        return self.ethertype(self.u16(at + 2))

    def gre(self) -> int:
        """GRE: flags, protocol, checksum, key, sequence as the flags say; version 1 is PPTP."""
        at = self.at
        if self.lacks(4):
            return STOP
        flags = self.u16(at)
        if flags & 7 > 1:
            return self.note(BAD_VERSION)
        size = 4
        size += 4 if flags & (GRE_CHECKSUM | GRE_ROUTING) else 0
        size += 4 if flags & GRE_KEY else 0
        size += 4 if flags & GRE_SEQUENCE else 0
        size += 4 if flags & 7 and flags & GRE_ACKNOWLEDGEMENT else 0
        if self.ends_within(size):
            return STOP
        self.at = at + size
        if flags & GRE_ROUTING and self.skip_source_routes():
            return STOP
        return self.gre_payload(self.u16(at + 2), flags)

    def gre_payload(self, protocol: int, flags: int) -> int:
        """Return what a GRE header with this protocol carries."""
        if self.at == self.end:
            return STOP
        if protocol == GRE_PPP:
            return PPP
        if protocol == GRE_ERSPAN2:
            if flags & GRE_SEQUENCE:
                return self.enter_tunnel(OVER_ERSPAN, ERSPAN2)
            return self.enter_tunnel(OVER_ERSPAN, ETH)
        if protocol == GRE_ERSPAN3:
            return self.enter_tunnel(OVER_ERSPAN, ERSPAN3)
        return self.ethertype(protocol)

    def skip_source_routes(self) -> int:
        """Move past GRE's source route entries (RFC 1701); return 1 if they don't end."""
        while not self.ends_within(4):
            size = int(self.b[self.at + 3])
            family = self.u16(self.at)
            self.at += 4
            if family == 0 and size == 0:
                return 0
            if self.ends_within(size):
                return 1
            self.at += size
        return 1

    def erspan(self, kind: int) -> int:
        """ERSPAN type II (8 bytes) and III (12, and 8 more with the O flag); I has no header."""
        at = self.at
        size = 8 if kind == ERSPAN2 else 12
        if self.lacks(size):
            return STOP
        version = self.b[at] >> 4
        if version != (1 if kind == ERSPAN2 else 2):
            return self.note(BAD_VERSION)
        carries = ETH
        if kind == ERSPAN3:
            frame_type = self.b[at + 10] >> 2 & 0x1F
            carries = ETH if frame_type == 0 else STOP
            if frame_type == 2:
                carries = IPV4
            if self.b[at + 11] & 1:
                size += 8
        if self.ends_within(size):
            return STOP
        self.at = at + size
        return self.bare_ip() if carries == IPV4 else carries
