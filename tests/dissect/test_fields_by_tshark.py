"""Every header's and field's bytes are where tshark says that they are."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from netdiag.dissect.by_scapy import dissect
from netdiag.model.header_tree import HeaderField
from netdiag.model.udp_tunnels import udp_tunnel_table
from tests.captures import pcap
from tests.dissect.stacks import STACKS, TOLD_PORTS

FIELDS = {
    ("Ethernet", "dst"): "eth.dst",
    ("Ethernet", "src"): "eth.src",
    ("Ethernet", "type"): "eth.type",
    ("802.1Q", "vlan"): "vlan.id",
    ("IP", "len"): "ip.len",
    ("IP", "id"): "ip.id",
    ("IP", "ttl"): "ip.ttl",
    ("IP", "proto"): "ip.proto",
    ("IP", "src"): "ip.src",
    ("IP", "dst"): "ip.dst",
    ("IPv6", "plen"): "ipv6.plen",
    ("IPv6", "hlim"): "ipv6.hlim",
    ("IPv6", "src"): "ipv6.src",
    ("IPv6", "dst"): "ipv6.dst",
    ("UDP", "sport"): "udp.srcport",
    ("UDP", "dport"): "udp.dstport",
    ("TCP", "sport"): "tcp.srcport",
    ("TCP", "dport"): "tcp.dstport",
    ("TCP", "ack"): "tcp.ack_raw",
    ("TCP", "window"): "tcp.window_size_value",
    ("VXLAN", "vni"): "vxlan.vni",
    ("GENEVE", "vni"): "geneve.vni",
    ("GRE", "proto"): "gre.proto",
    ("GRE", "key"): "gre.key",
    ("ICMP", "type"): "icmp.type",
    ("ICMP", "code"): "icmp.code",
    ("ICMP", "id"): "icmp.ident",
}
THEIRS = set(FIELDS.values())
DECODE_AS = ("udp.port==8472,vxlan", "udp.port==8285,ip", "udp.port==7000,vxlan")

needs_tshark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


@needs_tshark
@pytest.mark.parametrize("name", STACKS)
def test_fields_are_where_tshark_says(name: str, tmp_path: Path) -> None:
    data = STACKS[name]
    tree = dissect(data, 1, udp_tunnel_table((), TOLD_PORTS))
    assert not tree.problem
    ours = sorted(places(tree.headers))
    assert ours
    assert ours == sorted(places_by_tshark(data, tmp_path))


def places(headers: tuple[HeaderField, ...]) -> Iterator[tuple[int, int, str]]:
    """Yield where the fields are that both know."""
    for header in headers:
        kind = header.name.removesuffix(" in ICMP")
        for field in header.children:
            theirs = FIELDS.get((kind, field.name))
            if theirs is not None:
                yield field.start, field.size, theirs


def places_by_tshark(data: bytes, folder: Path) -> Iterator[tuple[int, int, str]]:
    """Yield the same of tshark's dissection."""
    path = folder / "packet.pcap"
    path.write_bytes(pcap([(0, data)]))
    options = [word for each in DECODE_AS for word in ("-d", each)]
    command = ["tshark", "-n", "-r", str(path), "-T", "pdml", *options]
    done = subprocess.run(command, capture_output=True, check=True)
    for field in ElementTree.fromstring(done.stdout).iter("field"):
        if field.get("name") in THEIRS:
            size = int(field.get("size", "0"))
            yield int(field.get("pos", "0")), size, field.get("name", "")
