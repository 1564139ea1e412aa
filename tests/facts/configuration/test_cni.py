"""CNI networks as the plugins' documentation writes them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.configuration.cni import parse_cni
from netdiag.model.facts.configuration import CniNetwork, CniPlugin
from netdiag.model.facts.source import Source
from tests.facts.hostile import check_parsed, json_values, survives
from tests.real_captures import CAPTURES, needs_captures

HOST_LOCAL = {"type": "host-local", "subnet": "10.22.0.0/16"}
RANGES = {
    "type": "host-local",
    "ranges": [[{"subnet": "10.244.1.0/24"}], [{"subnet": "fd00:10:244:1::/64"}]],
}
PLUGINS: dict[str, tuple[dict[str, Any], CniPlugin]] = {
    "flannel": (
        {"type": "flannel", "delegate": {"hairpinMode": True, "isDefaultGateway": True}},
        CniPlugin("flannel", is_gateway=True, hairpin=True),
    ),
    "flannel with another bridge": (
        {"type": "flannel", "delegate": {"bridge": "mynet0", "mtu": 1400, "isGateway": False}},
        CniPlugin("flannel", bridge="mynet0", mtu=1400, is_gateway=False),
    ),
    "flannel that delegates to another plugin": (
        {"type": "flannel", "delegate": {"type": "macvlan", "master": "eth0"}},
        CniPlugin("flannel", master="eth0", delegates=(CniPlugin("macvlan", master="eth0"),)),
    ),
    "calico": (
        {"type": "calico", "mtu": 0, "ipam": {"type": "calico-ipam"}},
        CniPlugin("calico", ipam="calico-ipam"),
    ),
    "calico with pools": (
        {"type": "calico", "ipam": {"type": "calico-ipam", "ipv4_pools": ["10.9.0.0/16", "mine"]}},
        CniPlugin("calico", ipam="calico-ipam", subnets=("10.9.0.0/16",)),
    ),
    "canal": (
        {"type": "calico", "mtu": 1450, "ipam": {"type": "host-local", "subnet": "usePodCidr"}},
        CniPlugin("calico", ipam="host-local", mtu=1450, uses_pod_cidr=True),
    ),
    "bridge": (
        {"type": "bridge", "bridge": "br0", "isGateway": True, "ipMasq": True, "ipam": HOST_LOCAL},
        CniPlugin(
            "bridge", "host-local", ("10.22.0.0/16",), bridge="br0", is_gateway=True, ip_masq=True
        ),
    ),
    "bridge with a VLAN": (
        {"type": "bridge", "bridge": "br0", "vlan": 100, "ipam": {}},
        CniPlugin("bridge", bridge="br0", vlan=100),
    ),
    "kubenet": (
        {
            "type": "bridge",
            "bridge": "cbr0",
            "mtu": 1460,
            "addIf": "eth0",
            "isGateway": True,
            "ipMasq": False,
            "hairpinMode": False,
            "ipam": {"type": "host-local", "subnet": "10.244.1.0/24"},
        },
        CniPlugin(
            "bridge",
            "host-local",
            ("10.244.1.0/24",),
            bridge="cbr0",
            master="eth0",
            mtu=1460,
            is_gateway=True,
            ip_masq=False,
            hairpin=False,
        ),
    ),
    "kube-router": (
        {
            "type": "bridge",
            "bridge": "kube-bridge",
            "isDefaultGateway": True,
            "ipam": {"type": "host-local"},
        },
        CniPlugin("bridge", "host-local", bridge="kube-bridge", is_gateway=True),
    ),
    "kindnet": (
        {"type": "ptp", "ipMasq": False, "ipam": RANGES, "mtu": 1500},
        CniPlugin(
            "ptp",
            "host-local",
            ("10.244.1.0/24", "fd00:10:244:1::/64"),
            ip_masq=False,
            mtu=1500,
        ),
    ),
    "macvlan": (
        {"type": "macvlan", "master": "eth0", "mode": "bridge", "ipam": {"type": "dhcp"}},
        CniPlugin("macvlan", "dhcp", master="eth0", mode="bridge"),
    ),
    "ipvlan": (
        {
            "type": "ipvlan",
            "master": "eth0",
            "mode": "l3",
            "ipam": {"type": "whereabouts", "range": "192.168.2.225-192.168.2.230/28"},
        },
        CniPlugin("ipvlan", "whereabouts", ("192.168.2.224/28",), master="eth0", mode="l3"),
    ),
    "sriov": (
        {"type": "sriov", "deviceID": "0000:03:02.0", "vlan": 1000, "ipam": HOST_LOCAL},
        CniPlugin("sriov", "host-local", ("10.22.0.0/16",), master="0000:03:02.0", vlan=1000),
    ),
    "host-device": (
        {"type": "host-device", "device": "enp0s1"},
        CniPlugin("host-device", master="enp0s1"),
    ),
    "vlan": (
        {"type": "vlan", "master": "eth0", "vlanId": 5},
        CniPlugin("vlan", master="eth0", vlan=5),
    ),
    "aws-cni": (
        {"type": "aws-cni", "vethPrefix": "eni", "mtu": "9001"},
        CniPlugin("aws-cni", mtu=9001),
    ),
    "azure-vnet": (
        {
            "type": "azure-vnet",
            "mode": "transparent",
            "bridge": "azure0",
            "ipam": {"type": "azure-vnet-ipam"},
        },
        CniPlugin("azure-vnet", "azure-vnet-ipam", bridge="azure0", mode="transparent"),
    ),
    "weave-net": ({"type": "weave-net", "hairpinMode": True}, CniPlugin("weave-net", hairpin=True)),
    "cilium": ({"type": "cilium-cni", "enable-debug": False}, CniPlugin("cilium-cni")),
    "tuning": ({"type": "tuning", "mtu": 1454}, CniPlugin("tuning", mtu=1454)),
    "bandwidth": ({"type": "bandwidth", "capabilities": {}}, CniPlugin("bandwidth")),
    "portmap": ({"type": "portmap", "snat": True}, CniPlugin("portmap")),
    "multus": (
        {
            "type": "multus",
            "clusterNetwork": "/etc/cni/net.d/10-calico.conflist",
            "delegates": [
                {"type": "flannel", "delegate": {"isDefaultGateway": True}},
                {"name": "two", "plugins": [{"type": "bridge", "bridge": "br1"}, {"no": "type"}]},
            ],
        },
        CniPlugin(
            "multus",
            delegates=(
                CniPlugin("flannel", is_gateway=True),
                CniPlugin("bridge", bridge="br1"),
            ),
            cluster_network="/etc/cni/net.d/10-calico.conflist",
        ),
    ),
}
every_plugin = pytest.mark.parametrize(("written", "plugin"), PLUGINS.values(), ids=PLUGINS)


@every_plugin
def test_a_plugin_alone(written: dict[str, Any], plugin: CniPlugin) -> None:
    data = msgspec.json.encode({"cniVersion": "0.3.1", "name": "mynet", **written})
    network = CniNetwork("mynet", (plugin,), Source("10-mynet.conf"))
    assert parse_cni(data, "10-mynet.conf") == ((network,), ())


@every_plugin
def test_a_plugin_of_a_list(written: dict[str, Any], plugin: CniPlugin) -> None:
    data = msgspec.json.encode({"name": "mynet", "plugins": [written, {"type": "portmap"}]})
    network = CniNetwork("mynet", (plugin, CniPlugin("portmap")), Source("10-mynet.conflist"))
    assert parse_cni(data, "10-mynet.conflist") == ((network,), ())


@every_plugin
def test_hostile_values(written: dict[str, Any], plugin: CniPlugin) -> None:
    survives(parse_cni, {"name": "mynet", "plugins": [written]})


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "holds no object"),
        (b"[]", "holds no object"),
        (b'{"name": "a"', "is no valid JSON, or breaks off"),
        (b'{"name": "a", "plugins": []}', "names no plugin"),
        (b'{"name": "a"}', "1 of its plugins have no type"),
    ],
)
def test_no_network(data: bytes, problem: str) -> None:
    assert parse_cni(data, "a.conf") == ((), (problem,))


def test_a_plugin_without_a_type_costs_only_itself() -> None:
    parsed = parse_cni(b'{"name": "a", "plugins": [{"mtu": 1}, {"type": "portmap"}]}', "a")
    assert [plugin.type for plugin in parsed.items[0].plugins] == ["portmap"]
    assert parsed.problems == ("1 of its plugins have no type",)


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode))
def test_anything(data: bytes) -> None:
    check_parsed(parse_cni(data, "a.conf"))


@needs_captures
def test_real_documents() -> None:
    paths = [path for path in CAPTURES.rglob("etc/cni/net.d/*") if path.is_file()]
    assert paths
    for path in paths:
        network, problems = parse_cni(path.read_bytes(), path.name)
        assert problems == ()
        assert network[0].plugins[0].type == path.stem.removeprefix("10-")
