"""``rules`` knows our ping inside tunnels and inside quotations, by the bytes alone."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.captures import (
    GRE,
    ICMP,
    ICMPV6,
    IPIP,
    IPV4,
    IPV6,
    TCP,
    UDP,
    VLAN,
    A,
    B,
    ethernet,
    icmp,
    ipv4,
    ipv6,
    ping,
    vlan,
)
from tests.probe.test_rules import only, run_lines
from tests.probe.watching_rules import FAR, OTHER, OURS, Network, network, watching

pytestmark = pytest.mark.needs_lab

VXLAN_PORT, FLANNEL_UDP, GENEVE_PORT, STRANGE = 8472, 8285, 6081, 9999
A6, B6 = "fd00::a", "fd00::b"
UNREACHABLE, REQUEST_6 = 3, 128


def vxlan(frame: bytes) -> bytes:
    return bytes.fromhex("0800000000000100") + frame


def geneve(frame: bytes, options: bytes = b"") -> bytes:
    head = struct.pack(">BBHI", len(options) // 4, 0, 0x6558, 5 << 8)
    return head + options + frame


def udp(port: int, data: bytes) -> bytes:
    return struct.pack(">HHHH", 4000, port, 8 + len(data), 0) + data


def echo(number: int) -> bytes:
    return ipv4(A, B, ping(number, 1))


def echo6(number: int) -> bytes:
    return ipv6(A6, B6, ping(number, 1, REQUEST_6), ICMPV6)


def quoting(packet: bytes) -> bytes:
    return ipv4(A, B, icmp(UNREACHABLE, 1, 0, packet))


class Tunnel(NamedTuple):
    port: int
    wrapped: bytes
    is_ours: bool = True


SEG = struct.pack(">HHIIHHHH", OURS, 80, 1, 0, 0x5002, 0, 0, 0)
TUNNELS = {
    "vxlan": Tunnel(VXLAN_PORT, vxlan(ethernet(echo(OURS)))),
    "vxlan, another's": Tunnel(VXLAN_PORT, vxlan(ethernet(echo(OTHER))), is_ours=False),
    "vxlan, IPv6": Tunnel(VXLAN_PORT, vxlan(ethernet(echo6(OURS), IPV6))),
    "vxlan, VLAN": Tunnel(VXLAN_PORT, vxlan(ethernet(vlan(7, echo(OURS)), VLAN))),
    "vxlan, VLAN, IPv6": Tunnel(VXLAN_PORT, vxlan(ethernet(vlan(7, echo6(OURS), IPV6), VLAN))),
    "vxlan, quoted": Tunnel(VXLAN_PORT, vxlan(ethernet(quoting(echo(OURS))))),
    "vxlan, quoted, another's": Tunnel(
        VXLAN_PORT, vxlan(ethernet(quoting(echo(OTHER)))), is_ours=False
    ),
    "vxlan, TCP": Tunnel(VXLAN_PORT, vxlan(ethernet(ipv4(A, B, SEG, TCP))), is_ours=False),
    "vxlan elsewhere": Tunnel(4789, vxlan(ethernet(echo(OURS), IPV4))),
    "vxlan at a port told": Tunnel(STRANGE, vxlan(ethernet(echo(OURS)))),
    "no tunnel's port": Tunnel(STRANGE + 1, vxlan(ethernet(echo(OURS))), is_ours=False),
    "geneve": Tunnel(GENEVE_PORT, geneve(ethernet(echo(OURS)))),
    "geneve with an option": Tunnel(GENEVE_PORT, geneve(ethernet(echo(OURS)), bytes(8))),
    "flannel's UDP": Tunnel(FLANNEL_UDP, echo(OURS)),
    "flannel's UDP, another's": Tunnel(FLANNEL_UDP, echo(OTHER), is_ours=False),
    "broken off": Tunnel(FLANNEL_UDP, echo(OURS)[:24], is_ours=False),
}


@pytest.fixture(scope="module")
def made() -> Iterator[Network]:
    with network() as made:
        run_lines(made, FAR, "iptables-nft", "-A INPUT -j DROP")
        yield made


@pytest.mark.parametrize("tunnel", TUNNELS.values(), ids=TUNNELS)
def test_over_udp(made: Network, tunnel: Tunnel) -> None:
    with watching(made, "--id", OURS, "--tunnel-port", STRANGE) as watch:
        made.send(tunnel.wrapped, tunnel.port)
        told = watch.end()
    assert [bytes.fromhex(each["packet"])[28:] for each in told] == (
        [tunnel.wrapped] if tunnel.is_ours else []
    )


IN_IP = {
    "IPIP": (IPIP, echo(OURS), True),
    "IPIP, another's": (IPIP, echo(OTHER), False),
    "6in4": (41, echo6(OURS), True),
    "GRE": (GRE, bytes.fromhex("00000800") + echo(OURS), True),
    "GRE, another's": (GRE, bytes.fromhex("00000800") + echo(OTHER), False),
    "GRE with a key": (GRE, bytes.fromhex("200086dd00000007") + echo6(OURS), True),
    "frames in GRE": (GRE, bytes.fromhex("00006558") + ethernet(echo(OURS)), True),
    "quoted": (ICMP, icmp(UNREACHABLE, 1, 0, echo(OURS)), True),
    "quoted, another's": (ICMP, icmp(UNREACHABLE, 1, 0, echo(OTHER)), False),
    "quoted in a tunnel": (
        ICMP,
        icmp(UNREACHABLE, 3, 0, ipv4(A, B, udp(VXLAN_PORT, vxlan(ethernet(echo(OURS)))), UDP)),
        True,
    ),
    "quoted in IPIP": (ICMP, icmp(UNREACHABLE, 2, 0, ipv4(A, B, echo(OURS), IPIP)), True),
}


@pytest.mark.parametrize(("protocol", "carried", "is_ours"), IN_IP.values(), ids=IN_IP)
def test_in_ip(made: Network, protocol: int, carried: bytes, is_ours: bool) -> None:
    with watching(made, "--id", OURS) as watch:
        made.send_ip(carried, protocol)
        told = watch.end()
    assert [bytes.fromhex(each["packet"])[20:] for each in told] == [carried] * is_ours


def test_a_port_in_a_tunnel(made: Network) -> None:
    segment = vxlan(ethernet(ipv4(A, B, SEG, TCP)))
    with watching(made, "--port", OURS) as watch:
        made.send(segment, VXLAN_PORT)
        made.send(vxlan(ethernet(echo(OURS))), VXLAN_PORT)
        assert bytes.fromhex(only(watch.end())["packet"])[28:] == segment


def test_behind_ip_options(made: Network) -> None:
    with watching(made, "--id", OURS) as watch:
        made.send_ip(ping(OURS, 1), ICMP, options=b"\x01\x01\x01\x00")
        packet = bytes.fromhex(only(watch.end())["packet"])
    assert packet[0] == 0x46 and packet[24:] == ping(OURS, 1)
