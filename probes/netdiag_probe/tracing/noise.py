"""Drops that are none: copies nobody wanted, and what is left when its reader has gone.

Healthy pings cause them all the time. Reasons that always mean this are not even told by the
kernel's program; others depend on where, or on what, the packet was.
"""

from __future__ import annotations

SILENT = ("SKB_NOT_DROPPED_YET", "SKB_CONSUMED", "QUEUE_PURGE", "PACKET_SOCK_ERROR")
"""Reasons that stand for no loss: freed as it should be, unread when its reader ended, the copy
for a capture."""

COPIES = (
    "packet_rcv", "tpacket_rcv", "packet_rcv_spkt", "packet_rcv_fanout", "raw_rcv", "raw_rcv_skb",
    "raw_local_deliver", "raw_v4_input", "rawv6_rcv", "rawv6_rcv_skb", "raw6_local_deliver",
)  # fmt: skip
"""Functions that hand copies to sockets for captures and raw packets: the packet itself goes on."""

_ICMP, _ICMPV6 = 1, 58
_ECHO_REPLY, _ECHO_REPLY_V6 = 0, 129
_TCP, _UDP = 6, 17


def is_noise(reason: str, function: str | None, packet: bytes) -> bool:
    """Tell whether a drop is none; the packet begins with its IP header."""
    if function in COPIES:
        return True
    if reason == "NO_SOCKET":
        return _is_echo_reply(packet)  # it has been read from a raw socket, as ping does
    if reason == "SOCKET_FILTER":
        return _protocol_of(packet) not in (_TCP, _UDP)
    return False


def _is_echo_reply(packet: bytes) -> bool:
    protocol = _protocol_of(packet)
    if protocol == _ICMP:
        at = (packet[0] & 15) * 4
        return packet[at : at + 1] == bytes([_ECHO_REPLY])
    return protocol == _ICMPV6 and packet[40:41] == bytes([_ECHO_REPLY_V6])


def _protocol_of(packet: bytes) -> int | None:
    """Return what an IP header announces."""
    version = packet[0] >> 4 if packet else 0
    at = {4: 9, 6: 6}.get(version)
    return None if at is None or len(packet) <= at else packet[at]
