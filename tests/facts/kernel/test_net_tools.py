"""Devices, addresses and routes of ``ifconfig``, ``route -n`` and ``netstat -rn``."""

from __future__ import annotations

import pytest

from netdiag.facts.forms import form_of_text
from netdiag.facts.kernel.ifconfig_text import parse_ifconfig_addresses, parse_ifconfig_links
from netdiag.facts.kernel.route_n_text import parse_route_n
from netdiag.model.facts.kernel import Address, LinkCounters, NextHop
from tests.facts.kernel.network_documents import as_told, values

NEW = """\
eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.1.10.9  netmask 255.255.255.0  broadcast 10.1.10.255
        inet6 fe80::1  prefixlen 64  scopeid 0x20<link>
        ether 00:0c:29:11:22:09  txqueuelen 1000  (Ethernet)
        RX packets 123  bytes 1150 (1.1 KiB)
        RX errors 1  dropped 2  overruns 0  frame 0
        TX packets 45  bytes 1096 (1.0 KiB)
        TX errors 3  dropped 4 overruns 0  carrier 0  collisions 0

eth0:1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.1.10.19  netmask 255.255.255.0  broadcast 10.1.10.255
        ether 00:0c:29:11:22:09  txqueuelen 1000  (Ethernet)

tun0: flags=4305<UP,POINTOPOINT,RUNNING,NOARP,MULTICAST>  mtu 1400
        inet 10.8.0.1  netmask 255.255.255.255  destination 10.8.0.2
        unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  txqueuelen 500  (UNSPEC)
"""
OLD = """\
eth0      Link encap:Ethernet  HWaddr 00:0C:29:11:22:09  \n\
          inet addr:10.1.10.9  Bcast:10.1.10.255  Mask:255.255.255.0
          inet6 addr: fe80::1/64 Scope:Link
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
          RX packets:123 errors:1 dropped:2 overruns:0 frame:0
          TX packets:45 errors:3 dropped:4 overruns:0 carrier:0
          collisions:0 txqueuelen:1000 \n\
          RX bytes:1150 (1.1 KB)  TX bytes:1096 (1.0 KB)
          Interrupt:19 Base address:0x2000 \n\

eth0:1    Link encap:Ethernet  HWaddr 00:0C:29:11:22:09  \n\
          inet addr:10.1.10.19  Bcast:10.1.10.255  Mask:255.255.255.0

tun0      Link encap:UNSPEC  HWaddr 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  \n\
          inet addr:10.8.0.1  P-t-P:10.8.0.2  Mask:255.255.255.255
          UP POINTOPOINT RUNNING NOARP MULTICAST  MTU:1400  Metric:1
"""
ROUTE_N = """\
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.1.10.1       0.0.0.0         UG    100    0        0 eth0
10.1.10.0       0.0.0.0         255.255.255.0   U     0      0        0 eth0
10.9.0.2        0.0.0.0         255.255.255.255 UH    0      0        0 eth0
192.168.1.0     0.0.0.0         255.255.255.192 U     0      0        0 *
192.168.2.0     -               255.255.255.192 !     77     -        0 -
"""
ROUTE = ROUTE_N.replace("0.0.0.0         10.1.10.1 ", "default         10.1.10.1 ").replace(
    "10.1.10.0       0.0.0.0", "10.1.10.0       *"
)
NETSTAT = """\
Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
0.0.0.0         10.1.10.1       0.0.0.0         UG        0 0          0 eth0
192.168.2.0     -               255.255.255.192 !         - -          - -
"""
ROUTE_6 = """\
Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref  Use If
fd00:1::/64                    ::                         U    256 2      0 eth0
fd00:5::/64                    fd00:1::10                 UG   1024 2      0 eth0
::1/128                        ::                         Un   0   2      0 lo
ff00::/8                       ::                         U    256 3      0 eth0
[::]/0                         ::                         !n   -1  1      0 lo
"""


