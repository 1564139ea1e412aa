"""The walk over a packet's headers, from the link to the innermost packet."""

from __future__ import annotations

from netdiag.decode.problems import NO_PROBLEM, TOO_MANY_LAYERS
from netdiag.decode.transport import TransportHeaders
from netdiag.model.layers import (
    ETH,
    ICMP,
    IPV4,
    MAX_ENCAPSULATIONS,
    MAX_LAYERS,
    OVER_IPIP,
    OVER_VXLAN,
    STOP,
    TCP,
    UDP,
    VXLAN,
)
from netdiag.model.link_types import LINKTYPE_ETHERNET
from netdiag.model.protocols import PROTOCOL_ICMP, PROTOCOL_IPV4, PROTOCOL_TCP, PROTOCOL_UDP

ECHO_REPLY, ECHO_REQUEST = 0, 8
LAYERS_A_ROUND = 4
"""The most layers that one round of the express lane adds."""


class Decoder(TransportHeaders):
    """Decodes one packet after another; its attributes tell of the last one.

    ``udp_tunnels`` says which UDP ports announce tunnels (``udp_tunnel_table``). Bytes come from
    a buffer that is attached once and may be refilled between packets. Afterwards ``network``,
    ``transport`` and so on tell of the innermost packet, ``quoted_network`` and so on of the one
    that it quotes, if ``quote`` is not 0.
    """

    def __init__(self, udp_tunnels: bytes) -> None:
        super().__init__()
        self.udp_tunnels = udp_tunnels
        self.express = 1
        """0 keeps every header off the express lane; the results are the same."""

    def attach(self, buffer: bytearray) -> None:
        """Decode packets of this buffer from now on."""
        self.b = buffer
        self.buffer = buffer

    def decode(self, start: int, captured_end: int, length: int, link_type: int) -> None:
        """Decode the packet at ``[start, captured_end)`` that had ``length`` bytes on the wire.

        Never raises on any bytes: what cannot be read ends the walk and becomes ``problem``.
        """
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
        self.start = start
        self.at = start
        self.end = captured_end
        self.limit = captured_end
        self.wire_end = start + length
        self.partial = 1 if captured_end - start < length else 0
        kind = ETH if link_type == LINKTYPE_ETHERNET else self.link(link_type)
        if self.express:
            kind = self.walk_common(self.b, kind)
        if kind != STOP:
            self.walk(kind)
        if self.quote:
            self.swap_quoted()

    def walk(self, kind: int) -> None:
        """Read header after header, from one of this kind at ``at`` on."""
        while kind != STOP:
            if self.count == MAX_LAYERS:
                self.note(TOO_MANY_LAYERS)
                return
            self.layers[self.count] = self.at << 8 | kind
            self.count += 1
            if kind >= VXLAN:
                kind = self.tunnel_header(kind)
            elif kind >= TCP:
                kind = self.transport_header(kind)
            elif kind >= IPV4:
                kind = self.internet_header(kind)
            else:
                kind = self.link_header(kind)

    def walk_common(self, b: bytearray, kind: int) -> int:  # noqa: C901
        """Read the headers of the usual packets in their usual form; return what else follows.

        This is the express lane: one function over local variables, because calls and attributes
        would double the time of the whole walk. It takes Ethernet, IPv4 without options or
        fragments, then TCP, echo, IPIP, or UDP with VXLAN or nothing in it, all with lengths that
        fit; at the first header that is anything else it stops and leaves it to ``walk``.
        """
        at, end, count = self.at, self.end, 0
        while count < MAX_LAYERS - LAYERS_A_ROUND and self.depth < MAX_ENCAPSULATIONS:
            if kind == ETH:
                if at + 14 > end or b[at + 12] != 8 or b[at + 13]:
                    break
                self.network = STOP
                self.layers[count] = at << 8 | ETH
                count += 1
                at += 14
                kind = IPV4
            if kind != IPV4 or at + 20 > end or b[at] != 0x45:
                break
            length = b[at + 2] << 8 | b[at + 3]
            if length < 20 or at + length > end or b[at + 6] & 0x3F or b[at + 7]:
                break
            protocol = b[at + 9]
            if protocol not in (PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP, PROTOCOL_IPV4):
                break
            self.network = IPV4
            self.network_at = at
            self.protocol = protocol
            self.layers[count] = at << 8 | IPV4
            count += 1
            end = at + length
            at += 20
            if protocol == PROTOCOL_TCP:
                kind = TCP
                if at + 20 > end or b[at + 12] < 0x50:
                    break
                length = b[at + 12] >> 4 << 2
                if at + length > end:
                    break
                self.layers[count] = at << 8 | TCP
                self.transport = TCP
                self.transport_at = at
                self.transport_end = end
                count += 1
                at += length
                kind = STOP
                break
            if protocol == PROTOCOL_UDP:
                kind = UDP
                if at + 16 > end or at + (b[at + 4] << 8 | b[at + 5]) != end:
                    break
                announced = self.udp_tunnels[b[at + 2] << 8 | b[at + 3]]
                first = b[at + 8]
                in_vxlan = announced == OVER_VXLAN and first & 8 and at + 16 < end
                if not in_vxlan and (
                    announced
                    or first == 8
                    or first == 4
                    or self.udp_tunnels[b[at] << 8 | b[at + 1]]
                ):
                    break
                self.layers[count] = at << 8 | UDP
                count += 1
                at += 8
                if not in_vxlan:
                    self.transport = UDP
                    self.transport_at = at - 8
                    self.transport_end = end
                    kind = STOP
                    break
                self.at = at
                kind = self.enter_tunnel(OVER_VXLAN, ETH)
                self.layers[count] = at << 8 | VXLAN
                count += 1
                at += 8
            elif protocol == PROTOCOL_IPV4:
                self.at = at
                kind = self.enter_tunnel(OVER_IPIP, IPV4)
            else:
                kind = ICMP
                if at + 8 > end or (b[at] != ECHO_REQUEST and b[at] != ECHO_REPLY):
                    break
                self.layers[count] = at << 8 | ICMP
                self.transport = ICMP
                self.transport_at = at
                self.transport_end = end
                count += 1
                kind = STOP
                break
        self.at = at
        self.end = end
        self.count = count
        return kind
