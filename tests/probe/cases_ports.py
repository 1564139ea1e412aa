"""Packets of TCP and UDP that the filter must let through for the port PORT, and near misses."""

from __future__ import annotations

import struct

from tests.captures import ICMPV6, TCP, UDP, A, B, ethernet, icmp, ipv4, ipv6, tcp, udp, vlan
from tests.probe.cases_filters import (
    A_V6,
    B_V6,
    FOREIGN_INNER,
    FRAGMENT,
    HOP_BY_HOP,
    MORE,
    error,
    error_v6,
    extension,
    fragment_header,
    frames,
    options,
    under_tunnels,
    wrapped,
)

PORT, OTHER_PORT = 41005, 41006
SYN, ACK = 0x02, 0x10

_SYN = ipv4(A, B, tcp(40000, PORT, SYN), TCP)
_QUESTION = ipv4(A, B, udp(PORT, 53, bytes(20)), UDP)
_SYN_V6 = ipv6(A_V6, B_V6, tcp(PORT, 80, SYN), TCP)
_QUESTION_V6 = ipv6(A_V6, B_V6, udp(40000, PORT, bytes(20)), UDP)

INNER_OF_PORT = {
    "syn": _SYN,
    "segment": ipv4(B, A, tcp(PORT, 40000, ACK, bytes(1000)), TCP),
    "question": _QUESTION,
    "answer": ipv4(B, A, udp(53, PORT, bytes(20)), UDP),
    "syn-v6": _SYN_V6,
    "answer-v6": _QUESTION_V6,
    "options": options(_SYN),
    "most-options": options(_QUESTION, 10),
    "empty-datagram": ipv4(A, B, udp(53, PORT), UDP),
    "hop-by-hop": ipv6(A_V6, B_V6, extension(TCP, tcp(PORT, 80, SYN)), HOP_BY_HOP),
    "first-fragment": ipv4(A, B, udp(40000, PORT, bytes(1000)), UDP, fragment=MORE),
    "first-fragment-v6": ipv6(
        A_V6, B_V6, fragment_header(TCP, tcp(40000, PORT, ACK), 0, True), FRAGMENT
    ),
    "error": error(_SYN),
    "error-cut": error(_SYN[:28], 3, 4),
    "error-about-question": error(_QUESTION[:28], 3, 3),
    "error-options": options(error(options(_QUESTION))),
    "error-v6": error_v6(_SYN_V6, 2),
    "error-about-question-v6": error_v6(_QUESTION_V6[:48], 1),
}

_OF_PORT_AS_DATA = struct.pack(">HH", PORT, PORT) * 20

OTHER_INNER = {
    **FOREIGN_INNER,
    "other-port": ipv4(A, B, tcp(OTHER_PORT, 80, SYN, _OF_PORT_AS_DATA), TCP),
    "other-port-v6": ipv6(A_V6, B_V6, tcp(80, OTHER_PORT, ACK, _OF_PORT_AS_DATA), TCP),
    "other-question": ipv4(A, B, udp(OTHER_PORT, 53, _OF_PORT_AS_DATA), UDP),
    "port-in-options": options(ipv4(A, B, tcp(OTHER_PORT, 80, SYN), TCP), 10).replace(
        b"\x01" * 40, _OF_PORT_AS_DATA[:40]
    ),
    "sctp": ipv4(A, B, _OF_PORT_AS_DATA, 132),
    "error-about-other": error(ipv4(A, B, udp(OTHER_PORT, 53, _OF_PORT_AS_DATA), UDP)),
    "timestamp-of-port": ipv4(A, B, icmp(13, 0, PORT << 16 | PORT, bytes(20))),
    "listener-v6": ipv6(A_V6, B_V6, icmp(143, 0, 0, _OF_PORT_AS_DATA), ICMPV6),
}

PACKETS_OF_PORT = wrapped(INNER_OF_PORT) | {
    f"error about {name}": error(packet)
    for name, packet in under_tunnels("syn", _SYN).items()
    if packet[0] >> 4 == 4
}
OTHER_PACKETS = wrapped(OTHER_INNER)

FRAMES_OF_PORT = frames(PACKETS_OF_PORT) | {
    "syn in a tag": ethernet(vlan(7, _SYN), 0x8100),
    "question in two tags": ethernet(vlan(7, vlan(8, _QUESTION), 0x8100), 0x88A8),
}
OTHER_FRAMES = frames(OTHER_PACKETS)