@pytest.mark.parametrize("text", [NEW, OLD])
def test_ifconfig_links(text: str) -> None:
    links, problems = parse_ifconfig_links(text, "text")
    assert problems == ()
    eth0, tun0 = (values(link) for link in links)
    assert eth0 == {
        "name": "eth0", "type": "ether", "mac": "00:0c:29:11:22:09", "mtu": 1500,
        "flags": ("UP", "BROADCAST", "RUNNING", "MULTICAST"),
        "counters": LinkCounters(1150, 123, 1, 2, 1096, 45, 3, 4),
    }  # fmt: skip
    assert tun0 == {
        "name": "tun0", "mtu": 1400, "flags": ("UP", "POINTOPOINT", "RUNNING", "NOARP", "MULTICAST")
    }  # fmt: skip


@pytest.mark.parametrize("text", [NEW, OLD])
def test_ifconfig_addresses(text: str) -> None:
    found = parse_ifconfig_addresses(text, "text")
    assert found.problems == ()
    assert as_told(found) == [
        Address("eth0", "10.1.10.9", 24, "", 0),
        Address("eth0", "fe80::1", 64, "", 0, "link"),
        Address("eth0", "10.1.10.19", 24, "", 0),
        Address("tun0", "10.8.0.1", 32, "", 0, None, "10.8.0.2"),
    ]


@pytest.mark.parametrize(
    "line", ["bash: ifconfig: command not found", "eth1: flags=41", "eth1  Link"]
)
def test_garbage_in_ifconfig(line: str) -> None:
    text = f"{line}\n{NEW}"
    assert parse_ifconfig_links(text, "text").problems == ("line 1 is not understood",)
    assert len(parse_ifconfig_links(text, "text").items) == 2
    assert parse_ifconfig_addresses(text, "text").problems == ("line 1 is not understood",)


@pytest.mark.parametrize(
    "line",
    ["inet 10.1.1.1  netmask 255", "inet addr:10.1.1.1", "inet6 addr: fe80::1/", "inet6", "inet"],
)
def test_garbage_in_addresses(line: str) -> None:
    found = parse_ifconfig_addresses(f"{NEW}        {line}\n", "text")
    assert len(found.items) == 4
    assert found.problems == ("line 17 is not understood",)


@pytest.mark.parametrize("text", [ROUTE_N, ROUTE])
def test_route_n(text: str) -> None:
    routes, problems = parse_route_n(text, "text", 2)
    assert problems == ()
    assert [values(route) for route in routes] == [
        {"destination": "0.0.0.0/0", "next_hops": (NextHop("eth0", "10.1.10.1"),), "metric": 100},
        {"destination": "10.1.10.0/24", "next_hops": (NextHop("eth0"),)},
        {"destination": "10.9.0.2/32", "next_hops": (NextHop("eth0"),)},
        {"destination": "192.168.1.0/26", "type": "blackhole"},
        {"destination": "192.168.2.0/26", "type": "unreachable", "metric": 77},
    ]
    assert [route.position for route in routes] == [4, 5, 6, 7, 8]


def test_netstat() -> None:
    routes, problems = parse_route_n(NETSTAT, "text")
    assert problems == ()
    assert [values(route) for route in routes] == [
        {"destination": "0.0.0.0/0", "next_hops": (NextHop("eth0", "10.1.10.1"),)},
        {"destination": "192.168.2.0/26", "type": "unreachable"},
    ]


