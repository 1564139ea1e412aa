"""``netdiag capture`` in a lab: real packets of several nodes and pods, in one file or as text."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.cli.processes import netdiag, read_line
from tests.live.capturing import NAME, SECONDS, TO_C, capturing, ended, ping
from tests.probe.capturing import read_capture

pytestmark = [pytest.mark.needs_lab, pytest.mark.usefixtures("capture_lab")]
LIVE_SECONDS = 0.3
WAY = ("node-1/pod-a/eth0", "veth", "node-1/cni0", "node-1/flannel.1", "node-1/ens33",
       "node-2/ens33", "node-2/flannel.1", "node-2/cni0", "veth", "node-2/pod-c/eth0")  # fmt: skip


def tshark(path: Path, *fields: str) -> list[list[str]]:
    words = [word for field in fields for word in ("-e", field)]
    done = subprocess.run(["tshark", "-n", "-r", str(path), "-T", "fields", *words],
                          capture_output=True, text=True, check=True)  # fmt: skip
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_of_a_ping_in_one_file(tmp_path: Path, number: int) -> None:
    path = tmp_path / "out.pcapng"
    with capturing("--pods", "-w", str(path), "icmp or udp port 8472") as process:
        ping("-c1", TO_C)
        said = ended(process, number)
    rows = tshark(path, "frame.interface_name", "frame.time_epoch", "frame.packet_flags_direction")
    names = [re.sub(r"node-./veth.*", "veth", name) for name, *_ in rows]
    assert names == [*WAY, *reversed(WAY)]
    times = [time_text for _, time_text, _ in rows]
    assert times == sorted(times)
    assert [row[2] for row in rows[:2]] == ["0x00000002", "0x00000001"]
    file = read_capture(path)
    assert file.dropped == 0
    assert "20 packets captured, 20 written to" in said
    assert "0 dropped by the kernel" in said
    assert re.search(r"node-1/pod-a/eth0 +2\n", said)
    assert "nothing on 7 interfaces" in said


def test_capinfos_tells_interfaces_and_statistics(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    with capturing("--on", "node-1", "-i", "ens33", "-w", str(path), "udp") as process:
        ping("-c1", TO_C)
        ended(process, signal.SIGINT)
    told = subprocess.run(["capinfos", str(path)], capture_output=True, text=True, check=True)
    for line in ("Name = node-1/ens33", "Time resolution = 0x09", "Filter string = udp",
                 "Number of stat entries = 1", "Number of packets = 2"):  # fmt: skip
        assert line in told.stdout
    tcpdump = subprocess.run(["tcpdump", "-nr", str(path)], capture_output=True, text=True)
    assert tcpdump.stdout.count("8472") == 2


def test_the_report_is_that_of_a_trace(tmp_path: Path) -> None:
    path, bundle = tmp_path / "out.pcapng", tmp_path / "case"
    with capturing("--pods", "-w", str(path)) as process:
        trace = netdiag("trace", f"--lab={NAME}", "pod-a", "pod-c", "-c2", "--save", str(bundle))
        assert trace.returncode == ExitCode.OK
        ended(process, signal.SIGINT)
    report = json.loads(netdiag("analyze", "--json", path).stdout)
    traced = json.loads(netdiag("analyze", "--json", bundle).stdout)
    for ours, theirs in zip(report["pings"], traced["pings"], strict=True):
        assert (ours["status"], ours["seq"]) == ("answered", theirs["seq"])
        for way in ("request", "reply"):
            assert [place(hop) for hop in ours[way]] == [place(hop) for hop in theirs[way]]
    assert len(report["pings"]) == 2
    assert report["mode"]["observed"]["encapsulation"] == "vxlan"
    pairs = [(each["source_node"], each["observed"]) for each in report["pairs"]]
    assert pairs == [("node-1", "vxlan"), ("node-2", "vxlan")]
    assert [clock["node"] for clock in report["clocks"]] == ["node-2"]
    assert report["findings"] == []


def place(hop: dict[str, object]) -> tuple[object, ...]:
    tunnels = json.dumps(hop["encapsulation"])
    return (*(hop[key] for key in ("node", "pod", "interface", "direction", "ttl")), tunnels)


def test_lines_as_they_come() -> None:
    with capturing("--on", "node-1", "--inner", f"icmp and dst {TO_C}", "-i", "ens33") as process:
        before = time.monotonic()
        ping("-c1", TO_C)
        line = read_line(process.stdout)
        assert time.monotonic() - before < SECONDS
        assert re.match(
            r"[\d:.]+  node-1/ens33  out  vxlan 10.1.10.9 > 10.1.10.10 vni 1  "
            rf"10.244.1.2 > {TO_C}: ICMP echo request, id \d+, seq 1, length 64\n", line
        )  # fmt: skip
        said = ended(process, signal.SIGINT)
    assert "1 printed" in said


def test_packets_as_json() -> None:
    with capturing("--on", "pod-a", "--json", "-c1", "icmp") as process:
        ping("-c1", TO_C)
        told, _ = process.communicate(timeout=SECONDS)
    (packet,) = map(json.loads, told.splitlines())
    assert (packet["node"], packet["pod"], packet["interface"]) == ("node-1", "pod-a", "eth0")


def test_each_packet_within_a_moment(tmp_path: Path) -> None:
    """What Wireshark reads from a pipe: header and interfaces at once, packets soon."""
    with capturing("-w", "-") as process:
        assert process.stdout is not None
        head, _ = read_some(process.stdout.fileno())
        assert head.startswith(b"\n\r\r\n")
        assert b"node-1/flannel.1" in head and b"node-2/ens33" in head
        delays = []
        for _ in range(3):
            ping("-c1", "-W1", TO_C)
            done = time.monotonic()
            data, arrived = read_some(process.stdout.fileno())
            delays.append(arrived - done)
            assert len(data) > 100
        assert min(delays) < LIVE_SECONDS, delays


def read_some(file: int) -> tuple[bytes, float]:
    """Read what comes, until nothing has come for a while; return when the last of it came."""
    assert select.select([file], [], [], SECONDS)[0]
    data, arrived = os.read(file, 1 << 20), time.monotonic()
    while select.select([file], [], [], 0.1)[0]:
        data, arrived = data + os.read(file, 1 << 20), time.monotonic()
    return data, arrived


def test_so_many_packets_in_all(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    with capturing("--pods", "-c", "5", "-w", str(path), "icmp") as process:
        ping("-c2", TO_C)
        said = ended(process)
    assert len(read_capture(path).packets) == 5
    assert "5 written" in said


def test_so_long(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    before = time.monotonic()
    with capturing("--duration", "0.5", "-w", str(path)) as process:
        ended(process)
    assert 0.5 < time.monotonic() - before < SECONDS
    assert len(read_capture(path).interfaces) == 11


def test_a_ring_of_files(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    words = ("--rotate-mb", "0.01", "--files", "2", "-w", str(path), "icmp or udp")
    with capturing(*words) as process:
        ping("-c20", "-s", "1000", TO_C)
        ended(process, signal.SIGINT)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    assert all(re.fullmatch(r"out_\d{5}_\d{14}\.pcapng", file.name) for file in files)
    assert int(files[1].name[4:9]) > 2
    for file in files:
        assert len(read_capture(file).interfaces) == 11
        told = subprocess.run(["capinfos", "-c", str(file)], capture_output=True, text=True)
        assert told.returncode == 0 and told.stderr == ""


def test_interfaces_by_role(tmp_path: Path) -> None:
    path = tmp_path / "out.pcapng"
    words = ("--pods", "-i", "@overlay", "-i", "node-2/ens33", "-i", "@pod", "--duration", "0.1")
    with capturing(*words, "-w", str(path)) as process:
        ended(process)
    names = sorted(read_capture(path).interfaces)
    assert names == ["node-1/flannel.1", "node-1/pod-a/eth0", "node-1/pod-b/eth0", "node-2/ens33",
                     "node-2/flannel.1", "node-2/pod-c/eth0"]  # fmt: skip
