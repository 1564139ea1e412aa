"""``trace --mtu``: a fault of size leads to its finding, a healthy network to its pods' MTU."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from netdiag.lab.breaking import break_lab
from netdiag.lab.fault import Fault
from netdiag.lab.faults import all_faults
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.modes import mode_named
from netdiag.lab.running import Running
from tests.analyze.running import Report, analyze
from tests.cli.processes import netdiag

pytestmark = pytest.mark.needs_lab
SWEPT = tuple(fault for fault in all_faults() if fault.sweep is not None)
HEALTHY = (
    *("flannel-hostgw", "flannel-udp", "flannel-wireguard", "flannel-vxlan-directrouting"),
    *("calico-ipip", "calico-bgp", "calico-vxlan-crosssubnet", "docker-nat", "macvlan"),
)
HEADER_BYTES = 28


@contextmanager
def lab_of(mode: str, *, routed: bool = False) -> Iterator[Running]:
    lacking = mode_named(mode).lacking()
    if lacking is not None:
        pytest.skip(lacking)
    with raised(Wanted(f"mtu-{os.getpid()}", mode, routed=routed), stays=False) as lab:
        yield lab


def trace(lab: Running, *words: object) -> tuple[int, Report, str]:
    done = netdiag("trace", *map(str, words), "--lab", lab.lab.name, "--mtu", "--json")
    assert done.stdout, f"no report, exit code {done.returncode}: {done.stderr}"
    report: Report = json.loads(done.stdout)
    return done.returncode, report, done.stderr


def is_answered(lab: Running, source: str, address: object, size: int) -> bool:
    """Tell whether the real ping gets an answer to a packet of this size, with DF."""
    command = ["ping", "-n", "-c2", "-i0.2", "-W1", "-Mdo", f"-s{size - HEADER_BYTES}"]
    process = lab.site.spawn(
        source, [*command, str(address)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    return "bytes from" in process.communicate(timeout=120)[0]


def passes(report: Report) -> tuple[int | None, int | None]:
    mtu = report["mtu"]
    return mtu["source_to_destination"]["path_mtu"], mtu["destination_to_source"]["path_mtu"]


def without_files(report: Report) -> dict[str, Any]:
    """Return what does not depend on where files are."""
    kept = ("mtu", "totals", "conversations", "mode", "pairs")
    found = [(finding["code"], finding["node"], finding["title"]) for finding in report["findings"]]
    return {key: report[key] for key in kept} | {"findings": found}


@pytest.mark.parametrize("fault", SWEPT, ids=lambda fault: str(fault.name))
def test_a_fault_of_size_is_found(fault: Fault, tmp_path: Path) -> None:
    sweep, ping = fault.sweep, fault.ping
    assert sweep is not None
    with lab_of(fault.modes[0], routed=fault.routed) as lab:
        break_lab(lab, fault)
        case = tmp_path / "case"
        code, report, _ = trace(lab, ping.source, ping.destination, "--save", case)
        address = lab.address(ping.destination)
        fits = is_answered(lab, ping.source, address, sweep.there)
        is_whole = sweep.there >= report["mtu"]["source_to_destination"]["sent_mtu"]
        too_big = not is_whole and is_answered(lab, ping.source, address, sweep.there + 1)
    assert code == 1
    assert passes(report) == (sweep.there, sweep.back)
    assert (fits, too_big) == (True, False)
    first, *others = report["findings"]
    assert (first["code"], first["node"]) == (sweep.finding, sweep.node)
    assert {each["code"] for each in others} <= {sweep.finding, *sweep.also}
    totals = report["totals"]
    assert (totals["pings"], totals["answered"]) == (3, 3)
    assert [each["number"] for each in report["pings"]] == [1, 2, 3]
    again, read = analyze(case)
    assert (again, without_files(read)) == (code, without_files(report))


@pytest.mark.parametrize("mode", HEALTHY)
def test_a_healthy_network_passes_what_its_pods_send(mode: str) -> None:
    with lab_of(mode) as lab:
        address = lab.reached_at("pod-a", "pod-c")
        code, report, told = trace(lab, "pod-a", address)
        mtu = lab.mode.pods.mtu
    assert (code, report["findings"]) == (0, [])
    there = report["mtu"]["source_to_destination"]
    assert (there["path_mtu"], there["sent_mtu"], there["told"]) == (mtu, mtu, None)
    assert there["sizes"][-1] == [mtu, True]
    assert report["totals"]["pings"] == 3
    assert "swept" not in told
    if not lab.mode.translated:
        assert passes(report) == (mtu, mtu)
        rooms = [hop["mtu"] - hop["overhead"] for hop in report["mtu"]["chain"] if hop["mtu"]]
        smallest = report["mtu"]["smallest"]
        assert smallest["mtu"] - smallest["overhead"] == min(rooms) >= mtu
