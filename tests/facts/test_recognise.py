"""Which parser reads which document: by its name in a bundle, or else by what is in it."""

from __future__ import annotations

import json

import pytest

from netdiag.facts.names import form_of_path
from netdiag.facts.recognise import Piece, recognise
from netdiag.sources.this_node import FILES
from tests.bundles.facts import pasted, plain_text
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.documents import documents
from tests.bundles.facts.flannel import Flannel

FLANNEL = Flannel(programmed="vxlan")
NODE = FLANNEL.facts().node("node-1")
KERNEL = NODE.kernel
RULES = NODE.firewall
IP_TEXTS = plain_text.ip_documents(NODE)
OLD_TEXTS = plain_text.net_tools_documents(NODE)
IPTABLES_LIST = """\
Chain PREROUTING (policy ACCEPT 12 packets, 720 bytes)
 pkts bytes target     prot opt in     out     source               destination
   40  2400 KUBE-SERVICES  all  --  *      *       0.0.0.0/0            0.0.0.0/0
"""
CONNTRACK = "icmp     1 29 src=10.244.0.2 dst=10.244.1.2 type=8 code=0 id=107 src=10.244.1.2 dst=10.244.0.2 type=0 code=0 id=107 mark=0 use=1\n"  # noqa: E501
SS = (
    "State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nUNCONN 0 0 0.0.0.0:8472 0.0.0.0:*\n"
)
SNMP = "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
WG = "interface: wg0\n  listening port: 51820\n"
QDISC = [{"kind": "fq", "handle": "0:", "dev": "eth0", "root": True}]
V3 = pasted.etcd_config({"Type": "vxlan", "DirectRouting": True})
V2 = '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}\n'
CALICO = documents(Calico(programmed="ipip").facts())
IPPOOL = CALICO["node-1/facts/files/var/lib/calico/ippool.yaml"]
DOCUMENTS = {
    path.removeprefix("node-1/facts/"): text
    for path, text in documents(FLANNEL.facts()).items()
    if path.startswith("node-1/facts/")
}


def fields(name: str, text: str) -> list[str]:
    """Return what is told of, problems among it with a question mark."""
    return [told(piece) for piece in recognise(name, text.encode()) if piece.parsed.items]


def told(piece: Piece) -> str:
    if piece.field == "configuration":
        names = dict.fromkeys(type(item).__name__ for item in piece.parsed.items)
        return " ".join(names)
    return piece.field + ("?" if piece.parsed.problems else "")


BY_NAME = (
    ("ip_link.json", DOCUMENTS["ip_link.json"], ["links"]),
    ("ip_addr.json", DOCUMENTS["ip_addr.json"], ["addresses", "links"]),
    ("ip_route.json", DOCUMENTS["ip_route.json"], ["routes"]),
    ("ip_rule.json", DOCUMENTS["ip_rule.json"], ["rules"]),
    ("ip_neigh.json", DOCUMENTS["ip_neigh.json"], ["neighbours"]),
    ("bridge_fdb.json", DOCUMENTS["bridge_fdb.json"], ["fdb"]),
    ("bridge_link.json", DOCUMENTS["bridge_link.json"], ["bridge_ports"]),
    ("iptables-save.txt", RULES, ["tables"]),
    ("iptables-save-c.txt", RULES, ["tables"]),
    ("ip6tables-save.txt", RULES, ["tables"]),
    ("nft.txt", "table ip nat {\n}\n", ["tables"]),
    ("ipset-save.txt", "create a hash:ip family inet\nadd a 10.0.0.1\n", ["ipsets"]),
    ("ipvsadm.txt", "-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 10.1.10.9:6443 -m -w 1\n",
     ["ipvs"]),
    ("conntrack.txt", CONNTRACK, ["connections"]),
    ("ss.txt", SS, ["sockets"]),
    ("tc_qdisc.json", json.dumps(QDISC), ["queues"]),
    ("sysctl_forward_rp.txt", "net.ipv4.ip_forward = 1\n", ["sysctls"]),
    ("netstat.txt", SNMP, ["snmp"]),
    ("hostname.txt", "node-1\n", ["hostname"]),
    ("cmdlines.txt", "/opt/bin/flanneld --ip-masq --kube-subnet-mgr\n", ["command_lines"]),
    ("wg.txt", WG, ["wireguard"]),
    ("ethtool_eth0.txt", "Features for eth0:\nrx-checksumming: on\n", ["ethtool"]),
    ("etcd.txt", V3, ["FlannelNetwork"]),
    ("ip_route_txt.txt", IP_TEXTS["ip_route_txt.txt"], ["routes"]),
    ("ip_link_txt.txt", IP_TEXTS["ip_link_txt.txt"], ["links"]),
    ("files/etc/cni/net.d/10-flannel.conflist",
     DOCUMENTS["files/etc/cni/net.d/10-flannel.conflist"], ["CniNetwork"]),
    ("files/run/flannel/subnet.env", DOCUMENTS["files/run/flannel/subnet.env"], ["FlannelSubnet"]),
    ("files/etc/kube-flannel/net-conf.json", DOCUMENTS["files/etc/kube-flannel/net-conf.json"],
     ["FlannelNetwork"]),
    ("files/var/lib/calico/ippool.yaml", IPPOOL, ["IpPool"]),
    ("files/var/lib/calico/mtu", "1480", ["Configuration"]),
    ("files/etc/docker/daemon.json", '{"bip": "172.18.0.1/16"}', ["DockerSettings"]),
    ("files/var/lib/kubelet/config.yaml",
     "kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nhairpinMode: none\n",
     ["KubeletSettings"]),
    ("kubernetes/nodes.json", documents(FLANNEL.facts())["kubernetes/nodes.json"], ["Node"]),
    ("kubernetes/configmaps.json", documents(FLANNEL.facts())["kubernetes/configmaps.json"],
     ["Configuration FlannelNetwork"]),
    ("kubernetes/ippools.json", CALICO["kubernetes/ippools.json"], ["IpPool"]),
    ("kubernetes/felixconfigurations.json", CALICO["kubernetes/felixconfigurations.json"],
     ["FelixSettings"]),
)  # fmt: skip
"""Every name of the bundle format."""


