"""Settings of programs: their options, and the files that configure them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.configuration.cilium import read_cilium
from netdiag.facts.configuration.docker import parse_daemon_json
from netdiag.facts.configuration.kube_proxy import parse_kube_proxy
from netdiag.facts.configuration.kubelet import parse_kubelet_configuration, parse_kubelet_env
from netdiag.facts.configuration.options import read_options, split_words
from netdiag.facts.configuration.programs import Settings, read_command_line, read_program
from netdiag.model.facts.activity import CommandLine
from netdiag.model.facts.configuration import (
    CiliumSettings,
    DockerSettings,
    FlanneldSettings,
    KubeletSettings,
    KubeProxySettings,
    KubeRouterSettings,
)
from netdiag.model.facts.source import Source
from tests.facts.hostile import check_parsed, json_values, survives
from tests.real_captures import CAPTURES, needs_captures

HERE = Source("ps.txt", "line 3")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("--a=1 --b 2 -c", {"a": "1", "b": "2", "c": "true"}),
        ("-iface=eth0 -iface=eth1 -iface eth2", {"iface": "eth0,eth1,eth2"}),
        ("--a --b=x=y word --c=", {"a": "true", "b": "x=y", "c": ""}),
        ("--a='b c' --d=\"e\"", {"a": "b c", "d": "e"}),
        ("- -- --- word", {}),
    ],
)
def test_options(words: str, options: dict[str, str]) -> None:
    assert read_options(split_words(words)) == options


COMMANDS: dict[str, tuple[str, dict[str, str], Settings | None]] = {
    "kubenet": (
        "kubelet",
        {
            "network-plugin": "kubenet",
            "pod-cidr": "10.244.1.0/24",
            "non-masquerade-cidr": "10.0.0.0/8",
            "hairpin-mode": "promiscuous-bridge",
            "node-ip": "10.1.10.9",
        },
        KubeletSettings(
            HERE, "kubenet", "10.244.1.0/24", "10.0.0.0/8", "promiscuous-bridge", "10.1.10.9"
        ),
    ),
    "kubelet": (
        "kubelet",
        {"cni-conf-dir": "/etc/cni/net.d", "bootstrap-token": "hidden"},
        KubeletSettings(HERE, cni_conf_dir="/etc/cni/net.d"),
    ),
    "flanneld": (
        "flanneld",
        {"ip-masq": "true", "kube-subnet-mgr": "true", "iface": "eth1,eth2"},
        FlanneldSettings(HERE, ("eth1", "eth2"), ip_masq=True, kube_subnet_manager=True),
    ),
    "flanneld by address": (
        "flanneld",
        {"public-ip": "10.1.10.9", "iface-regex": "^10\\.1{1,2}", "ip-masq": "false"},
        FlanneldSettings(HERE, (), ("^10\\.1{1,2}",), "10.1.10.9", False),
    ),
    "kube-proxy": (
        "kube-proxy",
        {"proxy-mode": "ipvs", "cluster-cidr": "10.244.0.0/16", "masquerade-all": "true"},
        KubeProxySettings(HERE, "ipvs", "10.244.0.0/16", True),
    ),
    "kube-router": ("kube-router", {}, KubeRouterSettings(HERE, True, "subnet", "ipip")),
    "kube-router with all": (
        "kube-router",
        {"enable-overlay": "true", "overlay-type": "full", "overlay-encap": "fou"},
        KubeRouterSettings(HERE, True, "full", "fou"),
    ),
    "kube-router without an overlay": (
        "kube-router",
        {"enable-overlay": "false", "overlay-type": "what"},
        KubeRouterSettings(HERE, False),
    ),
    "dockerd": (
        "dockerd",
        {
            "bip": "172.26.0.1/16",
            "ip-masq": "false",
            "iptables": "false",
            "mtu": "1400",
            "b": "br0",
            "default-address-pool": "base=10.10.0.0/16,size=24,base=10.11.0.0/16,size=24",
        },
        DockerSettings(
            HERE, "172.26.0.1/16", False, False, 1400, "br0", ("10.10.0.0/16", "10.11.0.0/16")
        ),
    ),
    "another program": ("bash", {"c": "true"}, None),
}


@pytest.mark.parametrize(("program", "options", "settings"), COMMANDS.values(), ids=COMMANDS)
def test_commands(program: str, options: dict[str, str], settings: Settings | None) -> None:
    assert read_command_line(CommandLine(program, options, "ps.txt", 3)) == settings
    assert "hidden" not in repr(settings)


@given(st.sampled_from(sorted(COMMANDS)), st.text(max_size=20))
def test_any_option(case: str, value: str) -> None:
    program, options, _ = COMMANDS[case]
    read_program(program, dict.fromkeys(options, value), HERE)


@pytest.mark.parametrize(
    "text",
    [
        'KUBELET_KUBEADM_ARGS="--network-plugin=kubenet --pod-cidr=10.244.1.0/24"\n',
        "# mine\nKUBELET_EXTRA_ARGS=--pod-cidr=10.244.1.0/24\nA='--network-plugin kubenet'\n",
        '[Service]\nEnvironment="KUBELET_ARGS=--network-plugin=kubenet --pod-cidr=10.244.1.0/24"\n',
        'DAEMON_ARGS="--network-plugin=kubenet \\\n  --pod-cidr=10.244.1.0/24"\n',
    ],
)
def test_kubelet_env(text: str) -> None:
    settings = KubeletSettings(Source("kubelet.env"), "kubenet", "10.244.1.0/24")
    assert parse_kubelet_env(text, "kubelet.env") == ((settings,), ())


def test_kubelet_env_without_options() -> None:
    assert parse_kubelet_env("KUBELET_EXTRA_ARGS=\n", "kubelet.env") == ((), ())


def test_kubelet_configuration() -> None:
    data = b"kind: KubeletConfiguration\npodCIDR: 10.244.1.0/24\nhairpinMode: hairpin-veth\n"
    settings = KubeletSettings(
        Source("config.yaml"), pod_cidr="10.244.1.0/24", hairpin_mode="hairpin-veth"
    )
    assert parse_kubelet_configuration(data, "config.yaml") == ((settings,), ())


def test_kube_proxy_configuration() -> None:
    data = b"""apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clusterCIDR: 10.244.0.0/16
