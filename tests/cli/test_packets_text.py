"""``netdiag packets`` as text: its lines, and which packets they are of."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.captures import (
    NODE_1,
    NODE_2,
    START_NS,
    UDP,
    echo_frame,
    enhanced,
    ethernet,
    interface,
    ipv4,
    numbered,
    pcap,
    pcapng,
    simple,
    vxlan,
)
from tests.cli.bundle import LINES
from tests.cli.processes import lines, netdiag


def sequences(found: list[str]) -> list[int]:
    """Return the seq of each echo."""
    return [int(line.partition(" seq ")[2].partition(",")[0]) for line in found]


def test_a_bundle(case: Path) -> None:
    assert netdiag("packets", case).stdout == LINES


def test_several_paths_of_one_bundle(case: Path) -> None:
    names = ["node-2", "node-1/uplink.pcapng", "node-1/pods/default_web/eth0.pcap"]
    places = [line.split()[1] for line in lines("packets", *names, cwd=case)]
    on_node_2 = ["node-2/ens33", "node-2/flannel.1", "node-2/ens33"]
    assert places == ["eth0", "eth0", *on_node_2, "eth0", "eth0"]


def test_names_may_be_given(case: Path) -> None:
    path = "node-1/pods/default_web/eth0.pcap"
    assert [line.split()[1] for line in lines("packets", f"a/b={path}", cwd=case)] == ["a/b"] * 2


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--inner", "icmp"], [0, 1, 2, 3, 4, 5, 6]),
        (["--inner", "icmp type echo-reply"], [4, 5, 6]),
        (["--inner", "src host 10.244.0.12"], [0, 1, 2, 3]),
        (["--inner", "host 10.1.10.9"], []),
        (["--inner", "udp"], []),
        (["--inner", "not icmp"], []),
        (["--vni", "1"], [1, 2, 4, 5]),
        (["--vni", "2"], []),
        (["--vni", "1", "--inner", "icmp type echo-request"], [1, 2]),
        (["-c", "2"], [0, 1]),
        (["-c", "0"], []),
        (["-c", "100"], [0, 1, 2, 3, 4, 5, 6]),
        (["-c", "1", "--vni", "1"], [1]),
    ],
    ids=str,
)
def test_options_select_packets(case: Path, options: list[str], numbers: list[int]) -> None:
    everything = [line.split()[:2] for line in LINES.splitlines()]
    shown = [line.split()[:2] for line in lines("packets", case, *options)]
    assert shown == [everything[number] for number in numbers]


@pytest.mark.parametrize(
    ("options", "clock"),
    [([], "01:29:38.867705"), (["--utc"], "19:59:38.867705")],
    ids=["local", "utc"],
)
def test_times_are_local_unless_utc_is_asked_for(
    tmp_path: Path, options: list[str], clock: str
) -> None:
    (tmp_path / "eth0.pcap").write_bytes(pcap(numbered(1)))
    done = netdiag("packets", tmp_path / "eth0.pcap", *options, extra={"TZ": "XXX-5:30"})
    assert done.stdout.split()[0] == clock


def test_summer_time_begins_in_the_middle_of_a_file(tmp_path: Path) -> None:
    change_ns = 1_616_893_200 * 1_000_000_000
    moments = [(change_ns - 1, echo_frame()), (change_ns, echo_frame())]
    (tmp_path / "eth0.pcap").write_bytes(pcap(moments))
    zone = {"TZ": "CET-1CEST,M3.5.0,M10.5.0/3"}
    done = netdiag("packets", tmp_path / "eth0.pcap", extra=zone)
    clocks = [line.split()[0] for line in done.stdout.splitlines()]
    assert clocks == ["01:59:59.999999", "03:00:00.000000"]


def test_a_packet_without_a_time_shows_none(tmp_path: Path) -> None:
    content = pcapng(interface("eth0"), simple(echo_frame(1)), enhanced(START_NS, echo_frame(2)))
    (tmp_path / "a.pcapng").write_bytes(content)
    clocks = [line.split()[0] for line in lines("packets", tmp_path / "a.pcapng")]
    assert clocks == ["--:--:--.------", "19:59:38.867705"]


def test_a_port_may_be_made_one_of_vxlan(tmp_path: Path) -> None:
    """A header with more than the I flag is not taken for VXLAN by the look of it."""
    datagram = bytearray(vxlan(7, echo_frame(), 9999))
    datagram[8] |= 0x80
    frame = ethernet(ipv4(NODE_1, NODE_2, bytes(datagram), UDP))
    (tmp_path / "eth0.pcap").write_bytes(pcap([(START_NS, frame)]))
    (plain,) = lines("packets", tmp_path / "eth0.pcap")
    assert plain.endswith("-  10.1.10.9.36389 > 10.1.10.10.9999: UDP, length 106")
    for ports in (["9999"], ["1", "--vxlan-port", "9999"]):
        (line,) = lines("packets", tmp_path / "eth0.pcap", "--vxlan-port", *ports)
        assert "vxlan 10.1.10.9 > 10.1.10.10 vni 7  10.244.0.12 > 10.244.1.34: ICMP" in line


def test_sorting(tmp_path: Path) -> None:
    packets = numbered(5)
    (tmp_path / "eth0.pcap").write_bytes(pcap([packets[index] for index in (3, 0, 4, 1, 2)]))
    (tmp_path / "eth1.pcap").write_bytes(pcap([packets[2]]))
    paths = [tmp_path / "eth0.pcap", tmp_path / "eth1.pcap"]
    assert sequences(lines("packets", *paths)) == [2, 3, 0, 4, 1, 2]
    assert sequences(lines("packets", *paths, "--sort")) == [0, 1, 2, 2, 3, 4]


def test_columns_are_aligned(case: Path) -> None:
    *_, with_tunnel, without = LINES.splitlines()
    assert with_tunnel.index("10.244.1.34 >") == without.index("10.244.1.34 >")
    assert len({line.index("  in ") for line in LINES.splitlines() if "  in " in line}) == 1


def test_standard_input(case: Path) -> None:
    content = (case / "node-1/uplink.pcapng").read_bytes()
    done = netdiag("packets", "-", stdin=content)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["eth0", "eth0"]


def test_standard_input_may_have_a_place(case: Path) -> None:
    content = (case / "node-1/pods/default_web/eth0.pcap").read_bytes()
    done = netdiag("packets", "node-9/eth9=-", stdin=content)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["node-9/eth9"] * 2
