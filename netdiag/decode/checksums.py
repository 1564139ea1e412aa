"""Judges the checksums of the innermost transport header and of its tunnel's UDP (RFC 1071)."""

from __future__ import annotations

from netdiag.decode.decoder import Decoder
from netdiag.model.layers import DSTOPTS, ICMP, ICMPV6, IPV4, IPV6, ROUTING, STOP, TCP, UDP
from netdiag.model.protocols import PROTOCOL_UDP

CHECKSUM_UNKNOWN = 0
"""There is none, or not all that it covers is known."""
CHECKSUM_RIGHT = 1
"""It fits, or UDP does without one."""
CHECKSUM_UNFINISHED = 2
"""It is the pseudo header's sum: the sender left the rest to its network card."""
CHECKSUM_WRONG = 3

ONES = 0xFFFF
"""Sums of 16-bit words are compared modulo this: 0 and 0xFFFF are the same to a receiver."""

OPTION_END, OPTION_NOP, LOOSE_ROUTE, STRICT_ROUTE = 0, 1, 0x83, 0x89


def judge_checksum(decoder: Decoder) -> int:
    """Return what the checksum is, one of ``CHECKSUM_...``, in the packet decoded last.

    It is judged where all bytes that the IP header promises were captured, even inside an outer
    fragment. An IP length of 0 (offload of more than 64 KB) is taken for all bytes that are
    there; what does not fit then is unknown, as is what an ICMP error quotes.
    """
    size = covered_bytes(decoder)
    if size == 0:
        return CHECKSUM_UNKNOWN
    at, transport = decoder.transport_at, decoder.transport
    if transport == UDP and decoder.u16(at + 6) == 0:
        return CHECKSUM_RIGHT if may_lack_checksum(decoder) else CHECKSUM_WRONG
    ends = 0 if transport == ICMP else ends_sum(decoder)
    total = ends + sum_words(decoder.b, at, at + size)
    if transport != ICMP:
        total += size
    if total and total % ONES == 0:
        return CHECKSUM_RIGHT
    if is_unfinished(decoder, ends, size):
        return CHECKSUM_UNFINISHED
    return CHECKSUM_UNKNOWN if may_misjudge(decoder) else CHECKSUM_WRONG


def judge_tunnel_checksum(decoder: Decoder) -> int:
    """Return what the UDP checksum of the innermost tunnel is, in the packet decoded last.

    Ask only where ``judge_checksum`` is right: as long as the inner checksum is unfinished, the
    outer one does not fit either (local checksum offload). Unknown is what is not in UDP right
    after an IP header without extensions, in fragments, or not there to its end.
    """
    if decoder.depth == 0 or decoder.quote:
        return CHECKSUM_UNKNOWN
    network = decoder.tunnel_networks[decoder.depth - 1]
    at = decoder.tunnel_offsets[decoder.depth - 1] - 8
    if network < 0 or tunnel_header_bytes(decoder, network) != at - network:
        return CHECKSUM_UNKNOWN
    size = decoder.u16(at + 4)
    if size < 8 or at + size > decoder.limit:
        return CHECKSUM_UNKNOWN
    stored = decoder.u16(at + 6)
    if stored == 0:
        return CHECKSUM_RIGHT
    ends = PROTOCOL_UDP + sum_words(decoder.b, network + 12, network + 20)
    if decoder.b[network] >> 4 == 6:
        ends = PROTOCOL_UDP + sum_words(decoder.b, network + 8, network + 40)
    if (ends + size + sum_words(decoder.b, at, at + size)) % ONES == 0:
        return CHECKSUM_RIGHT
    if stored % ONES in (ends % ONES, (ends + size) % ONES):
        return CHECKSUM_UNFINISHED
    return CHECKSUM_WRONG


def tunnel_header_bytes(decoder: Decoder, at: int) -> int:
    """Return how long the IP header at ``at`` is, if a whole UDP datagram follows; else 0."""
    if decoder.b[at] >> 4 == 6:
        return 40 if decoder.b[at + 6] == PROTOCOL_UDP else 0
    if decoder.b[at + 9] != PROTOCOL_UDP or decoder.u16(at + 6) & 0x3FFF:
        return 0
    return (decoder.b[at] & 15) * 4


