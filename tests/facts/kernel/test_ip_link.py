"""Devices in JSON and in text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from netdiag.facts.kernel.ip_link import parse_links_json
from netdiag.facts.kernel.ip_link_text import parse_ip_link
from netdiag.model.facts.kernel import LinkCounters, Tunnel, Vxlan
from tests.facts.kernel.network_documents import as_told, values

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "vxlan id 1 local 10.1.10.9 dev eth0 srcport 0 0 dstport 8472 nolearning ttl auto ageing 300": (
        {"id": 1, "local": "10.1.10.9", "link": "eth0", "port": 8472, "learning": False},
        {"vxlan": Vxlan(1, 8472, "10.1.10.9", "eth0", learning=False)},
    ),
    "vxlan id 42 group 239.1.1.1 dev eth0 srcport 0 0 dstport 4789 ttl auto": (
        {"id": 42, "group": "239.1.1.1", "link": "eth0", "port": 4789, "learning": True},
        {"vxlan": Vxlan(42, 4789, lower="eth0", group="239.1.1.1", learning=True)},
    ),
    "vxlan id 44 remote fd00:1::77 local fd00:1::9 srcport 0 0 dstport 4791": (
        {"id": 44, "remote6": "fd00:1::77", "local6": "fd00:1::9", "port": 4791, "learning": True},
        {"vxlan": Vxlan(44, 4791, "fd00:1::9", group="fd00:1::77", learning=True)},
    ),
    "vxlan external id 0 srcport 0 0 dstport 4790 nolearning": (
        {"external": True, "id": 0, "port": 4790, "learning": False},
        {"vxlan": Vxlan(None, 4790, learning=False, external=True)},
    ),
    "geneve id 10 remote 192.168.43.254 dstport 6081 noudpcsum udp6zerocsumrx": (
        {"id": 10, "remote": "192.168.43.254", "port": 6081, "udp_csum": False},
        {"vxlan": Vxlan(10, 6081, group="192.168.43.254")},
    ),
    "ipip any remote any local any ttl inherit nopmtudisc": (
        {"proto": "any", "remote": "any", "local": "any", "ttl": 0, "pmtudisc": False},
        {"tunnel": Tunnel()},
    ),
    "gre remote 10.1.10.10 local 10.1.10.9 dev eth0 ttl inherit ikey 0.0.0.5": (
        {"remote": "10.1.10.10", "local": "10.1.10.9", "link": "eth0", "ikey": "0.0.0.5"},
        {"tunnel": Tunnel("10.1.10.9", "10.1.10.10", "eth0")},
    ),
    "vlan protocol 802.1Q id 100 <REORDER_HDR>": (
        {"protocol": "802.1Q", "id": 100, "flags": ["REORDER_HDR"]},
        {"vlan_id": 100},
    ),
    "macvlan mode bridge bcqueuelen 1000": ({"mode": "bridge"}, {"mode": "bridge"}),
    "ipvlan  mode l2 bridge": ({"mode": "l2", "mode_flag": "bridge"}, {"mode": "l2"}),
    "tun type tap pi off vnet_hdr off persist on": ({"type": "tap", "pi": False}, {"mode": "tap"}),
    "bond mode balance-rr miimon 0": ({"mode": "balance-rr"}, {}),
    "veth": ({}, {}),
    "xyz id of another type": ({"id": ["of", "another", "type"], "port": {}, "local": 7}, {}),
}
"""The line of a kind, its ``info_data``, and what both tell besides the kind."""

HEAD = "7: dev0: <BROADCAST,UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default"
ADDRESS = "    link/ether be:fc:d4:01:e7:e0 brd ff:ff:ff:ff:ff:ff"
PLAIN: dict[str, Any] = {
    "name": "dev0", "index": 7, "type": "ether", "mac": "be:fc:d4:01:e7:e0", "mtu": 1450,
    "flags": ("BROADCAST", "UP"), "state": "UNKNOWN",
}  # fmt: skip
PLAIN_JSON: dict[str, Any] = {
    "ifname": "dev0", "ifindex": 7, "link_type": "ether", "address": "be:fc:d4:01:e7:e0",
    "mtu": 1450, "flags": ["BROADCAST", "UP"], "operstate": "UNKNOWN",
}  # fmt: skip
COUNTED = """\
    RX: bytes  packets  errors  dropped missed  mcast   \n\
    1150       14       1       2       0       0       \n\
    RX errors: length    crc   frame    fifo overrun
                    0      0       0       0       0
    TX: bytes  packets  errors  dropped carrier collsns \n\
    1096       13       3       4       0       0       \n\
