"""What people paste of etcdctl."""

from __future__ import annotations

from base64 import b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.configuration.flannel_etcd import parse_etcdctl
from netdiag.model.facts.configuration import FlannelLease, FlannelNetwork
from netdiag.model.facts.source import Source
from tests.facts.hostile import check_parsed, cut_at_every_line, with_each_value_replaced

CONFIG_KEY = "/coreos.com/network/config"
CONFIG = '{"Network":"10.5.0.0/16","Backend":{"Type":"vxlan","VNI":1}}'
LEASE_KEY = "/coreos.com/network/subnets/10.5.1.0-24"
LEASE = (
    '{"PublicIP":"192.168.0.11","PublicIPv6":null,"BackendType":"vxlan",'
    '"BackendData":{"VNI":1,"VtepMAC":"5E:41:39:4D:54:1a"}}'
)


def network(line: int) -> FlannelNetwork:
    return FlannelNetwork(Source("etcd.txt", f"line {line}"), "10.5.0.0/16", "vxlan", vni=1)


def lease(line: int) -> FlannelLease:
    source = Source("etcd.txt", f"line {line}")
    return FlannelLease(source, "10.5.1.0/24", "192.168.0.11", "vxlan", "5e:41:39:4d:54:1a", 1)


def only_key(line: int, subnet: str = "10.5.1.0/24") -> FlannelLease:
    return FlannelLease(Source("etcd.txt", f"line {line}"), subnet, None, None)


VERSION_3 = msgspec.json.encode(
    {
        "header": {"cluster_id": 14841639068965178418, "revision": 7},
        "kvs": [
            {"key": b64encode(key.encode()).decode(), "value": b64encode(value.encode()).decode()}
            for key, value in ((CONFIG_KEY, CONFIG), (LEASE_KEY, LEASE))
        ],
        "count": 2,
    }
).decode()
VERSION_2 = msgspec.json.encode(
    {
        "action": "get",
        "node": {
            "key": "/coreos.com/network",
            "dir": True,
            "nodes": [
                {"key": CONFIG_KEY, "value": CONFIG},
                {
                    "key": "/coreos.com/network/subnets",
                    "dir": True,
                    "nodes": [{"key": LEASE_KEY, "value": LEASE, "ttl": 80000}],
                },
            ],
        },
    }
).decode()

TEXTS: dict[str, tuple[str, list[FlannelNetwork | FlannelLease]]] = {
    "a value alone": (CONFIG, [network(1)]),
    "behind a command": (f"# etcdctl get {CONFIG_KEY}\n{CONFIG}\n", [network(2)]),
    "behind a command with options": (
        f"$ etcdctl --ca-file=/etc/ca.pem get {LEASE_KEY} --endpoints=https://10.0.0.1:2379\n"
        f"{LEASE}\n",
        [lease(2)],
    ),
    "a value of many lines": (
        '{\n  "Network": "10.5.0.0/16",\n  "Backend": {"Type": "vxlan", "VNI": 1}\n}\n'
        f"{LEASE_KEY}\n{LEASE}",
        [network(1), lease(6)],
    ),
    "keys and values": (
        f"# etcdctl get --prefix /coreos.com/network\n{CONFIG_KEY}\n{CONFIG}\n{LEASE_KEY}\n{LEASE}",
        [network(3), lease(5)],
    ),
    "keys only": (
        f"{CONFIG_KEY}\n/coreos.com/network/subnets\n{LEASE_KEY}\n"
        "/coreos.com/network/subnets/10.5.2.0-24\n",
        [only_key(3), only_key(4, "10.5.2.0/24")],
    ),
    "both families": (f"{LEASE_KEY}&fd00-0-0-1---64\n{LEASE}", [lease(2)]),
    "a prefix of one's own": (
        f"/kube/network/config\n{CONFIG}\n/kube/network/subnets/10.5.1.0-24\n{LEASE}",
        [network(2), lease(4)],
    ),
    "JSON of version 3": (VERSION_3, [network(1), lease(1)]),
    "JSON of version 2": (VERSION_2, [network(1), lease(1)]),
    "other keys": (f'/registry/pods/default/a\n{{"kind": "Pod"}}\n{CONFIG}', [network(3)]),
    "nothing": ("", []),
}
every_text = pytest.mark.parametrize(("text", "items"), TEXTS.values(), ids=TEXTS)


@every_text
def test_texts(text: str, items: list[FlannelNetwork | FlannelLease]) -> None:
    assert parse_etcdctl(text, "etcd.txt") == (tuple(items), ())


@every_text
def test_cut_texts(text: str, items: list[FlannelNetwork | FlannelLease]) -> None:
    for cut in cut_at_every_line(text):
        check_parsed(parse_etcdctl(cut, "etcd.txt"))


def test_first_line() -> None:
    assert parse_etcdctl(CONFIG, "etcd.txt", 7).items == (network(7),)


@pytest.mark.parametrize(
    "text",
    [
        "Error:  100: Key not found (/coreos.com) [7]",
        '{"Network": "10.5.0.0/16", "Backend": 7}',
        '{"Network": ',
        LEASE,
    ],
)
def test_not_understood(text: str) -> None:
    assert parse_etcdctl(text, "etcd.txt") == ((), ("line 1 is not understood",))


def test_hostile_values() -> None:
    for document in (VERSION_2, VERSION_3, CONFIG):
        for data in with_each_value_replaced(msgspec.json.decode(document)):
            check_parsed(parse_etcdctl(data.decode(), "etcd.txt"))


@given(st.lists(st.sampled_from([CONFIG_KEY, LEASE_KEY, CONFIG, LEASE, "{", "}", "etcdctl", ""])))
def test_any_lines(lines: list[str]) -> None:
    check_parsed(parse_etcdctl("\n".join(lines), "etcd.txt"))


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    check_parsed(parse_etcdctl(text, "etcd.txt"))
