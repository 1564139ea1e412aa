"""Names with values: counters of the IP stack, sysctls, ethtool, sets and IPVS services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from netdiag.facts.activity.ethtool import parse_ethtool
from netdiag.facts.activity.ipvs import parse_ipvs
from netdiag.facts.activity.snmp import parse_snmp
from netdiag.facts.activity.sysctls import parse_sysctls
from netdiag.facts.firewall.ipset import parse_ipset
from netdiag.facts.parsed import Parsed

Parser = Callable[[str, str], Parsed[Any]]

SYSCTLS = [
    ("net.ipv4.ip_forward = 1", "net.ipv4.ip_forward", "1"),
    ("net.ipv4.ip_forward=1", "net.ipv4.ip_forward", "1"),
    ("net.ipv4.tcp_rmem = 4096\t131072\t6291456", "net.ipv4.tcp_rmem", "4096\t131072\t6291456"),
    ("net.ipv4.conf.flannel/1.rp_filter = 0", "net.ipv4.conf.flannel/1.rp_filter", "0"),
    ("net.ipv4.conf.flannel.1.rp_filter = 0", "net.ipv4.conf.flannel/1.rp_filter", "0"),
    ("net/ipv4/conf/flannel.1/rp_filter = 0", "net.ipv4.conf.flannel/1.rp_filter", "0"),
    ("/proc/sys/net/ipv4/conf/flannel.1/rp_filter:0", "net.ipv4.conf.flannel/1.rp_filter", "0"),
    ("/proc/sys/net/ipv4/ip_forward 1", "net.ipv4.ip_forward", "1"),
    ("/proc/sys/net/ipv4/ip_forward = 1", "net.ipv4.ip_forward", "1"),
    ("==> /proc/sys/net/ipv4/ip_forward <==\n1", "net.ipv4.ip_forward", "1"),
    ("net.ipv4.neigh.default.gc_thresh1 = 128", "net.ipv4.neigh.default.gc_thresh1", "128"),
    ("net.bridge.bridge-nf-call-iptables = 1", "net.bridge.bridge-nf-call-iptables", "1"),
    ("kernel.core_pattern = |/bin/x %p = %s", "kernel.core_pattern", "|/bin/x %p = %s"),
]
COUNTERS = [
    ("Ip: FragOKs FragFails\nIp: 7 -1\n", [("Ip.FragOKs", 7), ("Ip.FragFails", -1)]),
    ("#kernel\nIpFragFails                     3                  0.0\n", [("Ip.FragFails", 3)]),
    ("TcpExtIPReversePathFilter 5 0.0\n", [("TcpExt.IPReversePathFilter", 5)]),
    ("Ip6InReceives                   \t33\n", [("Ip6.InReceives", 33)]),
    (
        "Ip:\n    Forwarding: 1\n    3 fragments failed\n    9 of no name\n"
        "IpExt:\n    InOctets: 252\n",
        [("Ip.Forwarding", 1), ("Ip.FragFails", 3), ("IpExt.InOctets", 252)],
    ),
]
SETS = [
    ("create a hash:net family inet\nadd a 10.0.0.0/8\nadd a 10.1.0.0/16 nomatch\n",
     [("a", ("10.0.0.0/8", "10.1.0.0/16 nomatch"))]),
    ("create b hash:ip,port timeout 100\nadd b 10.0.0.1,tcp:80 timeout 99 comment \"x\"\n",
     [("b", ("10.0.0.1,tcp:80",))]),
    ("Name: a\nType: hash:ip\nHeader: family inet\nNumber of entries: 1\nMembers:\n10.0.0.1\n\n"
     "Name: b\nType: hash:ip\nMembers:\n", [("a", ("10.0.0.1",)), ("b", ())]),
]  # fmt: skip
SERVICES = [
    ("IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n"
     "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n"
     "TCP  10.96.0.1:443 rr\n  -> 10.1.10.8:6443               Masq    1      0          0\n"
     "UDP  10.96.0.10:53 rr\n",
     [("TCP 10.96.0.1:443", ("10.1.10.8:6443",)), ("UDP 10.96.0.10:53", ())]),
    ("-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 10.1.10.8:6443 -m -w 1\n-A -f 5 -s rr\n",
     [("TCP 10.96.0.1:443", ("10.1.10.8:6443",)), ("FWM 5", ())]),
]  # fmt: skip
ETHTOOL = [
    ("Features for eth0:\ntx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\n",
     [("tx-checksumming", "on"), ("tx-checksum-ipv4", "off [fixed]")]),
    ("driver: veth\nversion: 1.0\nfirmware-version: \nbus-info:\n",
     [("driver", "veth"), ("version", "1.0")]),
    ("NIC statistics:\n     peer_ifindex: 12\n     [0]: rx_drops: 3\n",
     [("peer_ifindex", "12"), ("[0]", "rx_drops: 3")]),
    ("no stats available\n", []),
]  # fmt: skip
BROKEN: list[tuple[Parser, str, int, list[Any]]] = [
    (parse_sysctls, "sysctl: permission denied on key 'net.x'\nnet.a.b = 1\n", 1,
     [("net.a.b", "1")]),
    (parse_sysctls, "net.a.b = 1\nnet.ipv4.ip_forw", 2, [("net.a.b", "1")]),
    (parse_snmp, "Ip: FragOKs FragFails\nIp: 7\nTcp: A\nTcp: 1\n", 2, [("Tcp.A", 1)]),
    (parse_snmp, "Ip: FragOKs FragFails\nTcp: A\nTcp: 1\n", 1, [("Tcp.A", 1)]),
    (parse_snmp, "Tcp: A\nTcp: 1\nIp: FragOKs\n", 3, [("Tcp.A", 1)]),
    (parse_snmp, "bash: nstat: command not found\n", 1, []),
    (parse_snmp, "NoGroup 1 0.0\n", 1, []),
    (parse_ipset, "add a 10.0.0.0/8\ncreate a hash:net\n", 1, [("a", ())]),
    (parse_ipset, "ipset v7.1: Kernel error received: Operation not permitted\n", 1, []),
    (parse_ipvs, "  -> 10.1.10.8:6443 Masq\nTCP 10.0.0.1:1 rr\n", 1, [("TCP 10.0.0.1:1", ())]),
    (parse_ipvs, "-a -t 10.0.0.1:1 -r\n", 1, [("TCP 10.0.0.1:1", ())]),
    (parse_ipvs, "Can't initialize ipvs: Permission denied (you must be root)\n", 1, []),
    (parse_ethtool, "netlink error: Operation not permitted\n", 1, []),
    (parse_ethtool, "sudo: ethtool: command not found\n", 1, []),
    (parse_ethtool, "Cannot get device feature names: No such device\ndriver: veth\n", 1,
     [("driver", "veth")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "value"), SYSCTLS)
def test_sysctls(text: str, name: str, value: str) -> None:
    unreadable = 'sysctl: reading key "net.ipv6.conf.all.stable_secret"\n'
    assert parse_sysctls(f"{unreadable}{text}\n", "sysctl.txt") == (((name, value),), ())


@pytest.mark.parametrize(
    ("parser", "text", "expected"),
    [
        *((parse_snmp, *case) for case in COUNTERS),
        *((parse_ipset, *case) for case in SETS),
        *((parse_ipvs, *case) for case in SERVICES),
        *((parse_ethtool, *case) for case in ETHTOOL),
    ],
)
def test_items(parser: Parser, text: str, expected: list[Any]) -> None:
    assert parser(text, "document") == (tuple(expected), ())


@pytest.mark.parametrize(("parser", "text", "line", "expected"), BROKEN)
def test_what_is_not_understood_costs_only_itself(
    parser: Parser, text: str, line: int, expected: list[Any]
) -> None:
    assert parser(text, "document") == (tuple(expected), (f"line {line} is not understood",))