@pytest.mark.parametrize(("name", "text", "wanted"), BY_NAME, ids=[case[0] for case in BY_NAME])
def test_by_name(name: str, text: str, wanted: list[str]) -> None:
    found = fields(name, text)
    if "Configuration" in wanted[0]:
        assert set(wanted[0].split()) & set(" ".join(found).split())
    else:
        assert found == wanted


BY_CONTENT = (
    ("ip route", IP_TEXTS["ip_route_txt.txt"], ["routes"]),
    ("ip route, all tables", plain_text.ip_route(KERNEL, all_tables=True), ["routes"]),
    ("ip -d link", IP_TEXTS["ip_link_txt.txt"], ["links"]),
    ("ip a", IP_TEXTS["ip_addr.txt"], ["addresses", "links"]),
    ("ip rule", IP_TEXTS["ip_rule.txt"], ["rules"]),
    ("ip neigh", IP_TEXTS["ip_neigh.txt"], ["neighbours"]),
    ("bridge fdb", IP_TEXTS["bridge_fdb.txt"], ["fdb"]),
    ("ifconfig", OLD_TEXTS["ifconfig.txt"], ["addresses", "links"]),
    ("route -n", OLD_TEXTS["route_n.txt"], ["routes"]),
    ("brctl show", OLD_TEXTS["brctl_show.txt"], ["bridge_ports", "bridges"]),
    ("iptables -t nat -vnL", IPTABLES_LIST, ["tables"]),
    ("iptables-save", RULES, ["tables"]),
    ("calicoctl get ippool -o wide", pasted.calicoctl_ippools("Always", "Never"), ["IpPool"]),
    ("etcdctl get, version 3", V3, ["FlannelNetwork"]),
    ("etcdctl get, version 2", V2, ["FlannelNetwork"]),
    ("etcdctl get --prefix", pasted.etcd_leases(FLANNEL), ["FlannelLease"]),
    ("ss", SS, ["sockets"]),
    ("conntrack", CONNTRACK, ["connections"]),
    ("wg", WG, ["wireguard"]),
    ("subnet.env", DOCUMENTS["files/run/flannel/subnet.env"], ["FlannelSubnet"]),
    ("IPPool in YAML", IPPOOL, ["IpPool"]),
    ("JSON of links", DOCUMENTS["ip_link.json"], ["links"]),
    ("JSON of routes", DOCUMENTS["ip_route.json"], ["routes"]),
)


@pytest.mark.parametrize("name", ["notes.txt", "pasted", "node-1 output.log"])
@pytest.mark.parametrize(
    ("text", "wanted"), [case[1:] for case in BY_CONTENT], ids=[case[0] for case in BY_CONTENT]
)
def test_by_content(name: str, text: str, wanted: list[str]) -> None:
    assert set(wanted) <= set(fields(name, text))


@pytest.mark.parametrize(
    ("what", "text", "wanted"), BY_CONTENT, ids=[case[0] for case in BY_CONTENT]
)
def test_a_command_before_it_tells(what: str, text: str, wanted: list[str]) -> None:
    command = what if what.partition(" ")[0] in COMMANDS else "cat it"
    assert set(wanted) <= set(fields("notes.txt", f"[root@node-1 ~]# {command}\n{text}"))


COMMANDS = ("ip", "bridge", "ifconfig", "route", "brctl", "iptables", "iptables-save", "ss", "wg")


