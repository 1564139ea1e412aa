"""What comes before IP: link types, Ethernet and its tags, MPLS, PPP, ARP."""

from __future__ import annotations

from netdiag.decode.packet import Packet
from netdiag.decode.problems import BAD_HEADER_LENGTH, BAD_VERSION
from netdiag.model.ethertypes import (
    ETHERTYPE_ARP,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    ETHERTYPE_MPLS,
    ETHERTYPE_MPLS_MULTICAST,
    ETHERTYPE_OLD_QINQ,
    ETHERTYPE_PPPOE_SESSION,
    ETHERTYPE_QINQ,
    ETHERTYPE_TEB,
    ETHERTYPE_VLAN,
    SMALLEST_ETHERTYPE,
)
from netdiag.model.layers import (
    ARP,
    ETH,
    IPV4,
    IPV6,
    LLC,
    LOOP,
    MPLS,
    NULL,
    PPP,
    PPPOE,
    SLL,
    SLL2,
    STOP,
    VLAN,
)
from netdiag.model.link_types import (
    LINKTYPE_ETHERNET,
    LINKTYPE_IPV4,
    LINKTYPE_IPV6,
    LINKTYPE_LINUX_SLL,
    LINKTYPE_LINUX_SLL2,
    LINKTYPE_LOOP,
    LINKTYPE_NULL,
    LINKTYPE_RAW,
    LINKTYPE_RAW_BSD,
    LINKTYPE_RAW_OPENBSD,
    PACKET_OUTGOING,
)

ARPHRD_NETLINK = 824