"""


@pytest.mark.parametrize("line", KINDS)
def test_kinds(line: str) -> None:
    data, expected = KINDS[line]
    kind = line.split()[0]
    text = f"{HEAD}\n{ADDRESS} promiscuity 0 \n    {line} addrgenmode eui64 numtxqueues 1\n"
    info = {"info_kind": kind, "info_data": data}
    document = json.dumps([{**PLAIN_JSON, "promiscuity": 0, "linkinfo": info}])
    for links, problems in (
        parse_ip_link(text, "text"),
        parse_links_json(document.encode(), "json"),
    ):
        assert problems == ()
        assert [values(link) for link in links] == [{**PLAIN, "kind": kind, **expected}]


@pytest.mark.parametrize(
    ("head", "item", "expected"),
    [
        ("dev0@if3", {"link_index": 3}, {"peer_index": 3}),
        ("dev0@eth0", {"link": "eth0"}, {"lower": "eth0"}),
        ("dev0@NONE", {"link": None}, {}),
        ("dev0", {}, {}),
    ],
)
def test_what_follows_the_name(head: str, item: dict[str, Any], expected: dict[str, Any]) -> None:
    text = f"{HEAD.replace('dev0', head)}\n{ADDRESS}\n"
    document = json.dumps([{**PLAIN_JSON, **item}]).encode()
    for links, problems in (parse_ip_link(text, "text"), parse_links_json(document, "json")):
        assert problems == ()
        assert [values(link) for link in links] == [{**PLAIN, **expected}]


def test_all_the_rest_of_text() -> None:
    text = (
        f"{HEAD} \n{ADDRESS} link-netnsid 4 promiscuity 1 parentbus virtio parentdev virtio0 \n"
        "    bridge_slave state forwarding hairpin on \n    alias a  b\n"
        f"{COUNTED}    vf 0     link/ether 00:00:00:00:00:00\n    vf 1 MAC 00:00:00:00:00:01\n"
        "    altname enp3s0\n    inet 10.1.1.1/24 scope global dev0\n"
    ).replace("state UNKNOWN", "master cni0 state UP")
    [link] = parse_ip_link(text, "text", 9).items
    assert link.position == 9
    assert values(link) == {
        **PLAIN, "kind": "", "state": "UP", "master": "cni0", "peer_namespace": 4,
        "parent_bus": "virtio", "port_kind": "bridge", "alias": "a  b", "virtual_functions": 2,
        "counters": LinkCounters(1150, 14, 1, 2, 1096, 13, 3, 4),
    }  # fmt: skip


def test_all_the_rest_of_json() -> None:
    item = {
        **PLAIN_JSON, "operstate": "UP", "master": "cni0", "link_netnsid": 4, "promiscuity": 1,
        "parentbus": "virtio", "linkinfo": {"info_slave_kind": "bridge"}, "ifalias": "a  b",
        "vfinfo_list": [{"vf": 0}, {"vf": 1}],
        "stats": {"rx": {"bytes": 1150, "packets": 14, "errors": 1, "dropped": 2},
                  "tx": {"bytes": 1096, "packets": 13, "errors": 3, "dropped": 4}},
    }  # fmt: skip
    [link] = parse_links_json(json.dumps([item]).encode(), "json").items
    assert values(link) == {
        **PLAIN, "kind": "", "state": "UP", "master": "cni0", "peer_namespace": 4,
        "parent_bus": "virtio", "port_kind": "bridge", "alias": "a  b", "virtual_functions": 2,
        "counters": LinkCounters(1150, 14, 1, 2, 1096, 13, 3, 4),
    }  # fmt: skip


def test_a_tunnel_has_an_address_that_is_no_mac() -> None:
    text = f"{HEAD}\n    link/ipip 0.0.0.0 peer 0.0.0.0 promiscuity 0 \n    tun type tun pi off\n"
    [link] = parse_ip_link(text, "text").items
    assert (link.type, link.mac, link.kind, link.mode) == ("ipip", None, "tun", "tun")
    [link] = parse_ip_link(f"{HEAD}\n    link/none  promiscuity 0 \n", "text").items
    assert (link.type, link.mac, link.kind) == ("none", None, "")


def test_brief_form() -> None:
    text = (
        "lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> \n"
        "eth0@if2         UP             10.1.10.9/24 fd00:1::9/64 \n"
        "tun0             DOWN           <POINTOPOINT,NOARP> \n"
    )
    links, problems = parse_ip_link(text, "text")
    assert problems == ()
    assert [values(link) for link in links] == [
        {"name": "lo", "state": "UNKNOWN", "mac": "00:00:00:00:00:00", "flags": ("LOOPBACK",
         "UP", "LOWER_UP")},
        {"name": "eth0", "state": "UP", "peer_index": 2},
        {"name": "tun0", "state": "DOWN", "flags": ("POINTOPOINT", "NOARP")},
    ]  # fmt: skip


def test_one_line_form() -> None:
    text = f"{HEAD}\n{ADDRESS} promiscuity 0\n    vlan protocol 802.1Q id 7\n{COUNTED}"
    one = text.rstrip("\n").replace("\n", "\\")
    assert as_told(parse_ip_link(one, "text")) == as_told(parse_ip_link(text, "text"))


@pytest.mark.parametrize(
    "garbage",
    [
        "bash: ip: command not found",
        "8: dev1: <BROADC\n    link/ether 00:00:00:00:00:01",
        "x: dev1: <UP> mtu 1500",
        "8: dev1: <UP> mtu many",
        "8: : <UP> mtu 1500",
        "8: " + "x" * 70_000 + ": <UP> mtu 1500",
    ],
)
def test_garbage(garbage: str) -> None:
    text = f"{HEAD}\n{ADDRESS}\n{garbage}\n{HEAD}\n{ADDRESS}\n"
    links, problems = parse_ip_link(text, "text")
    assert [values(link) for link in links] == [PLAIN, PLAIN]
    assert len(problems) == 1
    assert problems[0].startswith("line 3 ")


def test_broken_json_items() -> None:
    document = b'[{"ifindex":1},{"ifname":"a"},{"ifname":["b"]},{}]'
    links, problems = parse_links_json(document, "json")
    assert [link.name for link in links] == ["a"]
    assert problems == ("item 2 is not understood", "item 0 is not understood")
