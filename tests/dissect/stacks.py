"""One packet of each encapsulation, by name."""

from __future__ import annotations

from struct import pack

from tests.decode.frames import (
    GRE,
    ICMP,
    IPIP,
    IPV4,
    IPV6,
    NODES6,
    PODS,
    PODS6,
    SIX,
    TCP,
    UDP,
    VLAN,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    octets,
    tcp,
    udp,
)

ECHO = ipv4(ICMP, icmp(8, 0, "21000001", b"01234567"), PODS)
SEGMENT = ipv4(TCP, tcp("40000 > 443", b"hello"), PODS)
SIX_SEGMENT = ipv6(TCP, tcp("40000 > 443", b"hello"), PODS6)
UNREACHABLE = ipv4(ICMP, icmp(3, 4, "000005aa", SEGMENT), PODS)


def in_vxlan(port: int, frame: bytes, vni: int = 4096) -> bytes:
    """Return a frame in VXLAN to a port."""
    header = octets("08000000") + pack("!I", vni << 8)
    return ethernet(IPV4, ipv4(UDP, udp(f"40001 > {port}", header + frame)))


STACKS = {
    "plain": ethernet(IPV4, ECHO),
    "tcp": ethernet(IPV4, SEGMENT),
    "ipv6": ethernet(IPV6, SIX_SEGMENT),
    "vlan": ethernet(VLAN, octets("0064 0800") + ECHO),
    "vxlan 8472": in_vxlan(8472, ethernet(IPV4, ECHO)),
    "vxlan 4789": in_vxlan(4789, ethernet(IPV6, SIX_SEGMENT)),
    "vxlan 7000": in_vxlan(7000, ethernet(IPV4, SEGMENT)),
    "vxlan in ipv6": ethernet(
        IPV6,
        ipv6(
            UDP,
            udp("1 > 4789", octets("0800000000000100") + ethernet(IPV4, ECHO)),
            NODES6,
        ),
    ),
    "ipip": ethernet(IPV4, ipv4(IPIP, ECHO)),
    "6in4": ethernet(IPV4, ipv4(SIX, SIX_SEGMENT)),
    "flannel udp": ethernet(IPV4, ipv4(UDP, udp("8285 > 8285", ECHO))),
    "geneve": ethernet(
        IPV4,
        ipv4(UDP, udp("1 > 6081", octets("00006558 00000700") + ethernet(IPV4, ECHO))),
    ),
    "gre": ethernet(IPV4, ipv4(GRE, octets("00000800") + ECHO)),
    "gre key": ethernet(IPV4, ipv4(GRE, octets("20006558 00000007") + ethernet(IPV4, ECHO))),
    "vxlan in vxlan": in_vxlan(8472, in_vxlan(4789, ethernet(IPV4, ECHO))),
    "quote": ethernet(IPV4, UNREACHABLE),
}
TOLD_PORTS = {7000: "vxlan"}
