"""What a text or a JSON value is, told by its content alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.forms import MAX_LINES_LOOKED_AT, form_of_json, form_of_text
from tests.analyze.known import CAPTURES
from tests.facts.hostile import json_values

LINES = (
    ("*filter", "iptables-save"),
    (":FORWARD ACCEPT [0:0]", "iptables-save"),
    ("-A FORWARD -s 10.244.0.0/16 -j ACCEPT", "iptables-save"),
    ("-P FORWARD DROP", "iptables-save"),
    ("Chain FORWARD (policy ACCEPT 0 packets, 0 bytes)", "iptables-list"),
    ("Chain KUBE-SERVICES (2 references)", "iptables-list"),
    ("table ip nat {", "nft"),
    ("2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP", "ip_link"),
    ("eth0             UP             00:0c:29:01:02:03 <BROADCAST,UP,LOWER_UP>", "ip_link"),
    ("2: eth0    inet 10.1.10.9/24 brd 10.1.10.255 scope global eth0", "ip_addr"),
    ("eth0             UP             10.1.10.9/24 fe80::1/64", "ip_addr"),
    ("5: veth1: <UP> mtu 1450 master cni0 state forwarding priority 32 cost 2", "bridge_link"),
    ("32766:\tfrom all lookup main", "ip_rule"),
    ("99:\tnot from all fwmark 0x100000/0x100000 lookup 1", "ip_rule"),
    ("5a:11:11:11:11:11 dev flannel.1 dst 10.1.10.10 self permanent", "bridge_fdb"),
    ("10.1.10.10 dev eth0 lladdr 00:0c:29:01:02:03 REACHABLE", "ip_neigh"),
    ("10.1.10.77 dev eth0  FAILED", "ip_neigh"),
    ("fe80::1 dev eth0 lladdr 00:0c:29:01:02:03 router STALE", "ip_neigh"),
    ("default via 10.1.10.1 dev eth0 proto dhcp metric 100", "ip_route"),
    ("10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink", "ip_route"),
    ("blackhole 192.168.1.0/26 proto bird", "ip_route"),
    ("local 127.0.0.1 dev lo table local", "ip_route"),
    ("10.50.0.0/16", "ip_route"),
    ("Kernel IP routing table", "route_n"),
    ("Destination     Gateway         Genmask         Flags Metric Ref", "route_n"),
    ("eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500", "ifconfig"),
    ("eth0      Link encap:Ethernet  HWaddr 00:0c:29:01:02:03", "ifconfig"),
    ("bridge name\tbridge id\t\tSTP enabled\tinterfaces", "brctl"),
    ("Address                  HWtype  HWaddress           Flags Mask   Iface", "arp"),
    ("? (10.1.10.10) at 00:0c:29:01:02:03 [ether] on eth0", "arp"),
    ("NAME                  CIDR             NAT    IPIPMODE", "calicoctl"),
    ("NAMESPACE   NAME    READY   STATUS    RESTARTS", "kubectl"),
    ("NAME     STATUS   ROLES    AGE   VERSION", "kubectl"),
    ("/coreos.com/network/config", "etcd"),
    ("/coreos.com/network/subnets/10.5.1.0-24", "etcd"),
    ('  "Network": "10.244.0.0/16",', "net_conf"),
    ("Ip: Forwarding DefaultTTL InReceives", "snmp"),
    ("net.ipv4.ip_forward = 1", "sysctl"),
    ("/proc/sys/net/ipv4/ip_forward:1", "sysctl"),
    ("interface: wg0", "wg"),
    ("Netid State  Recv-Q Send-Q Local Address:Port", "sockets"),
    ("ipv4     2 icmp     1 29 src=10.244.0.2 dst=10.244.1.2 type=8", "conntrack"),
    ("icmp     1 29 src=10.244.0.2 dst=10.244.1.2 type=8 code=0 id=107", "conntrack"),
    ("create KUBE-CLUSTER-IP hash:ip,port family inet", "ipset"),
    ("add KUBE-CLUSTER-IP 10.96.0.1,tcp:443", "ipset"),
    ("IP Virtual Server version 1.2.1 (size=4096)", "ipvs"),
    ("qdisc noqueue 0: dev lo root refcnt 2", "qdisc"),
    ("FLANNEL_NETWORK=10.244.0.0/16", "subnet_env"),
    ("apiVersion: v1", "kubernetes"),
    ("- apiVersion: v1", "kubernetes"),
    ("hello", None),
    ("", None),
    ("10.244.1.2", "ip_route"),
    ("PING 10.244.1.2 (10.244.1.2) 56(84) bytes of data.", None),
    ("64 bytes from 10.244.1.2: icmp_seq=1 ttl=62 time=0.5 ms", None),
)


@pytest.mark.parametrize(("line", "form"), LINES)
def test_lines(line: str, form: str | None) -> None:
    assert form_of_text(f"{line}\n") == form
    assert form_of_text(f"some words before it\n\n{line}\n") == form


def test_addresses_tell_ip_addr_from_ip_link() -> None:
    link = "1: lo: <LOOPBACK,UP> mtu 65536\n    link/loopback 00:00:00:00:00:00\n"
    assert form_of_text(link) == "ip_link"
    assert form_of_text(f"{link}    inet 127.0.0.1/8 scope host lo\n") == "ip_addr"
    assert form_of_text(f"{link}    inet6 ::1/128 scope host \n") == "ip_addr"


def test_only_the_beginning_is_looked_at() -> None:
    line = "default via 10.1.10.1 dev eth0\n"
    assert form_of_text("?\n" * (MAX_LINES_LOOKED_AT - 1) + line) == "ip_route"
    assert form_of_text("?\n" * MAX_LINES_LOOKED_AT + line) is None


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"kind": "List", "items": []}, "kubernetes"),
        ({"items": []}, "kubernetes"),
        ([{"kind": "Pod"}], "kubernetes"),
        ({"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}, "net_conf"),
        ({"IPv6Network": "fd00::/48", "Backend": {"Type": "vxlan"}}, "net_conf"),
        ({"cniVersion": "0.3.1", "type": "bridge"}, "cni"),
        ({"name": "x", "plugins": []}, "cni"),
        ({"kvs": []}, "etcd"),
        ([{"ifname": "lo", "addr_info": [], "mtu": 65536}], "ip_addr"),
        ([{"ifname": "v1", "master": "cni0", "priority": 32, "cost": 2, "mtu": 1}], "bridge_link"),
        ([{"mac": "5a:11:11:11:11:11", "ifname": "flannel.1"}], "bridge_fdb"),
        ([{"ifname": "lo", "mtu": 65536}], "ip_link"),
        ([{"priority": 0, "src": "all", "table": "local"}], "ip_rule"),
        ([{"dst": "10.1.1.1", "dev": "eth0", "lladdr": "5a:11:11:11:11:11"}], "ip_neigh"),
        ([{"dst": "10.1.1.1", "dev": "eth0", "state": ["FAILED"]}], "ip_neigh"),
        ([{"kind": "fq", "handle": "0:", "dev": "eth0", "root": True}], "qdisc"),
        ([{"dst": "default", "gateway": "10.1.10.1", "dev": "eth0", "flags": []}], "ip_route"),
        ([], None),
        ({}, None),
        ([1], None),
        ("text", None),
        (None, None),
    ],
)
def test_json(value: object, form: str | None) -> None:
    assert form_of_json(json.dumps(value).encode()) == form


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff", b'{"kind": "List"'])
def test_broken_json_is_no_form(data: bytes) -> None:
    assert form_of_json(data) is None


@given(json_values, st.text(max_size=50))
def test_anything_is_survived(value: object, text: str) -> None:
    form_of_json(json.dumps(value).encode())
    form_of_text(text)


NAMED = {
    "ip_link.json": "ip_link", "ip_addr.json": "ip_addr", "ip_route.json": "ip_route",
    "ip_rule.json": "ip_rule", "ip_neigh.json": "ip_neigh", "bridge_fdb.json": "bridge_fdb",
    "bridge_link.json": "bridge_link", "ip_link_txt.txt": "ip_link", "ip_route_txt.txt": "ip_route",
    "iptables-save.txt": "iptables-save", "nft.txt": "nft", "netstat.txt": "snmp",
    "conntrack.txt": "conntrack", "ss.txt": "sockets", "subnet.env": "subnet_env",
    "sysctl_forward_rp.txt": "sysctl", "10-flannel.conflist": "cni",
}  # fmt: skip


@pytest.mark.skipif(not CAPTURES.is_dir(), reason=f"no captures in {CAPTURES}")
@pytest.mark.parametrize("name", NAMED)
def test_real_documents(name: str) -> None:
    documents = [path for path in CAPTURES.glob(f"*/*/*/facts/**/{name}") if path.stat().st_size]
    found: dict[str | None, Path] = {}
    for path in documents:
        data = path.read_bytes()
        if data.strip() in (b"[]", b"[{}]"):
            continue
        is_json = data.lstrip()[:1] in (b"[", b"{")
        found[form_of_json(data) if is_json else form_of_text(data.decode())] = path
    assert documents
    assert list(found) == [NAMED[name]], found
