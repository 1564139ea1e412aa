"""The walk over a packet's headers, and the headers that almost every packet has.

Those stand here, beside the walk, so that the C compiler can inline them into it; for the same
reason they read numbers byte by byte instead of calling ``u16``.
"""

from __future__ import annotations

from netdiag.decode.problems import (
    BAD_HEADER_LENGTH,
    BAD_LENGTH,
    BAD_VERSION,
    NO_PROBLEM,
    NO_VNI_FLAG,
    TOO_MANY_LAYERS,
)
from netdiag.decode.transport import TransportHeaders
from netdiag.model.ethertypes import ETHERTYPE_IPV4
from netdiag.model.layers import (
    ETH,
    ICMP,
    ICMPV6,
    IPV4,
    MAX_LAYERS,
    OVER_VXLAN,
    STOP,
    TCP,
    UDP,
    VXLAN,
)
from netdiag.model.link_types import LINKTYPE_ETHERNET

VXLAN_FLAG_VNI = 0x08
WIREGUARD_DATA = 4
PROTOCOL_TCP, PROTOCOL_UDP = 6, 17
ECHO_REPLY, ECHO_REQUEST = 0, 8


class Decoder(TransportHeaders):
    """Decodes one packet after another; its attributes tell of the last one.

    ``udp_tunnels`` says which UDP ports announce tunnels (``udp_tunnel_table``). Bytes come from
    a buffer that is attached once and may be refilled between packets. Afterwards ``network``,
    ``transport`` and so on tell of the innermost packet, ``quoted_network`` and so on of the one
    that it quotes, if ``quote`` is not 0. Sources: RFC 791, 768, 9293, 792, 7348.
    """

    def __init__(self, udp_tunnels: bytes) -> None:
        super().__init__()
        self.udp_tunnels = udp_tunnels

    def attach(self, buffer: bytearray) -> None:
        """Decode packets of this buffer from now on."""
        self.b = buffer

    def decode(self, start: int, captured_end: int, length: int, link_type: int) -> None:
        """Decode the packet at ``[start, captured_end)`` that had ``length`` bytes on the wire.

        Never raises on any bytes: what cannot be read ends the walk and becomes ``problem``.
        """
        self.reset()
        self.start = start
        self.at = start
        self.end = captured_end
        self.limit = captured_end
        self.partial = 1 if captured_end - start < length else 0
        kind = ETH if link_type == LINKTYPE_ETHERNET else self.link(link_type)
        while kind != STOP:
            if self.count == MAX_LAYERS:
                self.note(TOO_MANY_LAYERS)
                break
            self.kinds[self.count] = kind
            self.offsets[self.count] = self.at
            self.count += 1
            kind = self.header(kind)
        if self.quote:
            self.swap_quoted()

    def reset(self) -> None:
        """Forget the last packet."""
        self.count = 0
        self.problem = NO_PROBLEM
        self.tags = 0
        self.depth = 0
        self.encapsulations = 0
        self.quote = 0
        self.direction = 0
        self.ifindex = 0
        self.network = STOP
        self.protocol = -1
        self.fragment = 0
        self.transport = STOP

    def header(self, kind: int) -> int:
        """Read the header of this kind at ``at``; return what follows."""
        if kind == IPV4:
            return self.ipv4()
        if kind == ETH:
            return self.ethernet()
        if kind == UDP:
            return self.udp()
        if kind == TCP:
            return self.tcp()
        if kind == VXLAN:
            return self.vxlan()
        if kind == ICMP:
            return self.icmp()
        return self.rarer_header(kind)

    def rarer_header(self, kind: int) -> int:
        """Read a header of the kinds that other modules know."""
        if kind > ICMPV6:
            return self.tunnel_header(kind)
        if kind == ICMPV6:
            return self.icmpv6()
        return self.internet_header(kind) if kind > IPV4 else self.link_header(kind)

    def ethernet(self) -> int:
        """Ethernet: destination and source address, type or length."""
        at = self.at
        self.network = STOP
        self.transport = STOP
        self.fragment = 0
        if self.end - at < 14:
            return self.reject_short()
        if self.b[at + 12] << 8 | self.b[at + 13] == ETHERTYPE_IPV4:
            self.at = at + 14
            return IPV4
        return self.type_or_length(at + 12)

    def ipv4(self) -> int:
        """IPv4 with its options; what a later fragment carries is not read."""
        at = self.at
        if self.end - at < 20:
            return self.reject_short()
        if self.b[at] >> 4 != 4:
            return self.reject(BAD_VERSION)
        header = (self.b[at] & 15) * 4
        if header < 20:
            return self.reject(BAD_HEADER_LENGTH)
        length = self.b[at + 2] << 8 | self.b[at + 3]
        if 0 < length < header:
            return self.reject(BAD_LENGTH)
        self.network = IPV4
        self.network_at = at
        self.transport = STOP
        self.fragment = 0
        place = self.b[at + 6] << 8 | self.b[at + 7]
        if place & 0x3FFF:
            self.enter_fragment(place & 0x1FFF)
        if 0 < length <= self.end - at:
            self.end = at + length
        elif length:
            self.narrow(length)
        if self.end - at < header and self.ends_within(header):
            return STOP
        self.at = at + header
        protocol = self.b[at + 9]
        if self.fragment == 0:
            if protocol == PROTOCOL_TCP:
                self.protocol = protocol
                return TCP
            if protocol == PROTOCOL_UDP:
                self.protocol = protocol
                return UDP
        return self.carried(protocol)

    def udp(self) -> int:
        """UDP; both ports are enough to keep a header that is cut off."""
        at = self.at
        if self.end - at < 4:
            return self.reject_short()
        self.transport = UDP
        self.transport_at = at
        if self.end - at < 8 and self.ends_within(8):
            return STOP
        length = self.b[at + 4] << 8 | self.b[at + 5]
        if 8 <= length <= self.end - at:
            self.end = at + length
        elif length >= 8:
            self.narrow(length)
        elif length or self.network == IPV4:
            return self.note(BAD_LENGTH)
        self.at = at + 8
        if self.end - at < 16:
            return STOP
        return self.udp_payload(self.b[at + 2] << 8 | self.b[at + 3])

    def udp_payload(self, destination_port: int) -> int:
        """Return the tunnel in a UDP payload at ``at``: by port, else by the look of it."""
        announced = self.udp_tunnels[destination_port]
        if announced == 0:
            first = self.b[self.at]
            if first == VXLAN_FLAG_VNI or first == WIREGUARD_DATA:
                return self.unannounced_tunnel()
            return STOP
        if announced != OVER_VXLAN:
            return self.announced_tunnel(announced)
        if self.b[self.at] & VXLAN_FLAG_VNI or self.may_be_vxlan():
            return self.enter_tunnel(OVER_VXLAN, VXLAN)
        return STOP

    def vxlan(self) -> int:
        """VXLAN: flags, VNI; without the I flag it is noted as a problem and read all the same."""
        at = self.at
        if self.end - at < 8:
            return self.reject_short()
        if not self.b[at] & VXLAN_FLAG_VNI:
            self.note(NO_VNI_FLAG)
        self.at = at + 8
        return ETH if self.at < self.end else STOP

    def tcp(self) -> int:
        """TCP; both ports are enough to keep a header that is cut off."""
        at = self.at
        if self.end - at < 4:
            return self.reject_short()
        self.transport = TCP
        self.transport_at = at
        if self.end - at < 20 and self.ends_within(20):
            return STOP
        header = (self.b[at + 12] >> 4) * 4
        if header < 20:
            return self.note(BAD_HEADER_LENGTH)
        if self.end - at >= header or not self.ends_within(header):
            self.at = at + header
        return STOP

    def icmp(self) -> int:
        """ICMP; type, code and checksum are enough to keep one that is cut off."""
        at = self.at
        if self.end - at < 4:
            return self.reject_short()
        self.transport = ICMP
        self.transport_at = at
        if self.end - at < 8 and self.ends_within(8):
            return STOP
        number = self.b[at]
        if number == ECHO_REQUEST or number == ECHO_REPLY:
            return STOP
        return self.icmp_error(number)
