"""What commands were asked for, and what they then leave out of each line."""

from __future__ import annotations

import pytest

from netdiag.facts.recognise import recognise
from netdiag.facts.scopes import WHOLE, Scope, scope_of

DEVICE = Scope(device="flannel.1")


@pytest.mark.parametrize(
    ("form", "command", "scope"),
    [
        ("ip_link", "ip -d link", WHOLE),
        ("ip_link", "ip -d link show flannel.1", DEVICE),
        ("ip_link", "ip -d l sh dev flannel.1", DEVICE),
        ("ip_link", "ip link show type vxlan", Scope(is_filtered=True)),
        ("ip_link", "ip link show up", Scope(is_filtered=True)),
        ("ip_link", "ip link |grep -A2 eth0", Scope(is_filtered=True)),
        ("ip_link", "ip link | less", WHOLE),
        ("ip_link", "ip link > /tmp/links", WHOLE),
        ("ip_addr", "ip -4 a", Scope("ip")),
        ("ip_addr", "ip -br a s", WHOLE),
        ("ip_route", "ip route", Scope("ip")),
        ("ip_route", "ip route; ip rule", Scope("ip")),
        ("ip_route", "ip -6 r", Scope("ip6")),
        ("ip_route", "ip -f inet6 route show", Scope("ip6")),
        ("ip_route", "ip route show table 100", Scope("ip", "100")),
        ("ip_route", "ip route show table 254", Scope("ip", "main")),
        ("ip_route", "ip route show table all", WHOLE),
        ("ip_route", "ip route ls dev flannel.1", Scope("ip", device="flannel.1")),
        ("ip_route", "ip route show 10.0.0.0/8", Scope("ip", is_filtered=True)),
        ("ip_rule", "ip rule", Scope("ip")),
        ("ip_neigh", "ip neigh show dev flannel.1", DEVICE),
        ("ip_neigh", "ip neigh show nud permanent", Scope(is_filtered=True)),
        ("bridge_fdb", "bridge fdb show brport flannel.1", DEVICE),
        ("bridge_fdb", "bridge fdb show flannel.1", DEVICE),
        ("bridge_fdb", "bridge fdb", WHOLE),
        ("ifconfig", "ifconfig flannel.1", DEVICE),
        ("ifconfig", "ifconfig -a", WHOLE),
        ("route_n", "route -n", WHOLE),
        ("route_n", "route -6 -n", Scope("ip6")),
        ("ip_route", "cat routes", WHOLE),
        ("wg", "wg show wg0", WHOLE),
        ("ip_route", "", WHOLE),
    ],
)
def test_scopes(form: str, command: str, scope: Scope) -> None:
    assert scope_of(form, tuple(command.split())) == scope


FDB = b"5a:00:00:00:00:02 dst 10.0.0.2 self permanent\n"
NEIGHBOURS = b"10.244.2.0 lladdr 5a:00:00:00:00:02 PERMANENT\n"
ROUTES = b"10.244.2.0/24 via 10.244.2.0 onlink\n"
FDB_JSON = b'[{"mac":"5a:00:00:00:00:02","dst":"10.0.0.2","flags":["self"]}]'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("paste.txt", b"$ bridge fdb show dev flannel.1\n" + FDB),
        ("paste.txt", b"$ bridge -j fdb show dev flannel.1\n" + FDB_JSON),
        ("paste.txt", b"$ ip neigh show dev flannel.1\n" + NEIGHBOURS),
        ("paste.txt", b"$ ip route show dev flannel.1\n" + ROUTES),
        ("bridge_fdb_flannel.1.txt", FDB),
        ("bridge_fdb_show_dev_flannel.1", FDB),
        ("bridge_fdb_flannel.1.json", FDB_JSON),
        ("ip_neigh_flannel.1.txt", NEIGHBOURS),
        ("ip_route_dev_flannel.1.txt", ROUTES),
    ],
)
def test_the_device_is_that_of_the_command(name: str, data: bytes) -> None:
    (piece,) = recognise(name, data)
    (item,) = piece.parsed.items
    assert (item.device, piece.parsed.problems) == ("flannel.1", ())


def test_the_table_is_that_of_the_command() -> None:
    data = b"$ ip r show table 100\ndefault via 10.9.0.1 dev eth1\n$ ip -6 r\ndefault dev wg0\n"
    first, second = recognise("paste.txt", data)
    assert [route.table for route in first.parsed.items] == ["100"]
    assert [route.destination for route in second.parsed.items] == ["::/0"]