def test_route_of_ipv6() -> None:
    routes, problems = parse_route_n(ROUTE_6, "text")
    assert problems == ()
    eth0 = (NextHop("eth0"),)
    assert [values(route) for route in routes] == [
        {"destination": "fd00:1::/64", "next_hops": eth0, "metric": 256},
        {"destination": "fd00:5::/64", "next_hops": (NextHop("eth0", "fd00:1::10"),),
         "metric": 1024},
        {"destination": "::1/128", "next_hops": (NextHop("lo"),), "type": "local",
         "table": "local", "metric": 0},
        {"destination": "ff00::/8", "next_hops": eth0, "type": "multicast", "table": "local",
         "metric": 256},
        {"destination": "::/0", "type": "unreachable", "metric": 0xFFFFFFFF},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "bash: route: command not found",
        "link-local      0.0.0.0         255.255.0.0     U     1000   0        0 eth0",
        "10.2.0.0        0.0.0.0         255.255.0.255   U     0      0        0 eth0",
        "10.2.0.0        gateway         255.255.0.0     UG    0      0        0 eth0",
        "10.2.0.0        0.0.0.0         255.255.0.0     U     0      0",
        "fd00:5::/64                    gateway                 UG   1024 2      0 eth0",
        "fd00:5::/640                   ::                      UG   1024 2      0 eth0",
    ],
)
def test_garbage_in_routes(line: str) -> None:
    routes, problems = parse_route_n(f"{ROUTE_N}{line}\n", "text")
    assert len(routes) == 5
    assert problems == ("line 8 is not understood",)


CHINESE = """\
eth0      Link encap:以太网  硬件地址 52:54:00:AA:00:02
          inet 地址:10.0.0.2  广播:10.0.0.255  掩码:255.255.255.0
          inet6 地址: fe80::1/64 Scope:Link
          UP BROADCAST RUNNING MULTICAST  MTU:1500  跃点数:1
"""
GERMAN = """\
eth0      Link encap:Ethernet  Hardware Adresse 52:54:00:aa:00:02
          inet Adresse:10.0.0.2  Bcast:10.0.0.255  Maske:255.255.255.0
          inet6-Adresse: fe80::1/64 Gültigkeitsbereich:Verbindung
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metrik:1
"""
FRENCH = """\
eth0      Link encap:Ethernet  HWaddr 52:54:00:aa:00:02
          inet adr:10.0.0.2  Bcast:10.0.0.255  Masque:255.255.255.0
          adr inet6: fe80::1/64 Scope:Lien
          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1
"""


@pytest.mark.parametrize(
    ("text", "count"), [(CHINESE, 2), (GERMAN, 2), (FRENCH, 1)], ids=["zh", "de", "fr"]
)
def test_ifconfig_in_other_languages(text: str, count: int) -> None:
    (link,) = parse_ifconfig_links(text, "ifconfig.txt").items
    assert (link.name, link.type, link.mac, link.mtu) == (
        "eth0", "ether", "52:54:00:aa:00:02", 1500,
    )  # fmt: skip
    found = parse_ifconfig_addresses(text, "ifconfig.txt")
    assert found.problems == ()
    told = [(a.address, a.prefix_length, a.peer) for a in found.items]
    assert told == [("10.0.0.2", 24, None), ("fe80::1", 64, None)][:count]


CHINESE_ROUTES = """\
内核 IP 路由表
目标            网关            子网掩码        标志  跃点   引用  使用 接口
0.0.0.0         10.0.0.254      0.0.0.0         UG    100    0        0 eth0
10.244.1.0      10.244.1.0      255.255.255.0   UG    0      0        0 flannel.1
"""
GERMAN_ROUTES = CHINESE_ROUTES.replace("内核 IP 路由表", "Kernel-IP-Routentabelle").replace(
    "目标            网关            子网掩码        标志  跃点   引用  使用 接口",
    "Ziel            Router          Genmask         Flags Metric Ref    Use Iface",
)
CHINESE_NETSTAT = CHINESE_ROUTES.replace("跃点   引用  使用 接口", "MSS 窗口  irtt 接口")


@pytest.mark.parametrize(
    ("text", "metric"),
    [(CHINESE_ROUTES, 100), (GERMAN_ROUTES, 100), (CHINESE_NETSTAT, None)],
    ids=["zh", "de", "netstat"],
)
def test_routes_in_other_languages(text: str, metric: int | None) -> None:
    found = parse_route_n(text, "route_n.txt")
    assert found.problems == ()
    assert [(r.destination, r.gateway, r.device, r.metric) for r in found.items] == [
        ("0.0.0.0/0", "10.0.0.254", "eth0", metric),
        ("10.244.1.0/24", "10.244.1.0", "flannel.1", None),
    ]
    assert form_of_text(text) == "route_n"
