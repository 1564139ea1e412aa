"""``netdiag packets --json``: one object a line, and ``--count --json``: one object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.captures import ARP as ARP_TYPE
from tests.captures import (
    ETHERNET,
    ICMPV6,
    IPV6,
    NODE_1,
    START_NS,
    TCP,
    UDP,
    A,
    B,
    arp,
    ethernet,
    icmp,
    interface,
    ipv4,
    ipv6,
    pcap,
    pcap_record,
    pcapng,
    simple,
    tcp,
    udp,
    vlan,
    vxlan_frame,
)
from tests.captures import VLAN as VLAN_TYPE
from tests.cli.processes import lines

KEYS = {
    *("frame", "file", "node", "pod", "interface", "link_type", "time_ns", "direction"),
    *("length", "captured", "layers", "addresses", "ports", "vni", "ttl", "icmp", "quoted"),
    "problem",
}


def objects(*arguments: str | Path, cwd: Path | None = None) -> list[dict[str, Any]]:
    printed = lines("packets", *arguments, "--json", **({"cwd": cwd} if cwd else {}))
    return [json.loads(line) for line in printed]


def object_of(tmp_path: Path, frame: bytes) -> dict[str, Any]:
    (tmp_path / "eth0.pcap").write_bytes(pcap([(START_NS, frame)]))
    (packet,) = objects(tmp_path / "eth0.pcap")
    return packet


def test_every_packet_has_every_key(case: Path) -> None:
    packets = objects(case)
    assert len(packets) == 7
    assert all(packet.keys() >= KEYS for packet in packets)
    assert len({tuple(packet) for packet in packets}) == 1


def test_a_packet_in_a_tunnel(case: Path) -> None:
    packet = objects("node-1", cwd=case)[1]
    assert {key: packet[key] for key in KEYS} == {
        "frame": 1,
        "file": "node-1/uplink.pcapng",
        "node": "node-1",
        "pod": None,
        "interface": "eth0",
        "link_type": ETHERNET,
        "time_ns": START_NS + 100_000,
        "direction": "out",
        "length": 148,
        "captured": 148,
        "layers": ["eth", "ipv4", "udp", "vxlan", "eth", "ipv4", "icmp"],
        "addresses": [["10.1.10.9", "10.1.10.10"], ["10.244.0.12", "10.244.1.34"]],
        "ports": [[36389, 8472]],
        "vni": 1,
        "ttl": [63, 64],
        "icmp": {"type": 8, "code": 0, "id": 8448, "seq": 1},
        "quoted": None,
        "problem": None,
    }


def test_a_packet_in_a_pod(case: Path) -> None:
    packet = objects(case)[0]
    place = [packet[key] for key in ("node", "pod", "interface", "direction", "vni", "ports")]
    assert place == ["node-1", "default_web", "eth0", None, None, []]


def test_an_error_quotes_its_packet(tmp_path: Path) -> None:
    quoted = ipv4(A, B, udp(1000, 53), UDP, ttl=3)
    packet = object_of(tmp_path, ethernet(ipv4(NODE_1, A, icmp(3, 3, 0, quoted))))
    assert packet["icmp"] == {"type": 3, "code": 3, "id": None, "seq": None}
    assert packet["addresses"] == [[NODE_1, A]]
    expected = {"addresses": [[A, B]], "ports": [[1000, 53]], "ttl": [3], "layers": ["ipv4", "udp"]}
    assert {key: packet["quoted"][key] for key in expected} == expected


def test_tcp_arp_and_vlan_have_keys_of_their_own(tmp_path: Path) -> None:
    segment = object_of(
        tmp_path, ethernet(vlan(100, ipv4(A, B, tcp(80, 81, 0x12), TCP)), VLAN_TYPE)
    )
    assert segment["tcp"] == {"flags": "S.", "seq": 1000, "ack": 2000}
    assert segment["vlans"] == [100]
    request = object_of(tmp_path, ethernet(arp(1, A, B), ARP_TYPE))
    assert request["arp"]["operation"] == 1
    assert (request["arp"]["sender"], request["arp"]["target"]) == (A, B)
    echo = object_of(tmp_path, ethernet(ipv6("fd00::1", "fd00::2", icmp(128, 0), ICMPV6), IPV6))
    assert echo["addresses"] == [["fd00::1", "fd00::2"]]
    assert echo["icmp"] == {"type": 128, "code": 0, "id": 0, "seq": 0}


def test_what_is_not_known_is_null(tmp_path: Path) -> None:
    (tmp_path / "any.pcapng").write_bytes(pcapng(interface(), simple(b"")))
    (packet,) = objects(tmp_path / "any.pcapng")
    unknown = ("node", "pod", "interface", "time_ns", "direction", "vni", "icmp", "quoted")
    assert [packet[key] for key in unknown] == [None] * len(unknown)


def test_a_packet_that_was_cut_tells_both_lengths(tmp_path: Path) -> None:
    (tmp_path / "eth0.pcap").write_bytes(pcap([]) + pcap_record(START_NS, vxlan_frame()[:60], 148))
    (packet,) = objects(tmp_path / "eth0.pcap")
    assert (packet["length"], packet["captured"]) == (148, 60)
    assert packet["problem"] == "the capture ends inside the eth header"


def test_nanoseconds_are_exact(tmp_path: Path) -> None:
    (tmp_path / "eth0.pcap").write_bytes(pcap([(START_NS + 123, b"")]))
    assert objects(tmp_path / "eth0.pcap")[0]["time_ns"] == START_NS + 123


@pytest.mark.parametrize("options", [[], ["--inner", "icmp"]], ids=str)
def test_counts_as_json(case: Path, options: list[str]) -> None:
    (line,) = lines("packets", case, "--count", "--json", *options)
    found = json.loads(line)
    assert (found["packets"], found["bytes"], found["problems"]) == (7, 904, 0)
    assert found["kinds"] == [
        {"encapsulation": ["vxlan"], "innermost": "icmp", "packets": 4, "bytes": 604},
        {"encapsulation": [], "innermost": "icmp", "packets": 3, "bytes": 300},
    ]


def test_counts_as_a_table(case: Path) -> None:
    assert lines("packets", case, "--count") == [
        "packets  bytes  encapsulation  innermost",
        "      4    604  vxlan          icmp",
        "      3    300  none           icmp",
        "      7    904  total",
    ]


def test_counts_of_selected_packets(case: Path) -> None:
    table = lines("packets", case, "--count", "--vni", "1", "-c", "2")
    assert [line.split()[0] for line in table] == ["packets", "2", "2"]
