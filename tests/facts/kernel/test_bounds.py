"""Numbers that cannot be, and addresses that are none, do not become facts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from netdiag.facts.kernel.bridge_fdb import parse_bridge_fdb, parse_fdb_json
from netdiag.facts.kernel.ip_link import parse_links_json
from netdiag.facts.kernel.ip_link_text import parse_ip_link
from netdiag.facts.kernel.ip_neigh import parse_neighbours_json
from netdiag.facts.kernel.ip_route import parse_routes_json
from netdiag.facts.kernel.ip_route_text import parse_ip_route
from netdiag.facts.kernel.ip_rule import parse_rules_json
from netdiag.model.facts.kernel import Vxlan

HOSTILE = "[red]x[/red]\x1b[31m"
TOO_LARGE = 10**30


def as_json(**values: Any) -> bytes:
    return json.dumps([values]).encode()


def vxlan(**values: Any) -> bytes:
    return as_json(ifname="a", linkinfo={"info_kind": "vxlan", "info_data": values})


@pytest.mark.parametrize("number", [TOO_LARGE, -1, 1 << 32])
def test_mtu(number: int) -> None:
    for found in parse_links_json(as_json(ifname="a", mtu=number), "").items:
        assert found.mtu is None
    for found in parse_ip_link(f"1: a: <UP> mtu {number} state UP\n", "").items:
        assert found.mtu is None


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"id": 1 << 70, "port": -5, "local": HOSTILE}, Vxlan(None, None)),
        ({"id": 1 << 24, "port": 65536, "group": "x"}, Vxlan(None, None)),
        ({"id": True, "port": "8472", "remote": "10.0.0.256"}, Vxlan(None, None)),
        ({"id": (1 << 24) - 1, "port": 65535, "local": "::1"},
         Vxlan((1 << 24) - 1, 65535, "::1")),
    ],
)  # fmt: skip
def test_vxlan(values: dict[str, Any], wanted: Vxlan) -> None:
    (link,) = parse_links_json(vxlan(**values), "").items
    assert link.vxlan == wanted


def test_vxlan_in_text() -> None:
    text = "1: a: <UP> mtu 1450\n    link/ether 02:00:00:00:00:01 promiscuity 0\n"
    text += f"    vxlan id {1 << 40} local evil dstport 70000 nolearning\n"
    (link,) = parse_ip_link(text, "").items
    assert link.vxlan == Vxlan(None, None, learning=False)


@pytest.mark.parametrize("gateway", [HOSTILE, "10.0.0.1/24", "gateway"])
def test_a_gateway_that_is_no_address(gateway: str) -> None:
    data = as_json(dst="10.1.0.0/16", gateway=gateway, dev="eth0", flags=[])
    assert parse_routes_json(data, "") == ((), ("item 0 is not understood",))
    word = gateway.partition(" ")[0]
    assert parse_ip_route(f"10.1.0.0/16 via {word} dev eth0\n", "").items == ()


def test_a_source_and_a_metric_of_a_route() -> None:
    data = as_json(dst="10.1.0.0/16", dev="eth0", prefsrc=HOSTILE, metric=1 << 40, flags=[])
    (route,) = parse_routes_json(data, "").items
    assert (route.source, route.metric) == (None, None)


def test_forwarding_entries() -> None:
    told = {"mac": "02:00:00:00:00:01", "ifname": "vxlan1"}
    (entry,) = parse_fdb_json(as_json(**told, port=70000, vni=1 << 30, vlan=5000), "").items
    assert (entry.port, entry.vni, entry.vlan) == (None, None, None)
    assert parse_fdb_json(as_json(**told, dst=HOSTILE), "").items == ()
    assert parse_fdb_json(as_json(mac=HOSTILE, ifname="vxlan1"), "").items == ()
    assert parse_bridge_fdb("02:00:00:00:00:01 dev vxlan1 dst evil self\n", "").items == ()


@pytest.mark.parametrize(
    ("told", "mac"),
    [(HOSTILE, None), ("02:00:00:00:00:01", "02:00:00:00:00:01"), ("10.0.0.1", "10.0.0.1")],
)
def test_neighbours(told: str, mac: str | None) -> None:
    data = as_json(dst="10.0.0.9", dev="eth0", lladdr=told, state=["STALE"])
    (neighbour,) = parse_neighbours_json(data, "").items
    assert neighbour.mac == mac


@pytest.mark.parametrize("priority", [-1, 1 << 32])
def test_rules(priority: int) -> None:
    assert parse_rules_json(as_json(priority=priority, src="all", table="main"), "").items == ()