def covered_bytes(decoder: Decoder) -> int:
    """Return how many bytes from the transport header on the checksum covers; 0 = not known."""
    transport, network, at = decoder.transport, decoder.network, decoder.transport_at
    if transport == STOP or decoder.fragment or (network != IPV4 and network != IPV6):
        return 0
    if (transport == ICMP and network != IPV4) or (transport == ICMPV6 and network != IPV6):
        return 0
    promised = promised_bytes(decoder)
    if promised and decoder.network_at + promised != decoder.transport_end:
        return 0
    if transport != ICMP and is_source_routed(decoder):
        return 0
    size = decoder.transport_end - at
    if transport == TCP:
        return size if size >= 20 else 0
    if transport != UDP:
        return size  # at least 4 bytes, or the decoder would have left the header out
    if size < 8:
        return 0
    length = decoder.u16(at + 4)
    if length == 0 and network == IPV6:
        return size  # a jumbogram (RFC 2675)
    return length if 8 <= length <= size else 0


def promised_bytes(decoder: Decoder) -> int:
    """Return how long the IP packet says that it is, its header included; 0 = it does not say."""
    if decoder.network == IPV4:
        return decoder.u16(decoder.network_at + 2)
    length = decoder.u16(decoder.network_at + 4)
    return length + 40 if length else 0


def is_source_routed(decoder: Decoder) -> int:
    """Return 1 if the IP header may not name the last destination, which the checksum covers.

    That may stand in source route options (RFC 791), or in a routing header with segments left
    (RFC 8200, 8.1).
    """
    at = decoder.network_at
    if decoder.network == IPV6:
        at = extension_at(decoder, ROUTING, at)
        while at and decoder.b[at + 3] == 0:
            at = extension_at(decoder, ROUTING, at)
        return 1 if at else 0
    end = at + (decoder.b[at] & 15) * 4
    at += 20
    while at < end and decoder.b[at] != OPTION_END:
        if decoder.b[at] in (LOOSE_ROUTE, STRICT_ROUTE):
            return 1
        at += 1 if decoder.b[at] == OPTION_NOP else max(decoder.b[at + 1], 2)
    return 0


def extension_at(decoder: Decoder, kind: int, after: int) -> int:
    """Return where the next extension header of this kind starts; 0 = there is none."""
    if decoder.transport_at - decoder.network_at == 40:
        return 0
    for index in range(decoder.count):
        at = decoder.layers[index] >> 8
        if decoder.layers[index] & 0xFF == kind and after < at < decoder.transport_at:
            return at
    return 0


def may_misjudge(decoder: Decoder) -> int:
    """Return 1 if a checksum that does not fit is none the worse for it.

    The length that it covers may not be known, or the source: destination options may hold the
    home address, which takes the source's place (RFC 6275, 11.3.1).
    """
    if promised_bytes(decoder) == 0:
        return 1
    if decoder.network == IPV4:
        return 0
    return 1 if extension_at(decoder, DSTOPTS, decoder.network_at) else 0


def may_lack_checksum(decoder: Decoder) -> int:
    """Return 1 if UDP may have none: over IPv4, and over IPv6 if it carries a tunnel (RFC 6935)."""
    if decoder.network == IPV4:
        return 1
    depth = decoder.depth
    return 1 if depth and decoder.tunnel_networks[depth - 1] == decoder.network_at else 0


def ends_sum(decoder: Decoder) -> int:
    """Return the sum of the pseudo header (RFC 793, 768, 8200 8.1) but for its length."""
    at = decoder.network_at
    if decoder.network == IPV4:
        return decoder.protocol + sum_words(decoder.b, at + 12, at + 20)
    return decoder.protocol + sum_words(decoder.b, at + 8, at + 40)


def is_unfinished(decoder: Decoder, ends: int, size: int) -> int:
    """Return 1 if the field holds the pseudo header's sum, not complemented.

    Linux writes it with the length of the segment, a super-packet's too: __tcp_v4_send_check,
    udp_send_skb, and tcp4_gro_complete for what it merged on reception; between virtual devices
    it stays. Drivers that segment in hardware rewrite it with a length of 0 (tcp_v6_gso_csum_prep),
    as a capture may see. No other length occurs, and to take any would be to take any value.
    ICMP and ICMPv6 are never left unfinished: Linux sums them itself.
    """
    transport = decoder.transport
    if transport == TCP:
        stored = decoder.u16(decoder.transport_at + 16)
    elif transport == UDP:
        stored = decoder.u16(decoder.transport_at + 6)
    else:
        return 0
    return 1 if stored % ONES in (ends % ONES, (ends + size) % ONES) else 0


def sum_words(b: bytearray, start: int, end: int) -> int:
    """Return the sum of the 16-bit words in ``[start, end)``; an odd last byte is a high one."""
    high = low = 0
    last = end - ((end - start) & 1)
    for at in range(start, last, 2):
        high += b[at]
        low += b[at + 1]
    if last < end:
        high += b[last]
    return (high << 8) + low
