"""ICMP errors, and the packets that they quote."""

from __future__ import annotations

from tests.decode.cases_transport import DNS, OVERLAY, QUERY, VXLAN, over4, over6
from tests.decode.frames import (
    FRAGMENT,
    ICMP,
    ICMPV6,
    IPIP,
    MORE_FRAGMENTS,
    NODES,
    NODES6,
    PING,
    PING6,
    PING6_FRAME,
    PING_FRAME,
    PODS,
    PODS6,
    UDP,
    icmp,
    ipv4,
    ipv6,
    octets,
    udp,
)
from tests.decode.observing import Case, Seen
from tests.decode.payloads import PINGED, PINGED6

POD_DNS = ipv4(UDP, udp(DNS, QUERY), PODS)
QUOTED_DNS = Seen("ipv4 udp", (PODS,), ports=(DNS,))
QUOTED_PING = Seen("ipv4 icmp", (PODS,), icmp=PINGED)
OUTER = ipv4(UDP, udp(OVERLAY, VXLAN + PING_FRAME))
QUOTED_OVERLAY = Seen(
    "ipv4 udp vxlan eth ipv4 icmp",
    (NODES, PODS),
    ports=(OVERLAY,),
    icmp=PINGED,
    vnis=(1,),
)
EXTENSION = octets("2000 0000 0008 0101 00010140")
"""RFC 4884: an extension header and one object, an MPLS label stack (RFC 4950)."""


def error4(name: str, message: bytes, told: str, quoted: Seen | None) -> Case:
    return over4(name, ICMP, message, Seen("icmp", icmp=told, quoted=quoted))


def error6(name: str, message: bytes, told: str, quoted: Seen | None) -> Case:
    return over6(name, ICMPV6, message, Seen("icmpv6", icmp=told, quoted=quoted))


QUOTE4_CASES = [
    error4("port unreachable", icmp(3, 3, payload=POD_DNS), "3/3", QUOTED_DNS),
    error4("time exceeded", icmp(11, 0, payload=PING), "11/0", QUOTED_PING),
    error4("parameter problem", icmp(12, 0, "14000000", PING), "12/0", QUOTED_PING),
    error4("source quench", icmp(4, 0, payload=PING), "4/0", QUOTED_PING),
    error4("redirect", icmp(5, 1, "0a0000fe", PING), "5/1", QUOTED_PING),
    error4("eight bytes are quoted", icmp(3, 3, payload=POD_DNS[:28]), "3/3", QUOTED_DNS),
    error4("an overlay is too big", icmp(3, 4, "000005aa", OUTER), "3/4", QUOTED_OVERLAY),
    error4(
        "eight bytes of an overlay are quoted",
        icmp(3, 3, payload=OUTER[:28]),
        "3/3",
        Seen("ipv4 udp", (NODES,), ports=(OVERLAY,)),
    ),
    error4(
        "an overlay's inner packet is cut",
        icmp(3, 3, payload=OUTER[: 20 + 8 + 8 + 14 + 20 + 4]),
        "3/3",
        QUOTED_OVERLAY._replace(icmp="8/0"),
    ),
    error4(
        "ipip is quoted",
        icmp(11, 0, payload=ipv4(IPIP, PING)),
        "11/0",
        Seen("ipv4 ipv4 icmp", (NODES, PODS), icmp=PINGED),
    ),
    error4(
        "a later fragment is quoted",
        icmp(11, 1, payload=ipv4(UDP, bytes(8), PODS, fragment=8)),
        "11/1",
        Seen("ipv4", (PODS,), fragment="later"),
    ),
    error4(
        "a first fragment is quoted",
        icmp(11, 1, payload=ipv4(UDP, udp(DNS), PODS, fragment=MORE_FRAGMENTS)),
        "11/1",
        QUOTED_DNS._replace(fragment="first"),
    ),
    error4(
        "an error is quoted, whose quote is left alone",
        icmp(3, 1, payload=ipv4(ICMP, icmp(11, 0, payload=PING), PODS)),
        "3/1",
        Seen("ipv4 icmp", (PODS,), icmp="11/0"),
    ),
    error4("half a header is quoted", icmp(3, 1, payload=PING[:19]), "3/1", Seen("")),
    error4("something else is quoted", icmp(3, 1, payload=b"?" * 32), "3/1", Seen("")),
    error4(
        "128 bytes are quoted before an extension",
        icmp(11, 0, "00 20 0000", OUTER + bytes(128 - len(OUTER)) + EXTENSION),
        "11/0",
        QUOTED_OVERLAY,
    ),
    error4(
        "20 bytes are quoted before an extension",
        icmp(11, 0, "00 05 0000", ipv4(UDP, addresses=PODS, length=100) + EXTENSION),
        "11/0",
        Seen("ipv4", (PODS,)),
    ),
]

OUTER6 = ipv6(UDP, udp(OVERLAY, VXLAN + PING6_FRAME))
QUOTED_PING6 = Seen("ipv6 icmpv6", (PODS6,), icmp=PINGED6)

QUOTE6_CASES = [
    error6("ipv6, packet too big", icmp(2, 0, "01000578", PING6), "2/0", QUOTED_PING6),
    error6("ipv6, time exceeded", icmp(3, 0, payload=PING6), "3/0", QUOTED_PING6),
    error6("ipv6, parameter problem", icmp(4, 1, "01000006", PING6), "4/1", QUOTED_PING6),
    error6(
        "ipv6, an overlay is quoted",
        icmp(1, 4, payload=OUTER6),
        "1/4",
        Seen(
            "ipv6 udp vxlan eth ipv6 icmpv6",
            (NODES6, PODS6),
            ports=(OVERLAY,),
            icmp=PINGED6,
            vnis=(1,),
        ),
    ),
    error6(
        "ipv6, a fragment is quoted",
        icmp(3, 1, payload=ipv6(FRAGMENT, octets("3a 00 0008 00000007") + bytes(8), PODS6)),
        "3/1",
        Seen("ipv6 ipv6.fragment", (PODS6,), fragment="later"),
    ),
    error6(
        "ipv6, 40 bytes are quoted before an extension",
        icmp(1, 4, "05 000000", ipv6(UDP, addresses=PODS6, length=100) + EXTENSION),
        "1/4",
        Seen("ipv6", (PODS6,)),
    ),
    error6("ipv6, half a header is quoted", icmp(1, 0, payload=PING6[:39]), "1/0", Seen("")),
    error6("ipv6, an error without a quote", icmp(1, 0), "1/0", None),
    error6("ipv6, number 0 is no error", icmp(0, 0, payload=PING6), "0/0", None),
    error6("ipv6, number 5 quotes nothing", icmp(5, 0, payload=PING6), "5/0", None),
]

QUOTE_CASES = [*QUOTE4_CASES, *QUOTE6_CASES]
