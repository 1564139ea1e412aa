"""IP: version 4 and 6, extension headers, fragments, and tunnels of IP in IP."""

from __future__ import annotations

from netdiag.decode.link import LinkHeaders
from netdiag.decode.problems import BAD_HEADER_LENGTH, BAD_LENGTH, BAD_VERSION
from netdiag.model.layers import (
    AH,
    DSTOPTS,
    ESP,
    FRAGMENT,
    GRE,
    HOPOPTS,
    ICMP,
    ICMPV6,
    IPV4,
    IPV6,
    MPLS,
    OVER_4IN6,
    OVER_6IN4,
    OVER_6IN6,
    OVER_ESP,
    OVER_GRE,
    OVER_IPIP,
    ROUTING,
    STOP,
    TCP,
    UDP,
)
from netdiag.model.protocols import (
    PROTOCOL_AH,
    PROTOCOL_DSTOPTS,
    PROTOCOL_ESP,
    PROTOCOL_FRAGMENT,
    PROTOCOL_GRE,
    PROTOCOL_HOPOPTS,
    PROTOCOL_ICMP,
    PROTOCOL_ICMPV6,
    PROTOCOL_IPV4,
    PROTOCOL_IPV6,
    PROTOCOL_MPLS,
    PROTOCOL_ROUTING,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
)

WHOLE = 0
FIRST_FRAGMENT = 1
LATER_FRAGMENT = 2


class InternetHeaders(LinkHeaders):
    """IPv4 (RFC 791), IPv6 and its extension headers (RFC 8200), AH (RFC 4302)."""

    def internet_header(self, kind: int) -> int:
        """Read the header of this kind; return what follows."""
        if kind == IPV4:
            return self.ipv4()
        if kind == IPV6:
            return self.ipv6()
        if kind == FRAGMENT:
            return self.ipv6_fragment()
        return STOP if kind == ESP else self.extension(kind)

    def ipv4(self) -> int:
        """IPv4 with its options; what a later fragment carries is not read."""
        at = self.at
        if self.lacks(20):
            return STOP
        if self.b[at] >> 4 != 4:
            return self.reject(BAD_VERSION)
        header = (self.b[at] & 15) * 4
        if header < 20:
            return self.reject(BAD_HEADER_LENGTH)
        length = self.u16(at + 2)
        if 0 < length < header:
            return self.reject(BAD_LENGTH)
        self.enter_network(IPV4, at)
        self.protocol = self.b[at + 9]
        if length:
            self.narrow(length)
        if self.u16(at + 6) & 0x3FFF:
            self.enter_fragment(self.u16(at + 6) & 0x1FFF)
        if self.ends_within(header):
            return STOP
        self.at = at + header
        return self.carried(self.b[at + 9])

    def enter_network(self, kind: int, at: int) -> None:
        """Make the header at ``at`` the latest network header."""
        self.network = kind
        self.network_at = at
        self.transport = STOP
        self.fragment = WHOLE

    def enter_fragment(self, offset: int) -> None:
        """Note that the latest network header carries a fragment, which starts at ``offset``."""
        self.fragment = LATER_FRAGMENT if offset else FIRST_FRAGMENT
        if self.partial == 0:
            self.partial = 2

    def ipv6(self) -> int:
        """IPv6; a payload length of 0 (a jumbogram, or offload) means all that is there."""
        at = self.at
        if self.lacks(40):
            return STOP
        if self.b[at] >> 4 != 6:
            return self.reject(BAD_VERSION)
        self.enter_network(IPV6, at)
        self.protocol = self.b[at + 6]
        length = self.u16(at + 4)
        if length:
            self.narrow(length + 40)
        self.at = at + 40
        return self.carried(self.b[at + 6])

    def carried(self, protocol: int) -> int:
        """Return the kind of the header that an IP protocol number announces."""
        self.protocol = protocol
        if self.fragment == LATER_FRAGMENT:
            return STOP
        if protocol == PROTOCOL_UDP:
            return UDP
        if protocol == PROTOCOL_TCP:
            return TCP
        if protocol == PROTOCOL_ICMP:
            return ICMP
        if protocol == PROTOCOL_ICMPV6:
            return ICMPV6
        if protocol == PROTOCOL_IPV4:
            return self.enter_tunnel(OVER_IPIP if self.network == IPV4 else OVER_4IN6, IPV4)
        if protocol == PROTOCOL_IPV6:
            return self.enter_tunnel(OVER_6IN4 if self.network == IPV4 else OVER_6IN6, IPV6)
        if protocol == PROTOCOL_GRE:
            return self.enter_tunnel(OVER_GRE, GRE)
        if protocol == PROTOCOL_ESP:
            return self.enter_tunnel(OVER_ESP, ESP)
        return self.carried_rarely(protocol)

    def carried_rarely(self, protocol: int) -> int:
        """Return the kind of a header that is seldom met; extension headers only in IPv6."""
        if protocol == PROTOCOL_AH:
            return AH
        if protocol == PROTOCOL_MPLS:
            return MPLS
        if self.network == IPV6:
            if protocol == PROTOCOL_HOPOPTS:
                return HOPOPTS
            if protocol == PROTOCOL_ROUTING:
                return ROUTING
            if protocol == PROTOCOL_FRAGMENT:
                return FRAGMENT
            if protocol == PROTOCOL_DSTOPTS:
                return DSTOPTS
        return STOP

    def extension(self, kind: int) -> int:
        """An extension header that gives its own length, or AH, which counts in words of four."""
        at = self.at
        if self.lacks(8):
            return STOP
        size = (self.b[at + 1] + 2) * 4 if kind == AH else (self.b[at + 1] + 1) * 8
        if self.ends_within(size):
            return STOP
        self.at = at + size
        return self.carried(self.b[at])

    def ipv6_fragment(self) -> int:
        """The fragment header; one that is both first and last is whole (RFC 6946)."""
        at = self.at
        if self.lacks(8):
            return STOP
        place = self.u16(at + 2)
        if place & 0xFFF9:
            self.enter_fragment(place & 0xFFF8)
        self.at = at + 8
        return self.carried(self.b[at])