def test_a_whole_session() -> None:
    parts = (
        ("ip a", IP_TEXTS["ip_addr.txt"]),
        ("sudo ip -d link", IP_TEXTS["ip_link_txt.txt"]),
        ("ip route", IP_TEXTS["ip_route_txt.txt"]),
        ("bridge fdb show", IP_TEXTS["bridge_fdb.txt"]),
        ("route -n", OLD_TEXTS["route_n.txt"]),
        ("cat /run/flannel/subnet.env", DOCUMENTS["files/run/flannel/subnet.env"]),
        ("kubectl get pods", "No resources found\n"),
        ("cat /etc/kube-flannel/net-conf.json", V2),
    )
    text = "".join(f"[root@node-1 ~]# {command}\n{answer}\n" for command, answer in parts)
    assert fields("session.txt", text) == [
        "addresses", "links", "links", "routes", "fdb", "routes", "FlannelSubnet", "FlannelNetwork",
    ]  # fmt: skip
    assert [piece.parsed.problems for piece in recognise("session.txt", text.encode())] == [()] * 8
    routes = next(p for p in recognise("session.txt", text.encode()) if p.field == "routes")
    line = routes.parsed.items[0].position
    assert text.splitlines()[line - 1].startswith("default ")


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("ip_route.txt", DOCUMENTS["ip_route.json"], ["routes"]),
        ("ip_link_txt.txt", DOCUMENTS["ip_link.json"], ["links"]),
        ("ip_route.json", IP_TEXTS["ip_route_txt.txt"], ["routes"]),
        ("ip_link.json", IP_TEXTS["ip_link_txt.txt"], ["links"]),
        ("ip_route.json", DOCUMENTS["ip_route.json"].lstrip("\n"), ["routes"]),
        ("ip_neigh.txt", IP_TEXTS["ip_route_txt.txt"], ["routes"]),
        ("iptables-save.txt", IPTABLES_LIST, ["tables"]),
        ("ip_route_after_restart.txt", IP_TEXTS["ip_route_txt.txt"], ["routes"]),
        ("route.json", DOCUMENTS["ip_route.json"], ["routes"]),
        ("ip_link.json", DOCUMENTS["ip_addr.json"], ["addresses", "links"]),
        ("ip_link.txt", IP_TEXTS["ip_addr.txt"], ["addresses", "links"]),
    ],
)
def test_content_outweighs_a_name(name: str, text: str, wanted: list[str]) -> None:
    assert fields(name, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$ cat net-conf.json\n" + V2 + "root@n1:~# \n", ["FlannelNetwork"]),
        ("```json\n" + V2 + "```\n", ["FlannelNetwork"]),
        (V2 + "root@n1:~# \n", ["FlannelNetwork"]),
        (DOCUMENTS["ip_route.json"] + "root@n1:~# exit\n", ["routes"]),
        (DOCUMENTS["ip_link.json"][:-20], ["links?"]),
        ("$ ip route get 10.0.0.1\n10.0.0.1 dev eth0 src 10.0.0.2 uid 0\n    cache\n", []),
        ("$ ip a\n2: \x1b[36meth0: \x1b[0m<UP> mtu 1500 state\x1b[32m UP \x1b[0m\n", ["links"]),
    ],
)
def test_what_is_pasted_around_it(text: str, wanted: list[str]) -> None:
    for data in (text.encode(), text.replace("\n", "\r\n").encode("utf-16")):
        pieces = recognise("paste.txt", data)
        assert [told(piece) for piece in pieces if piece.parsed.items] == wanted


@pytest.mark.parametrize("text", ["{", '{"a": ', "[ 12.5] eth0: link up", "$ cat x\n{\n"])
def test_json_that_is_none_is_told(text: str) -> None:
    (piece,) = recognise("notes.txt", text.encode())
    assert piece.parsed == ((), ("is no valid JSON, or breaks off",))


@pytest.mark.parametrize("pattern", FILES)
def test_files_of_this_node_are_recognised(pattern: str) -> None:
    assert form_of_path("files" + pattern.replace("*", "10-flannel"))


def test_kinds_of_pieces() -> None:
    in_json = recognise("ip_link.json", DOCUMENTS["ip_link.json"].encode())
    in_text = recognise("ip_link.txt", IP_TEXTS["ip_link_txt.txt"].encode())
    assert [(p.form, p.is_text) for p in (*in_json, *in_text)] == [
        ("ip_link", False),
        ("ip_link", True),
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ip_link.json", b""),
        ("ip_link.json", b" \n"),
        ("notes.txt", b"nothing that is known\n"),
        ("notes.json", b'{"a": 1}'),
        ("files/etc/hosts", b"10.1.10.9 node-1\n"),
        ("files/etc/cni/net.d/calico-kubeconfig", b"apiVersion: v1\nkind: Config\n"),
        ("traffic.txt", b"PING 10.244.1.2 (10.244.1.2) 56(84) bytes of data.\n"),
        ("image.png", b"\x89PNG\r\n\x1a\n\x00\x00"),
    ],
)
def test_of_no_use(name: str, data: bytes) -> None:
    assert [piece for piece in recognise(name, data) if piece.parsed.items] == []


@pytest.mark.parametrize("name", [*DOCUMENTS, "notes.txt", "kubernetes/pods.json"])
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"[" * 5000, b"{", b"[{}]", b"\x00" * 50, b"-"])
def test_rubbish_is_survived(name: str, data: bytes) -> None:
    assert all(isinstance(piece, Piece) for piece in recognise(name, data))
