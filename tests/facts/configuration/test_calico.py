"""Calico's IPPools and FelixConfigurations, and the table of calicoctl."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.configuration.calico import (
    felix_of_environment,
    parse_calico_mtu,
    parse_felix,
    parse_ip_pools,
)
from netdiag.facts.configuration.calicoctl import NO_MODES, parse_calicoctl_pools
from netdiag.model.facts.configuration import FelixSettings, IpPool
from netdiag.model.facts.source import Source
from tests.facts.hostile import check_parsed, cut_at_every_line, json_values, survives
from tests.real_captures import CAPTURES, needs_captures

POOL = IpPool(
    Source("pools.yaml", "default-ipv4-ippool"),
    "default-ipv4-ippool",
    "192.168.0.0/16",
    ipip_mode="Always",
    nat_outgoing=True,
    block_size=26,
    node_selector="all()",
)
YAML = """apiVersion: projectcalico.org/v3
kind: IPPool
metadata:
  name: default-ipv4-ippool
spec:
  cidr: 192.168.0.0/16
  blockSize: 26
  ipipMode: Always
  natOutgoing: true
  nodeSelector: all()
"""
OLD = """- apiVersion: v1
  kind: ipPool
  metadata:
    cidr: 10.1.0.0/16
  spec:
    ipip:
      enabled: true
      mode: cross-subnet
    nat-outgoing: true
    disabled: false
- apiVersion: v1
  kind: ipPool
  metadata: {cidr: 10.2.0.0/16}
  spec: {ipip: {enabled: false}}
- apiVersion: v1
  kind: ipPool
  metadata: {cidr: 10.3.0.0/16}
  spec: {ipip: {enabled: true}, disabled: true}
"""
OLD_POOLS = (
    IpPool(
        Source("pools.yaml", "10.1.0.0/16"),
        "10.1.0.0/16",
        "10.1.0.0/16",
        "CrossSubnet",
        nat_outgoing=True,
    ),
    IpPool(Source("pools.yaml", "10.2.0.0/16"), "10.2.0.0/16", "10.2.0.0/16"),
    IpPool(
        Source("pools.yaml", "10.3.0.0/16"), "10.3.0.0/16", "10.3.0.0/16", "Always", disabled=True
    ),
)
OBJECT = {
    "apiVersion": "crd.projectcalico.org/v1",
    "kind": "IPPool",
    "metadata": {"name": "default-ipv4-ippool"},
    "spec": {
        "cidr": "192.168.0.0/16",
        "blockSize": 26,
        "ipipMode": "ALWAYS",
        "vxlanMode": "never",
        "natOutgoing": True,
        "nodeSelector": "all()",
    },
}
OTHER = "---\nkind: BGPPeer\nmetadata: {name: a}\n---\n"


@pytest.mark.parametrize(
    ("text", "pools"),
    [
        (YAML, (POOL,)),
        (YAML + OTHER + YAML, (POOL, POOL)),
        ("kind: IPPoolList\nitems:\n- " + YAML.replace("\n", "\n  "), (POOL,)),
        (msgspec.json.encode(OBJECT).decode(), (POOL,)),
        (msgspec.json.encode({"kind": "List", "items": [OBJECT]}).decode(), (POOL,)),
        (msgspec.json.encode([OBJECT, {"kind": "Pod"}]).decode(), (POOL,)),
        (OLD, OLD_POOLS),
    ],
)
def test_pools(text: str, pools: tuple[IpPool, ...]) -> None:
    assert parse_ip_pools(text.encode(), "pools.yaml") == (pools, ())


def test_vxlan() -> None:
    text = YAML.replace("ipipMode: Always", "vxlanMode: CrossSubnet")
    (pool,) = parse_ip_pools(text.encode(), "pools.yaml").items
    assert (pool.ipip_mode, pool.vxlan_mode) == ("Never", "CrossSubnet")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("cidr: 192.168.0.0/16", "cidr: everywhere", "an IPPool has no CIDR"),
        ("Always", "Often", "the modes of IPPool default-ipv4-ippool are not understood"),
        ("Always", "[]", "the modes of IPPool default-ipv4-ippool are not understood"),
        ("kind: IPPool", "kind: [IPPool]", "document 0 is not understood"),
    ],
)
def test_a_bad_pool_costs_only_itself(old: str, new: str, problem: str) -> None:
    text = YAML.replace(old, new) + "---\n" + YAML
    assert parse_ip_pools(text.encode(), "pools.yaml") == ((POOL,), (problem,))


def test_felix() -> None:
    text = b"""apiVersion: crd.projectcalico.org/v1
kind: FelixConfiguration
metadata: {name: default}
spec:
  wireguardEnabled: true
  wireguardEnabledV6: false
  wireguardMTU: 1440
  wireguardListeningPort: 51820
  vxlanEnabled: true
  vxlanVNI: 4096
  vxlanPort: 4789
  vxlanMTU: 1410
  ipipEnabled: false
  ipipMTU: 1440
  bpfEnabled: false
  mtuIfacePattern: ^eth
  logSeverityScreen: Info
