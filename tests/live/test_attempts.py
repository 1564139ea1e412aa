"""TCP and UDP beside the ping, followed hop by hop, in a real lab: what passes, what refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netdiag.cli.exit_code import ExitCode
from netdiag.lab.breaking import break_lab, mend_lab
from netdiag.lab.faults import fault_named
from netdiag.lab.lifecycle import Wanted, raised
from netdiag.lab.responder import TCP_PORT, UDP_PORT
from netdiag.lab.running import Running
from netdiag.sources.live.connecting import NOBODYS_PORT
from tests.analyze.remedies import is_copyable, uncopyable
from tests.analyze.running import Report, analyze
from tests.cli.processes import netdiag

pytestmark = pytest.mark.needs_lab
NAME = f"attempts-{os.getpid()}"
CLOSED = 81


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    with raised(Wanted(NAME, "flannel-vxlan"), stays=False) as running:
        yield running


def traced(*words: str | Path) -> tuple[int, Report]:
    done = netdiag("trace", "pod-a", "pod-c", f"--lab={NAME}", "--json", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def numbers(attempts: dict[str, Any]) -> dict[str, int]:
    names = ("answered", "refused", "request_lost", "reply_lost", "unanswered", "unknown")
    return {name: attempts[name] for name in names if attempts[name]}


def places(hops: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    return [(hop["node"], hop["pod"], hop["interface"]) for hop in hops]


def test_attempts_go_the_way_of_the_ping(lab: Running, tmp_path: Path) -> None:
    code, report = traced(
        "--tcp", str(TCP_PORT), "--udp", str(UDP_PORT), "--save", tmp_path / "case.tar.gz"
    )
    assert code == ExitCode.OK
    tcp, udp = report["attempts"]
    assert (tcp["protocol"], tcp["port"], numbers(tcp)) == ("tcp", TCP_PORT, {"answered": 3})
    assert (udp["protocol"], udp["port"], numbers(udp)) == ("udp", UDP_PORT, {"answered": 3})
    assert tcp["mss"] == 1450 - 52  # of the pods' MTU, less headers with timestamps
    ping = report["pings"][0]
    for attempts in (tcp, udp):
        assert places(attempts["pings"][0]["request"]) == places(ping["request"])
        assert places(attempts["pings"][0]["reply"]) == places(ping["reply"])
        assert {each["protocol"] for each in attempts["pings"]} == {attempts["protocol"]}
    assert (report["totals"]["pings"], [each["number"] for each in report["pings"]]) == (
        3, [1, 2, 3],
    )  # fmt: skip
    _, again = analyze(tmp_path / "case.tar.gz")
    assert again["attempts"] == [
        {**each, "pings": again["attempts"][index]["pings"]}
        for index, each in enumerate(report["attempts"])
    ]
    for each in again["attempts"]:  # a busy machine may answer so late that it is sent again
        assert len(each["pings"]) == 3 + (each["retransmissions"] or 0)


def test_a_port_that_nothing_listens_on(lab: Running) -> None:
    code, report = traced("--tcp", str(CLOSED), "--udp", str(CLOSED))
    assert code == ExitCode.FOUND
    assert [numbers(each) for each in report["attempts"]] == [{"refused": 3}, {"refused": 3}]
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"], finding["node"]) == (
        "port-closed", "warning", "node-2",
    )  # fmt: skip
    assert "TCP 81" in finding["title"] and "UDP 81" in finding["title"]


def test_a_sweep_tries_what_listens(lab: Running) -> None:
    code, report = traced("--sweep")
    assert code == ExitCode.OK
    assert [(each["protocol"], each["port"]) for each in report["attempts"]] == [
        ("tcp", TCP_PORT), ("udp", UDP_PORT),
    ]  # fmt: skip


def test_a_sweep_of_a_node_on_which_nothing_is_asked_for_finds_no_fault(lab: Running) -> None:
    done = netdiag("trace", "pod-a", "node/node-2", f"--lab={NAME}", "--json", "--sweep")
    report = json.loads(done.stdout)
    assert done.returncode == ExitCode.OK, done.stderr
    assert {each["port"] for each in report["attempts"]} == {NOBODYS_PORT}
    assert [numbers(each) for each in report["attempts"]] == [{"refused": 3}, {"refused": 3}]


def test_a_reset_from_the_way_is_a_loss_there(lab: Running) -> None:
    rule = ("FORWARD", "-d", "10.244.2.0/24", "-p", "tcp", "-j", "REJECT", "--reject-with",
            "tcp-reset")  # fmt: skip
    run = ("lab", "exec", "--name", NAME, "node-2", "--", "iptables")
    assert netdiag(*run, "-I", *rule).returncode == 0
    try:
        code, report = traced("--tcp", str(TCP_PORT))
    finally:
        netdiag(*run, "-D", *rule)
    assert code == ExitCode.FOUND
    assert numbers(report["attempts"][0]) == {"request_lost": 3}
    finding = report["findings"][0]
    assert (finding["code"], finding["node"]) == ("forward-blocked", "node-2")
    assert "REJECT" in finding["title"]


@pytest.mark.parametrize(
    "name",
    ["tcp-port-dropped", "udp-port-dropped", "checksum-offload-broken", "outer-checksum-bad"],
)
def test_faults_that_spare_pings(name: str, lab: Running) -> None:
    fault = fault_named(name)
    broken = break_lab(lab, fault)
    try:
        code, report = traced("--sweep")
    finally:
        mend_lab(broken, fault)
    finding = report["findings"][0]
    assert uncopyable(report) == {}
    if fault.finding == "bad-checksum":
        assert "UDP_CSUM" in {each["reason"] for each in finding["evidence"]}
    assert (code, report["totals"]["answered"]) == (ExitCode.FOUND, 3)
    assert (finding["code"], finding["node"]) == (fault.finding, fault.node)


def test_what_nat_gives_another_port_is_not_lost_where_it_was_seen_last(lab: Running) -> None:
    """Captures know our connections by their ports: what becomes of it behind NAT is not known."""
    run = ("lab", "exec", "--name", NAME, "node-1", "--", "iptables", "-t", "nat")
    rule = ("POSTROUTING", "-d", "10.244.2.2", "-j", "MASQUERADE", "--random-fully")
    dropped = fault_named("tcp-port-dropped")
    broken = break_lab(lab, dropped)
    try:
        assert netdiag(*run, "-I", *rule).returncode == 0
        _, report = traced("--tcp", str(TCP_PORT))
    finally:
        netdiag(*run, "-D", *rule)
        mend_lab(broken, dropped)
    (tried,) = report["attempts"]
    assert (tried["request_lost"], tried["unknown"]) == (0, tried["attempts"])
    assert [each for each in report["findings"] if each["severity"] == "error"] == []


@pytest.mark.parametrize("words", [(), ("--rule",)], ids=["reason", "rule"])
@pytest.mark.parametrize("protocol", ["icmp", "tcp"])
def test_what_the_sender_itself_drops(protocol: str, words: tuple[str, ...], lab: Running) -> None:
    """No capture can show it: the kernel's word alone is the finding."""
    rule = ("OUTPUT", "-p", protocol, "-j", "DROP")
    run = ("lab", "exec", "--name", NAME, "pod-a", "--", "iptables")
    assert netdiag(*run, "-A", *rule).returncode == 0
    try:
        code, report = traced("--tcp", str(TCP_PORT), *words)
        errors = [each for each in report["findings"] if each["severity"] == "error"]
        healed = netdiag(*run[:-1], "sh", "-c", errors[0]["remedy"]).stdout if words else ""
    finally:
        left = netdiag(*run, "-D", *rule)
    assert (left.returncode == 0) == (not words), "the remedy takes the rule out"
    assert (code, [each["code"] for each in errors]) == (ExitCode.FOUND, ["output-blocked"])
    assert (errors[0]["node"], errors[0]["pod"]) == ("node-1", "pod-a")
    told = {(each["kind"], each["reason"], each["pod"]) for each in errors[0]["evidence"]}
    assert ("drop", "NETFILTER_DROP", "pod-a") in told
    if words:
        assert f"-A OUTPUT -p {protocol} -j DROP" in errors[0]["title"]
        assert is_copyable(errors[0]["remedy"])
        assert "in the network namespace of pod-a, on node-1" in errors[0]["remedy"]
        assert " ".join(rule) in healed
