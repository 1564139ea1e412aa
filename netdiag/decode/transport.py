"""Transport: TCP, UDP, ICMP and ICMPv6, and the packet that an ICMP error quotes."""

from __future__ import annotations

from netdiag.decode.problems import BAD_HEADER_LENGTH, BAD_LENGTH
from netdiag.decode.tunnels import TunnelHeaders
from netdiag.model.layers import ICMP, ICMPV6, IPV4, IPV6, STOP, TCP, UDP

ICMP_UNREACHABLE, ICMP_SOURCE_QUENCH, ICMP_REDIRECT = 3, 4, 5
ICMP_TIME_EXCEEDED, ICMP_PARAMETER_PROBLEM = 11, 12
ICMPV6_UNREACHABLE, ICMPV6_PARAMETER_PROBLEM = 1, 4
ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY = 128, 129


class TransportHeaders(TunnelHeaders):
    """UDP (RFC 768), TCP (RFC 9293), ICMP (RFC 792, 4884), ICMPv6 (RFC 4443, 4861)."""

    def __init__(self) -> None:
        super().__init__()
        self.quoted_network = STOP
        """The quoted packet's latest network header, its place, and so on: as in ``Packet``."""
        self.quoted_network_at = 0
        self.quoted_protocol = -1
        self.quoted_fragment = 0
        self.quoted_transport = STOP
        self.quoted_transport_at = 0
        self.quoted_transport_end = 0

    def transport_header(self, kind: int) -> int:
        """Read the header of this kind; return what follows."""
        if kind == UDP:
            return self.udp()
        if kind == TCP:
            return self.tcp()
        if kind == ICMP:
            return self.icmp()
        return self.icmpv6() if kind == ICMPV6 else STOP

    def enter_transport(self, kind: int, at: int) -> None:
        """Make the header at ``at`` the latest transport header."""
        self.transport = kind
        self.transport_at = at
        self.transport_end = self.end

    def udp(self) -> int:
        """UDP; both ports are enough to keep a header that is cut off."""
        at = self.at
        if self.lacks(4):
            return STOP
        self.enter_transport(UDP, at)
        if self.ends_within(8):
            return STOP
        length = self.u16(at + 4)
        if length >= 8:
            self.narrow(length)
        elif length or self.network == IPV4:
            return self.note(BAD_LENGTH)
        self.at = at + 8
        return self.udp_payload(self.u16(at), self.u16(at + 2))

    def tcp(self) -> int:
        """TCP; both ports are enough to keep a header that is cut off."""
        at = self.at
        if self.lacks(4):
            return STOP
        self.enter_transport(TCP, at)
        if self.ends_within(20):
            return STOP
        header = (self.b[at + 12] >> 4) * 4
        if header < 20:
            return self.note(BAD_HEADER_LENGTH)
        if not self.ends_within(header):
            self.at = at + header
        return STOP

    def icmp(self) -> int:
        """ICMP; type, code and checksum are enough to keep one that is cut off."""
        at = self.at
        if self.lacks(4):
            return STOP
        self.enter_transport(ICMP, at)
        if self.ends_within(8):
            return STOP
        number = self.b[at]
        if number in (ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED, ICMP_PARAMETER_PROBLEM):
            return self.enter_quote(self.b[at + 5] * 4, IPV4)
        if number in (ICMP_SOURCE_QUENCH, ICMP_REDIRECT):
            return self.enter_quote(0, IPV4)
        return STOP

    def icmpv6(self) -> int:
        """ICMPv6; the first three errors and the parameter problem quote a packet."""
        at = self.at
        if self.lacks(4):
            return STOP
        self.enter_transport(ICMPV6, at)
        number = self.b[at]
        if ICMPV6_UNREACHABLE <= number <= ICMPV6_PARAMETER_PROBLEM:
            if self.ends_within(8):
                return STOP
            return self.enter_quote(self.b[at + 4] * 8 if number & 1 else 0, IPV6)
        if number in (ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY):
            self.ends_within(8)
        return STOP

    def enter_quote(self, size: int, following: int) -> int:
        """Go on in the quoted packet, ``size`` bytes if the error says so (RFC 4884); once only."""
        if self.quote:
            return STOP
        self.at += 8
        if 0 < size < self.end - self.at:
            self.end = self.at + size
        if self.at == self.end:
            return STOP
        self.quoted_network = STOP
        self.quoted_protocol = -1
        self.quoted_fragment = 0
        self.quoted_transport = STOP
        self.swap_quoted()
        self.quote = self.count
        self.quote_depth = self.depth
        self.partial = 1
        return following

    def swap_quoted(self) -> None:
        """Exchange the innermost packet's places with the quoted packet's."""
        network, network_at = self.network, self.network_at
        protocol, fragment = self.protocol, self.fragment
        transport, transport_at = self.transport, self.transport_at
        transport_end = self.transport_end
        self.network, self.network_at = self.quoted_network, self.quoted_network_at
        self.protocol, self.fragment = self.quoted_protocol, self.quoted_fragment
        self.transport, self.transport_at = self.quoted_transport, self.quoted_transport_at
        self.transport_end = self.quoted_transport_end
        self.quoted_network, self.quoted_network_at = network, network_at
        self.quoted_protocol, self.quoted_fragment = protocol, fragment
        self.quoted_transport, self.quoted_transport_at = transport, transport_at
        self.quoted_transport_end = transport_end