---
kind: FelixConfiguration
metadata: {name: node.node-1}
spec: {}
"""
    assert parse_felix(text, "felix.yaml") == (
        (
            FelixSettings(
                Source("felix.yaml", "default"),
                "default",
                wireguard=True,
                wireguard_ipv6=False,
                wireguard_mtu=1440,
                wireguard_port=51820,
                vxlan=True,
                vxlan_vni=4096,
                vxlan_port=4789,
                vxlan_mtu=1410,
                ipip=False,
                ipip_mtu=1440,
                bpf=False,
                mtu_interface_pattern="^eth",
            ),
            FelixSettings(Source("felix.yaml", "node.node-1"), "node.node-1"),
        ),
        (),
    )


def test_felix_of_environment() -> None:
    source = Source("daemonsets.json", "kube-system/calico-node calico-node")
    told = {"FELIX_IPINIPMTU": "1440", "FELIX_BPFENABLED": "True", "CLUSTER_TYPE": "k8s"}
    settings = FelixSettings(source, "environment", ipip_mtu=1440, bpf=True)
    assert felix_of_environment(told, source) == settings
    assert felix_of_environment({"FELIX_IPINIPMTU": "0"}, source) is None


def test_mtu() -> None:
    assert parse_calico_mtu("1450\n", "mtu") == ((1450,), ())
    assert parse_calico_mtu("many", "mtu") == ((), ("holds no MTU",))


def test_hostile_values() -> None:
    survives(parse_ip_pools, {"kind": "List", "items": [OBJECT]})
    survives(parse_ip_pools, {"kind": "ipPool", "metadata": {}, "spec": {"ipip": {"mode": "a"}}})
    survives(parse_felix, {"kind": "FelixConfiguration", "metadata": {"name": "a"}, "spec": {}})


def test_cut_yaml() -> None:
    for text in cut_at_every_line(YAML + OLD):
        check_parsed(parse_ip_pools(text.encode(), "pools.yaml"))


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode))
def test_anything(data: bytes) -> None:
    check_parsed(parse_ip_pools(data, "pools.yaml"))
    check_parsed(parse_felix(data, "pools.yaml"))


TABLES = {
    "now": """
NAME                 CIDR          NAT    IPIPMODE     VXLANMODE  DISABLED  SELECTOR
default-ipv4-ippool  10.48.0.0/16  true   CrossSubnet  Never      false     all()
mine                 10.49.0.0/16  false  Never        Always     true      zone == "a b"
""",
    "collapsed": """$ calicoctl get ippool -o wide
NAME CIDR NAT IPIPMODE VXLANMODE DISABLED DISABLEBGPEXPORT SELECTOR
default-ipv4-ippool 10.48.0.0/16 true CrossSubnet Never false false all()
mine 10.49.0.0/16 false Never Always true false zone == "a b"
""",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_table(text: str) -> None:
    pools, problems = parse_calicoctl_pools(text, "pools.txt")
    assert problems == ()
    assert pools == (
        IpPool(
            Source("pools.txt", "line 3"),
            "default-ipv4-ippool",
            "10.48.0.0/16",
            "CrossSubnet",
            nat_outgoing=True,
            node_selector="all()",
        ),
        IpPool(
            Source("pools.txt", "line 4"),
            "mine",
            "10.49.0.0/16",
            vxlan_mode="Always",
            disabled=True,
            node_selector='zone == "a b"',
        ),
    )


def test_table_without_vxlan() -> None:
    text = (
        "NAME                  CIDR             NAT    IPIPMODE   DISABLED\n"
        "default-ipv4-ippool   192.168.0.0/16   true   Always     false\n"
    )
    (pool,) = parse_calicoctl_pools(text, "pools.txt", 10).items
    assert (pool.source.key, pool.ipip_mode, pool.vxlan_mode) == ("line 11", "Always", "Never")


def test_table_before_version_3() -> None:
    text = "CIDR          NAT    IPIP\n10.1.0.0/16   true   false\n10.2.0.0/16   true   true\n"
    pools, problems = parse_calicoctl_pools(text, "pools.txt")
    assert [(pool.name, pool.ipip_mode) for pool in pools] == [("10.1.0.0/16", "Never")]
    assert problems == ("line 3 is not understood",)


def test_table_without_modes() -> None:
    text = "NAME    CIDR           SELECTOR\nmine    10.48.0.0/16   all()\n"
    assert parse_calicoctl_pools(text, "pools.txt") == ((), (NO_MODES,))


def test_cut_table() -> None:
    for text in cut_at_every_line(TABLES["now"]):
        check_parsed(parse_calicoctl_pools(text, "pools.txt"))


@given(st.text(alphabet="NAMECIDRP 10./6truefals\n", max_size=80))
def test_any_table(text: str) -> None:
    check_parsed(parse_calicoctl_pools(text, "pools.txt"))


@needs_captures
def test_real_documents() -> None:
    paths = list(CAPTURES.rglob("var/lib/calico/ippool.yaml"))
    assert paths
    for path in paths:
        pools, problems = parse_ip_pools(path.read_bytes(), path.name)
        assert problems == ()
        assert (pools[0].cidr, pools[0].nat_outgoing) == ("192.168.0.0/16", True)
        assert parse_calico_mtu((path.parent / "mtu").read_text(), "mtu").problems == ()
