"""What several commands say about one thing is put together, and nothing is told twice."""

from __future__ import annotations

import pytest

from tests.facts.assembling import MAIN_TEXT, assembled

PLAIN = b"""\
root@n1:~# ip a
1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UNKNOWN
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
3: flannel.1: <BROADCAST,UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether 5a:11:11:11:11:11 brd ff:ff:ff:ff:ff:ff
    inet 10.244.1.0/32 scope global flannel.1
"""
ONE = b"""\
root@n1:~# ip -d link show flannel.1
3: flannel.1: <BROADCAST,UP> mtu 1450 qdisc noqueue state UNKNOWN
    link/ether 5a:11:11:11:11:11 brd ff:ff:ff:ff:ff:ff promiscuity 0
    vxlan id 1 local 10.1.10.9 dev eth0 srcport 0 0 dstport 8472 nolearning
"""
MAIN = b"root@n1:~# ip route\n" + MAIN_TEXT
IPV6 = b"root@n1:~# ip -6 route\nfd00::/64 dev eth0 proto kernel metric 256 pref medium\n"
TABLE_100 = b"root@n1:~# ip route show table 100\ndefault via 10.9.0.1 dev eth1\n"
LOCAL = b"root@n1:~# ip route show table local\nlocal 10.1.10.9 dev eth0 scope host\n"
OF_DEVICE = b"root@n1:~# ip route show dev cni0\n10.244.1.0/24 scope link\n"


def test_details_of_one_device() -> None:
    for pasted in (PLAIN + ONE, ONE + PLAIN):
        host = assembled(("paste.txt", pasted)).host
        assert {link.name: link.kind for link in host.links or ()} == {
            "lo": None,
            "flannel.1": "vxlan",
        }
        assert host.partial == frozenset()
    parts = assembled(("a.txt", PLAIN.partition(b"\n")[2]), ("b.txt", ONE.partition(b"\n")[2]))
    assert len(parts.host.links or ()) == 2


def test_one_device_is_not_all() -> None:
    host = assembled(("paste.txt", ONE + OF_DEVICE)).host
    assert [link.name for link in host.links or ()] == ["flannel.1"]
    assert [route.device for route in host.routes or ()] == ["cni0"]
    assert host.partial == {"links", "routes"}


@pytest.mark.parametrize(
    ("sections", "tables", "partial"),
    [
        ([MAIN, IPV6], ["main"] * 3, False),
        ([IPV6, MAIN], ["main"] * 3, False),
        ([TABLE_100, MAIN], ["100", "main", "main"], False),
        ([MAIN, TABLE_100, LOCAL], ["100", "local", "main", "main"], False),
        ([OF_DEVICE, MAIN], ["main", "main"], False),
        ([MAIN, MAIN.replace(b"10.244.1.0/24", b"10.9.0.0/16")], ["main", "main"], False),
        ([TABLE_100], ["100"], True),
        ([IPV6], ["main"], True),
        ([MAIN, TABLE_100 + b"?\n"], ["100", "main", "main"], True),
    ],
)
def test_routes_of_several_commands(
    sections: list[bytes], tables: list[str], partial: bool
) -> None:
    host = assembled(("paste.txt", b"".join(sections))).host
    assert sorted(route.table for route in host.routes or ()) == tables
    assert ("routes" in host.partial) is partial
    assert not host.has_all_tables


def test_routes_of_all_tables_are_not_added_to() -> None:
    every = (
        b"root@n1:~# ip route show table all\n"
        + MAIN_TEXT
        + LOCAL.partition(b"\n")[2].replace(b"\n", b" table local\n")
    )
    host = assembled(("paste.txt", TABLE_100 + every)).host
    assert sorted(route.table for route in host.routes or ()) == ["local", "main", "main"]
    assert host.has_all_tables


def test_rules_of_both_families() -> None:
    rules = b"0:\tfrom all lookup local\n"
    pasted = b"# ip rule\n" + rules + b"# ip -6 rule\n" + rules
    host = assembled(("paste.txt", pasted)).host
    assert [rule.is_ipv6 for rule in host.rules or ()] == [False, True]
    host = assembled(("paste.txt", b"# ip rule\n" + rules)).host
    assert [rule.is_ipv6 for rule in host.rules or ()] == [None]
