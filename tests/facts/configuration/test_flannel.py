"""flannel's net-conf.json and subnet.env."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.configuration.flannel import parse_net_conf, parse_subnet_env
from netdiag.model.facts.configuration import FlannelNetwork, FlannelSubnet
from netdiag.model.facts.source import Source
from tests.facts.hostile import check_parsed, cut_at_every_line, json_values, survives
from tests.real_captures import CAPTURES, needs_captures

HERE = Source("net-conf.json")
NETWORK = "10.244.0.0/16"
BACKENDS: dict[str, tuple[dict[str, Any], FlannelNetwork]] = {
    "vxlan": ({"Type": "vxlan"}, FlannelNetwork(HERE, NETWORK, "vxlan")),
    "vxlan with all": (
        {"Type": "vxlan", "VNI": 4096, "Port": 4789, "MTU": 1400, "DirectRouting": True},
        FlannelNetwork(HERE, NETWORK, "vxlan", True, vni=4096, port=4789, mtu=1400),
    ),
    "letters of any case": (
        {"type": "VXLAN", "vni": 2, "directRouting": "true", "mtu": "1400"},
        FlannelNetwork(HERE, NETWORK, "vxlan", True, vni=2, mtu=1400),
    ),
    "switched off as text": (
        {"Type": "vxlan", "DirectRouting": "false"},
        FlannelNetwork(HERE, NETWORK, "vxlan"),
    ),
    "host-gw": ({"Type": "host-gw"}, FlannelNetwork(HERE, NETWORK, "host-gw")),
    "udp": ({"Type": "udp", "Port": 7890}, FlannelNetwork(HERE, NETWORK, "udp", port=7890)),
    "wireguard": (
        {"Type": "wireguard", "ListenPort": 51821, "Mode": "separate", "PSK": "hidden"},
        FlannelNetwork(HERE, NETWORK, "wireguard", port=51821),
    ),
    "ipip": (
        {"Type": "ipip", "DirectRouting": True},
        FlannelNetwork(HERE, NETWORK, "ipip", True),
    ),
    "ipsec": ({"Type": "ipsec", "PSK": "hidden"}, FlannelNetwork(HERE, NETWORK, "ipsec")),
    "alloc": ({"Type": "alloc"}, FlannelNetwork(HERE, NETWORK, "alloc")),
    "none": ({}, FlannelNetwork(HERE, NETWORK, "udp")),
}
every_backend = pytest.mark.parametrize(("backend", "network"), BACKENDS.values(), ids=BACKENDS)


@every_backend
def test_backends(backend: dict[str, Any], network: FlannelNetwork) -> None:
    data = msgspec.json.encode({"Network": NETWORK, "Backend": backend})
    parsed = parse_net_conf(data, "net-conf.json")
    assert parsed == ((network,), ())
    assert "hidden" not in repr(parsed)


@every_backend
def test_hostile_values(backend: dict[str, Any], network: FlannelNetwork) -> None:
    survives(parse_net_conf, {"Network": NETWORK, "Backend": backend})


def test_both_families_and_a_key() -> None:
    data = b"""{"EnableIPv4": true, "EnableIPv6": true, "Network": "10.244.0.0/16",
        "IPv6Network": "fc00::/48", "SubnetLen": 25, "Backend": {"Type": "vxlan"}}"""
    source = Source("configmaps.json", "kube-flannel/kube-flannel-cfg net-conf.json")
    network = FlannelNetwork(source, NETWORK, "vxlan", ipv6_network="fc00::/48", subnet_length=25)
    assert parse_net_conf(data, source.document, source.key) == ((network,), ())


def test_no_backend_is_udp() -> None:
    parsed = parse_net_conf(b'{"Network": "10.244.0.0/16"}', "net-conf.json")
    assert parsed == ((FlannelNetwork(HERE, NETWORK, "udp"),), ())


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "holds no object"),
        (b'{"Network": "10.244.0.0/16", "Backend": {"Ty', "is no valid JSON, or breaks off"),
        (b'{"Network": "10.244.0.0/16", "Backend": "vxlan"}', "its Backend is not understood"),
        (b'{"Network": "10.244.0.0/16", "Backend": {"Type": 7}}', "its Backend is not understood"),
    ],
)
def test_no_network(data: bytes, problem: str) -> None:
    assert parse_net_conf(data, "net-conf.json") == ((), (problem,))


def test_a_network_that_is_no_prefix() -> None:
    parsed = parse_net_conf(b'{"Network": "here", "Backend": {"Type": "vxlan"}}', "net-conf.json")
    assert parsed == ((FlannelNetwork(HERE, None, "vxlan"),), ("names no Network",))


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode))
def test_any_network(data: bytes) -> None:
    check_parsed(parse_net_conf(data, "net-conf.json"))


SUBNET_ENV = """FLANNEL_NETWORK=10.244.0.0/16
FLANNEL_SUBNET=10.244.1.1/24
FLANNEL_IPV6_NETWORK=fc00::/48
FLANNEL_IPV6_SUBNET=fc00:0:0:1::1/64
FLANNEL_MTU=1450
FLANNEL_IPMASQ=true
"""


def test_subnet() -> None:
    subnet = FlannelSubnet(
        Source("subnet.env"),
        NETWORK,
        "10.244.1.1/24",
        1450,
        True,
        "fc00::/48",
        "fc00:0:0:1::1/64",
    )
    assert parse_subnet_env(SUBNET_ENV, "subnet.env") == ((subnet,), ())


def test_subnet_with_quotes_comments_and_noise() -> None:
    text = "# made by flannel\nexport FLANNEL_SUBNET='10.244.1.1/24'\nnoise\nFLANNEL_MTU=many\n"
    subnet = FlannelSubnet(Source("subnet.env"), None, "10.244.1.1/24", None, None)
    assert parse_subnet_env(text, "subnet.env") == ((subnet,), ("line 3 is not understood",))


def test_no_subnet() -> None:
    assert parse_subnet_env("A=1\n", "subnet.env") == ((), ("names no FLANNEL_SUBNET",))


def test_cut_subnets() -> None:
    for text in cut_at_every_line(SUBNET_ENV):
        check_parsed(parse_subnet_env(text, "subnet.env"))


@given(st.text(alphabet="FLANNEL_SUBNET=10./24\n'\"#", max_size=60))
def test_any_subnet(text: str) -> None:
    check_parsed(parse_subnet_env(text, "subnet.env"))


@needs_captures
def test_real_documents() -> None:
    subnets = list(CAPTURES.rglob("run/flannel/subnet.env"))
    networks = list(CAPTURES.rglob("etc/kube-flannel/net-conf.json"))
    assert subnets
    assert networks
    for path in subnets:
        parsed = parse_subnet_env(path.read_text(), path.name)
        assert parsed.problems == ()
        assert parsed.items[0].network == NETWORK
    for path in networks:
        network, problems = parse_net_conf(path.read_bytes(), path.name)
        assert problems == ()
        assert network[0].backend in ("vxlan", "host-gw", "udp")