class LinkHeaders(Packet):
    """Headers of links; sources: IEEE 802.3, 802.1Q, RFC 3032, 2516, 826, tcpdump.org/linktypes."""

    def link(self, link_type: int) -> int:
        """Return the kind of the first header for a LINKTYPE number."""
        if link_type == LINKTYPE_ETHERNET:
            return ETH
        if link_type == LINKTYPE_LINUX_SLL:
            return SLL
        if link_type == LINKTYPE_LINUX_SLL2:
            return SLL2
        if link_type == LINKTYPE_NULL:
            return NULL
        if link_type == LINKTYPE_LOOP:
            return LOOP
        if link_type == LINKTYPE_IPV4:
            return IPV4
        if link_type == LINKTYPE_IPV6:
            return IPV6
        if link_type in (LINKTYPE_RAW, LINKTYPE_RAW_BSD, LINKTYPE_RAW_OPENBSD):
            return self.bare_ip()
        return STOP

    def link_header(self, kind: int) -> int:
        """Read the header of this kind; return what follows."""
        if kind == ETH:
            return self.ethernet()
        if kind == VLAN:
            return self.vlan()
        if kind == ARP:
            return self.arp()
        if kind == SLL2:
            return self.cooked2()
        if kind == SLL:
            return self.cooked()
        if kind == MPLS:
            return self.mpls()
        if kind == LLC:
            return self.llc()
        if kind == PPPOE:
            return self.pppoe()
        if kind == PPP:
            return self.ppp()
        return self.loopback(kind)

    def bare_ip(self) -> int:
        """Return which IP header stands at ``at``, told by its version."""
        if self.at < self.end:
            version = self.b[self.at] >> 4
            if version == 4:
                return IPV4
            if version == 6:
                return IPV6
            self.note(BAD_VERSION)
        return STOP

    def ethertype(self, number: int) -> int:
        """Return the kind of the header that an EtherType announces."""
        if number == ETHERTYPE_IPV4:
            return IPV4
        if number == ETHERTYPE_IPV6:
            return IPV6
        if number == ETHERTYPE_ARP:
            return ARP
        if number in (ETHERTYPE_VLAN, ETHERTYPE_QINQ, ETHERTYPE_OLD_QINQ):
            return VLAN
        if number in (ETHERTYPE_MPLS, ETHERTYPE_MPLS_MULTICAST):
            return MPLS
        if number == ETHERTYPE_PPPOE_SESSION:
            return PPPOE
        if number == ETHERTYPE_TEB:
            return ETH
        return STOP

    def type_or_length(self, at: int) -> int:
        """Return what follows a frame's type/length field at ``at``, which ends its header."""
        number = self.u16(at)
        self.at = at + 2
        if number >= SMALLEST_ETHERTYPE:
            return self.ethertype(number)
        if self.at + number < self.end:
            self.end = self.at + number
        return LLC if self.at < self.end else STOP

    def ethernet(self) -> int:
        """Ethernet: destination and source address, type or length."""
        if self.lacks(14):
            return STOP
        self.network = STOP
        self.transport = STOP
        self.fragment = 0
        return self.type_or_length(self.at + 12)

    def vlan(self) -> int:
        """One 802.1Q or 802.1ad tag: priority and VLAN id, type of what follows."""
        if self.lacks(4):
            return STOP
        self.tags += 1
        return self.type_or_length(self.at + 2)

    def llc(self) -> int:
        """LLC; only SNAP with an EtherType (RFC 1042) leads on."""
        at = self.at
        if self.ends_within(3):
            return STOP
        if self.b[at] != 0xAA or self.b[at + 1] != 0xAA or self.b[at + 2] != 3:
            return STOP
        if self.ends_within(8) or self.u16(at + 3) != 0 or self.b[at + 5] not in (0, 0xF8):
            return STOP
        self.at = at + 8
        return self.ethertype(self.u16(at + 6))

    def cooked(self) -> int:
        """Linux cooked capture: packet type, device type, address, protocol."""
        at = self.at
        if self.lacks(16):
            return STOP
        self.direction = 2 if self.u16(at) == PACKET_OUTGOING else 1
        self.at = at + 16
        return self.cooked_protocol(self.u16(at + 2), self.u16(at + 14))

    def cooked2(self) -> int:
        """Linux cooked capture, version 2: protocol, interface index, device and packet type."""
        at = self.at
        if self.lacks(20):
            return STOP
        self.ifindex = self.u32(at + 4)
        self.direction = 2 if self.b[at + 10] == PACKET_OUTGOING else 1
        self.at = at + 20
        return self.cooked_protocol(self.u16(at + 8), self.u16(at))

    def cooked_protocol(self, device_type: int, protocol: int) -> int:
        """Return what follows a cooked header; on netlink devices ``protocol`` is no EtherType."""
        if device_type == ARPHRD_NETLINK:
            return STOP
        if protocol == 4:
            return LLC
        return self.ethertype(protocol) if protocol >= SMALLEST_ETHERTYPE else STOP

    def loopback(self, kind: int) -> int:
        """BSD loopback: an address family in the host's byte order, or (LOOP) the network's."""
        if self.lacks(4):
            return STOP
        family = self.u32(self.at)
        if kind == NULL and family > 0xFFFF:
            family = self.b[self.at] | self.b[self.at + 1] << 8
        self.at += 4
        if family == 2:
            return IPV4
        return IPV6 if family in (10, 23, 24, 28, 30) else STOP

    def mpls(self) -> int:
        """One MPLS label; below the last one, IP or a pseudowire is told by the first nibble."""
        at = self.at
        if self.lacks(4):
            return STOP
        self.tags += 1
        self.at = at + 4
        if not self.b[at + 2] & 1:
            return MPLS
        if self.at == self.end:
            return STOP
        nibble = self.b[self.at] >> 4
        if nibble == 4:
            return IPV4
        if nibble == 6:
            return IPV6
        return self.pseudowire()

    def pseudowire(self) -> int:
        """Return ``ETH`` if, after a control word or at once, an Ethernet header fits."""
        if self.end - self.at >= 18 and self.u16(self.at) == 0 and self.is_frame(self.at + 4):
            self.at += 4
            return ETH
        if self.end - self.at >= 14 and self.is_frame(self.at):
            return ETH
        return STOP

    def is_frame(self, at: int) -> int:
        """Return 1 if the type field of an Ethernet header at ``at`` is one that is known."""
        number = self.u16(at + 12)
        return 1 if self.ethertype(number) != STOP or number <= self.end - at - 14 else 0

    def pppoe(self) -> int:
        """PPPoE session: version and type, code, session, length (RFC 2516)."""
        at = self.at
        if self.lacks(6):
            return STOP
        if self.b[at] != 0x11:
            return self.reject(BAD_VERSION)
        if self.b[at + 1] != 0:
            return STOP
        self.at = at + 6
        self.narrow(self.u16(at + 4))
        return PPP

    def ppp(self) -> int:
        """PPP: optional address and control, a protocol of one or two bytes (RFC 1661)."""
        at = self.at
        if self.lacks(1):
            return STOP
        if self.b[at] == 0xFF and self.ends_within(2):
            return STOP
        if self.end - at >= 2 and self.u16(at) == 0xFF03:
            at += 2
        if at < self.end and self.b[at] & 1:
            protocol = int(self.b[at])
            self.at = at + 1
        else:
            self.at = at
            if self.ends_within(2):
                return STOP
            protocol = self.u16(at)
            self.at = at + 2
        if protocol == 0x21:
            return IPV4
        if protocol == 0x57:
            return IPV6
        return MPLS if protocol == 0x281 else STOP

    def arp(self) -> int:
        """ARP for IPv4 over Ethernet; other address sizes are left alone (RFC 826)."""
        at = self.at
        if self.lacks(8):
            return STOP
        if self.b[at + 4] != 6 or self.b[at + 5] != 4:
            return STOP if self.u16(at + 2) != ETHERTYPE_IPV4 else self.note(BAD_HEADER_LENGTH)
        if self.lacks(28):
            return STOP
        self.network = ARP
        self.network_at = at
        return STOP