mode: ""
iptables: {masqueradeAll: false, masqueradeBit: 14}
"""
    settings = KubeProxySettings(Source("config.conf"), "", "10.244.0.0/16", False)
    assert parse_kube_proxy(data, "config.conf") == ((settings,), ())


@pytest.mark.parametrize("data", [b"kind: Pod\n", b'{"kind": 7}'])
def test_another_kind_is_told(data: bytes) -> None:
    assert parse_kube_proxy(data, "a") == ((), ("is no KubeProxyConfiguration",))
    assert parse_kubelet_configuration(data, "a") == ((), ("is no KubeletConfiguration",))


DAEMON_JSON = {
    "bip": "192.168.1.1/24",
    "ip-masq": True,
    "iptables": False,
    "mtu": 1450,
    "bridge": "br0",
    "default-address-pools": [{"base": "172.30.0.0/16", "size": 24}, {"size": 7}, None],
    "registry-mirrors": ["https://user:hidden@example.com"],
}


def test_daemon_json() -> None:
    settings = DockerSettings(
        Source("daemon.json"), "192.168.1.1/24", True, False, 1450, "br0", ("172.30.0.0/16",)
    )
    parsed = parse_daemon_json(msgspec.json.encode(DAEMON_JSON), "daemon.json")
    assert parsed == ((settings,), ())


def test_empty_daemon_json() -> None:
    assert parse_daemon_json(b"{}", "a.json") == ((DockerSettings(Source("a.json")),), ())
    assert parse_daemon_json(b"", "a.json") == ((), ("holds no object",))


def test_hostile_values() -> None:
    survives(parse_daemon_json, DAEMON_JSON)
    survives(parse_kube_proxy, {"mode": "ipvs", "clusterCIDR": "a", "iptables": {}})
    survives(parse_kubelet_configuration, {"podCIDR": "a", "hairpinMode": "b"})


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode), st.text(max_size=60))
def test_anything(data: bytes, text: str) -> None:
    check_parsed(parse_daemon_json(data, "a"))
    check_parsed(parse_kube_proxy(data, "a"))
    check_parsed(parse_kubelet_configuration(data, "a"))
    check_parsed(parse_kubelet_env(text, "a"))
    check_parsed(parse_kubelet_env(f"A={text}", "a"))


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (
            {"routing-mode": "native", "auto-direct-node-routes": "true", "tunnel-port": "0"},
            CiliumSettings(HERE, "native", auto_direct_routes=True),
        ),
        (
            {"routing-mode": "tunnel", "tunnel-protocol": "geneve", "enable-wireguard": "true"},
            CiliumSettings(HERE, "tunnel", "geneve", encryption="wireguard"),
        ),
        ({"tunnel": "disabled"}, CiliumSettings(HERE, "native")),
        (
            {"tunnel": "vxlan", "tunnel-port": "8473", "enable-ipsec": "true"},
            CiliumSettings(HERE, "tunnel", "vxlan", 8473, "ipsec"),
        ),
        ({"tunnel-port": [], "enable-ipsec": None, "tunnel": 7}, CiliumSettings(HERE)),
    ],
)
def test_cilium(data: dict[str, object], settings: CiliumSettings) -> None:
    assert read_cilium(data, HERE) == settings


@needs_captures
def test_real_documents() -> None:
    paths = list(CAPTURES.rglob("var/lib/kubelet/kubeadm-flags.env"))
    assert paths
    for path in paths:
        (settings,) = parse_kubelet_env(path.read_text(), path.name).items
        assert (settings.network_plugin, settings.non_masquerade_cidr) == ("kubenet", "10.0.0.0/8")
