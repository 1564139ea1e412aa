"""Documents with addresses and names mapped: whole tokens only, JSON stays JSON."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network

import pytest

from netdiag.sources.redaction.hex_forms import hex_forms
from netdiag.sources.redaction.mapping import Mapping
from netdiag.sources.redaction.names import choose_names
from netdiag.sources.redaction.texts import TextRewriter, networks_in

MAPPING = Mapping(bytes(range(32)), [ip_network("10.244.1.0/24")])
NAMES = choose_names(
    ["node-1", "node-10", "10.1.10.9", "router"],
    ["shop/web", "default/web", "shop/web-2", "eth0"],
    ["box.example.com", "node-1"],
    ["flannel.1", "web0", "veth-web.7", "vxlan.calico", "cali0a1b2c3d4e5"],
)
KNOWN = (ip_address("10.244.1.2"), ip_address("2001:db8::1"), bytes.fromhex("be1a5c000102"))
TEXTS = TextRewriter(MAPPING, NAMES, hex_forms(KNOWN, MAPPING))


def ip(text: str) -> str:
    return str(MAPPING.address(ip_address(text)))


def mac(text: str) -> str:
    return MAPPING.mac(bytes.fromhex(text.replace(":", ""))).hex(":")


REWRITTEN = [
    ("10.244.1.2", ip("10.244.1.2")),
    ("src=10.244.1.2 dst=10.244.1.3;", f"src={ip('10.244.1.2')} dst={ip('10.244.1.3')};"),
    ("10.244.1.0/24", f"{ip('10.244.1.0')}/24"),
    ("10.1.10.9:8472,", f"{ip('10.1.10.9')}:8472,"),
    ("[2001:db8::1]:80", f"[{ip('2001:db8::1')}]:80"),
    ("2001:db8::1/128 dev", f"{ip('2001:db8::1')}/128 dev"),
    ("from 2001:db8::1: icmp", f"from {ip('2001:db8::1')}: icmp"),
    ("via fe80::bc1a:5cff:fe00:102%eth0", f"via {ip('fe80::bc1a:5cff:fe00:102')}%eth0"),
    ("lladdr be:1a:5c:00:01:02 dev", f"lladdr {mac('be:1a:5c:00:01:02')} dev"),
    ("BE:1A:5C:00:01:02", mac("be:1a:5c:00:01:02").upper()),
    ("10-244-1-2.pod.cluster.local", ip("10.244.1.2").replace(".", "-") + ".pod.cluster.local"),
    ("node-1 node-10", "node-r1 node-r2"),
    ("shop/web default/web shop_web", "ns-r1/pod-r1 default/pod-r1 ns-r1_pod-r1"),
    ("web-2.shop.svc box.example.com box", "pod-r2.ns-r1.svc host-r2 host-r1"),
    (r'"a\nnode-1"', r'"a\nnode-r1"'),
    ("-i web0 -o veth-web.7+", "-i if-r2 -o veth-r1+"),
    ("net.ipv4.conf.veth-web/7.rp_filter", "net.ipv4.conf.veth-r1.rp_filter"),
    ("cali-tw-web0", "cali-tw-if-r2"),
    ("Mesh_10_244_1_2", f"Mesh_{ip('10.244.1.2').replace('.', '_')}"),
    ("0AF40102", ip_address(ip("10.244.1.2")).packed.hex().upper()),
    ("0201F40A:0016", f"{ip_address(ip('10.244.1.2')).packed[::-1].hex().upper()}:0016"),
    ("0x0af40102/0xffffffff", f"0x{ip_address(ip('10.244.1.2')).packed.hex()}/0xffffffff"),
    ("20010db8000000000000000000000001", ip_address(ip("2001:db8::1")).packed.hex()),
    ("be1a5c000102", mac("be:1a:5c:00:01:02").replace(":", "")),
    ('"ifalias":"the lab of bob","mtu"', '"ifalias": "redacted","mtu"'),
]
COMMENTS = [
    ('--comment "flanneld masq" -j', '--comment "flanneld masq" -j'),
    ('--comment "shop/web:http cluster IP"', '--comment "ns-r1/pod-r1:http cluster IP"'),
    ('--comment "default/other:http cluster IP"', '--comment "default/x-*:http cluster IP"'),
    ("--comment default/other:8080 -j", "--comment default/x-*:8080 -j"),
    ('-m comment --comment "asked for by bob"', '-m comment --comment "x-* for by x-*"'),
    ('--comment "say \\"hi\\"" -j', '--comment "x-* \\"x-*\\"" -j'),
    (r'{"rule": "--comment \"of bob\" -j"}', r'{"rule": "--comment \"of x-*\" -j"}'),
    ('drop comment "of bob" # handle 7', 'drop comment "of x-*" # handle 7'),
    ('--comment "default/kubernetes:https -> 10.244.1.2:6443"',
     f'--comment "default/kubernetes:https -> {ip("10.244.1.2")}:6443"'),
    ("-j KUBE-SVC-NPX46M4PTMTKRN6Y", "-j KUBE-SVC-*"),
    ("-j KUBE-MARK-MASQ -o KUBE-POD-FW-NPX46M4PTMTKRN6Y.", "-j KUBE-MARK-MASQ -o KUBE-POD-FW-*."),
    ("-A cali-pri-kns.shop -j cali-FORWARD", "-A cali-pri-* -j cali-FORWARD"),
]  # fmt: skip
KEPT = [
    *("0.0.0.0/0", "127.0.0.1", "255.255.255.0", "::1", "169.254.1.1", "ff:ff:ff:ff:ff:ff"),
    *(
        "1.3.6.1.2.1",
        "v1.8.9",
        "[0:0]",
        "12:34:56",
        "256.1.1.1",
        "flannel.1",
        "vxlan.calico",
        "eth0",
    ),
    *("deadbeef", "00010000", "0x4000", "cali0a1b2c3d4e5", "a comment on it"),
    *("node-100", "my-node-1", "default", "router", ":::80", "::", "std::string"),
]


@pytest.mark.parametrize(("text", "wanted"), REWRITTEN)
def test_tokens_are_mapped(text: str, wanted: str) -> None:
    assert TEXTS.text(text) == wanted
    assert wanted != text


@pytest.mark.parametrize("text", KEPT)
def test_what_tells_nothing_is_kept(text: str) -> None:
    assert TEXTS.text(f"a {text} b") == f"a {text} b"


@pytest.mark.parametrize(("text", "wanted"), COMMENTS)
def test_comments_and_chains_tell_no_names(text: str, wanted: str) -> None:
    pattern = re.escape(wanted).replace(r"\*", "[a-zA-Z2-7]{8,16}")
    assert re.fullmatch(pattern, TEXTS.text(text))
    assert TEXTS.text(text) == TEXTS.text(text)


def test_wireguard_keys_are_mapped_to_keys() -> None:
    key = "3nccVC8ws/belXyUkCkXUme0GxJ0mlCMKs0oUDeroTc="
    mapped = TEXTS.text(f"peer: {key}\n")
    assert key not in mapped
    assert len(mapped) == len(f"peer: {key}\n")
    assert TEXTS.text(f"peer: {key}\n") == mapped


def test_json_stays_json() -> None:
    told = {"dst": "default", "gateway": "10.244.1.1", "node-1": ["be:1a:5c:00:01:02", "::1"]}
    assert json.loads(TEXTS.text(json.dumps(told))) == {
        "dst": "default", "gateway": ip("10.244.1.1"), "node-r1": [mac("be:1a:5c:00:01:02"), "::1"],
    }  # fmt: skip


def test_bytes_that_are_no_text_stay() -> None:
    assert TEXTS.document(b"\xff 0.0.0.0 \x80") == b"\xff 0.0.0.0 \x80"


def test_places_are_mapped_by_folder() -> None:
    assert TEXTS.place(("node-1", "pods", "shop_web", "eth0.pcap")) == (
        "node-r1", "pods", "ns-r1_pod-r1", "eth0.pcap",
    )  # fmt: skip
    assert TEXTS.place(("node-1", "facts", "ethtool_web0.txt")) == (
        "node-r1", "facts", "ethtool_if-r2.txt",
    )  # fmt: skip
    assert TEXTS.place(("10.1.10.9", "ping.jsonl")) == (ip("10.1.10.9"), "ping.jsonl")


def test_networks_are_found_in_documents() -> None:
    text = b'{"dst":"10.244.1.0/24","local":"10.1.10.9","prefixlen":24,"x":"1.2.3.4/99"} fd00::/8'
    assert {str(each) for each in networks_in(text)} == {
        "10.244.1.0/24", "10.1.10.0/24", "fd00::/8",
    }  # fmt: skip
