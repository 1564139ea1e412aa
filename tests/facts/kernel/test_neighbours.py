"""Neighbours in JSON, in text, and in those of net-tools."""

from __future__ import annotations

import pytest

from netdiag.facts.kernel.arp_text import parse_arp
from netdiag.facts.kernel.ip_neigh import parse_ip_neigh, parse_neighbours_json
from netdiag.model.facts.kernel import Neighbour
from tests.facts.kernel.network_documents import as_told

MAC = "00:0c:29:11:22:10"
JSON = b"""[
{"dst":"10.1.10.10","dev":"eth0","lladdr":"00:0c:29:11:22:10","state":["PERMANENT"]},
{"dst":"10.1.10.15","dev":"eth0","lladdr":"00:0c:29:11:22:10","extern_learn":null,
 "state":["STALE"]},
{"dst":"10.1.10.12","dev":"eth0","state":["FAILED"]},
{"dst":"fe80::1","dev":"eth0","lladdr":"00:0c:29:11:22:10","router":null,"state":["REACHABLE"]},
{"dst":"10.1.10.13","dev":"eth0","proxy":null}]"""
TEXT = """\
10.1.10.10 dev eth0 lladdr 00:0c:29:11:22:10 PERMANENT
10.1.10.15 dev eth0 lladdr 00:0c:29:11:22:10 extern_learn STALE
10.1.10.12 dev eth0 FAILED
fe80::1 dev eth0 lladdr 00:0c:29:11:22:10 router REACHABLE
10.1.10.13 dev eth0 proxy
"""
WITH_STATISTICS = """\
10.1.10.10 dev eth0 lladdr 00:0c:29:11:22:10  used 0/0/0probes 0 PERMANENT
10.1.10.15 dev eth0 lladdr 00:0c:29:11:22:10 extern_learn  ref 1 used 0/60/0probes 3 STALE
10.1.10.12 dev eth0  used 0/60/0 probes 6 FAILED
fe80::1 dev eth0 lladdr 00:0c:29:11:22:10 router REACHABLE
10.1.10.13 dev eth0 proxy
"""
ARP_N = """\
Address                  HWtype  HWaddress           Flags Mask            Iface
10.1.10.10               ether   00:0c:29:11:22:10   CM                    eth0
10.1.10.11               ether   00:0c:29:11:22:10   C                     eth0
10.1.10.12                       (incomplete)                              eth0
10.1.10.13               *       <from_interface>    MP                    eth0
"""
ARP_AN = """\
? (10.1.10.10) at 00:0c:29:11:22:10 [ether] PERM on eth0
node-2 (10.1.10.11) at 00:0c:29:11:22:10 [ether] on eth0
? (10.1.10.12) at <incomplete> on eth0
? (10.1.10.13) at <from_interface> PERM PUB on eth0
Entries: 4	Skipped: 0	Found: 4
"""
PROC = """\
IP address       HW type     Flags       HW address            Mask     Device
10.1.10.10       0x1         0x6         00:0c:29:11:22:10     *        eth0
10.1.10.11       0x1         0x2         00:0c:29:11:22:10     *        eth0
10.1.10.12       0x1         0x0         00:00:00:00:00:00     *        eth0
10.1.10.13       0x1         0xc         00:00:00:00:00:00     *        eth0
"""


def neighbour(address: str, mac: str | None, *states: str, is_proxy: bool = False) -> Neighbour:
    return Neighbour(address, "eth0", "", 0, mac, states, is_proxy)


EXPECTED = [
    neighbour("10.1.10.10", MAC, "PERMANENT"),
    neighbour("10.1.10.15", MAC, "STALE"),
    neighbour("10.1.10.12", None, "FAILED"),
    neighbour("fe80::1", MAC, "REACHABLE"),
    neighbour("10.1.10.13", None, is_proxy=True),
]
EXPECTED_OF_ARP = [
    neighbour("10.1.10.10", MAC, "PERMANENT"),
    neighbour("10.1.10.11", MAC),
    neighbour("10.1.10.12", None, "INCOMPLETE"),
    neighbour("10.1.10.13", None, "PERMANENT", is_proxy=True),
]


def test_json() -> None:
    found = parse_neighbours_json(JSON, "json")
    assert (as_told(found), found.problems) == (EXPECTED, ())
    assert [item.position for item in found.items] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", [TEXT, WITH_STATISTICS])
def test_text(text: str) -> None:
    found = parse_ip_neigh(text, "text", 5)
    assert (as_told(found), found.problems) == (EXPECTED, ())
    assert [item.position for item in found.items] == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("text", [ARP_N, ARP_AN, PROC])
def test_arp(text: str) -> None:
    found = parse_arp(text, "text")
    assert (as_told(found), found.problems) == (EXPECTED_OF_ARP, ())


@pytest.mark.parametrize(
    "line",
    [
        "bash: ip: command not found",
        "10.1.10.11 dev eth0",
        "10.1.10.11 dev eth0 lladdr 00:0c:29:11:22:10",
        "10.1.10.11 lladdr 00:0c:29:11:22:10 STALE",
        "10.1.10 dev eth0 STALE",
        "10.1.10.11 dev eth0 STA",
    ],
)
def test_garbage(line: str) -> None:
    found = parse_ip_neigh(TEXT + line, "text")
    assert (as_told(found), found.problems) == (EXPECTED, ("line 6 is not understood",))


@pytest.mark.parametrize(
    "line",
    [
        "bash: arp: command not found",
        "10.1.10.11",
        "10.1.10.11               ether   00",
        "? (10.1.10.11) at 00:0c:29:11:22:10 [ether]",
        "? (10.1.10) at 00:0c:29:11:22:10 [ether] on eth0",
        "10.1.10.11       0x1         0xzz        00:0c:29:11:22:10     *        eth0",
    ],
)
def test_garbage_of_arp(line: str) -> None:
    found = parse_arp(ARP_N + line, "text")
    assert (as_told(found), found.problems) == (EXPECTED_OF_ARP, ("line 6 is not understood",))
