"""The whole page: what stands on it, in which order, and what is left out."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from netdiag.model.report import BadDocument, Clock, Evidence, Report, Rtt
from netdiag.render.report_text import PingNotListedError, report_text
from netdiag.render.role_words import GUESSED
from tests.render.written_pings import answered, lost, way
from tests.render.written_reports import (
    CLOCK,
    capture,
    finding,
    flow,
    full,
    path_of,
    report,
    totals_of,
)

MANY = tuple(lost(n) if n % 100 == 7 else answered(n) for n in range(1, 1001))


def text(
    found: Report, *, width: int = 120, ping: int | None = None, all_pings: bool = False
) -> str:
    return report_text(found, width=width, colour=False, ping=ping, all_pings=all_pings)


def flat(found: Report, width: int = 120) -> str:
    """Return the text in one line, so that it does not matter where it is broken."""
    return " ".join(text(found, width=width).split())


def test_verdict_first_then_the_sections() -> None:
    lines = text(full()).splitlines()
    assert lines[0].startswith("10.244.1.2 (pod-a) → 10.244.2.2 (pod-c): 3 of 3 pings answered")
    headings = [line.split()[0] for line in lines[3:] if line and not line.startswith(" ")]
    assert headings == [
        *("Findings", "Mode", "Ping", "Ping", "Ping", "Times", "Flows", "Drops"),
        *("Path", "Clocks", "Captures"),
    ]


def test_empty_sections_are_left_out() -> None:
    assert text(report()) == "No ping found: there was no capture to read.\n"


def test_finding() -> None:
    lines = text(report(lost(), findings=(finding(),)), width=60).splitlines()
    assert "  ERROR  fdb-missing at node-1/flannel.1" in lines
    assert f"    {finding().title}" in lines
    assert "    Frames: case/node-1/ens33.pcap:12" in lines
    assert "    Fact: node-1/bridge_fdb.json: flannel.1: []" in lines


def test_a_remedy_is_one_line_however_long() -> None:
    remedy = "ip route replace 10.244.2.0/24 via 10.1.10.10 dev ens33 && sysctl -w net.x=1 " * 3
    lines = text(report(lost(), findings=(finding(remedy=remedy),)), width=60).splitlines()
    assert remedy.strip() in [line.strip() for line in lines]


def test_much_evidence_is_counted() -> None:
    frames = tuple(Evidence("frame", "n", file="a.pcap", frame=n) for n in range(1, 31))
    found = flat(report(lost(), findings=(finding(evidence=frames),)))
    assert "a.pcap:1, a.pcap:2" in found
    assert "and 22 more" in found


def test_many_pings_are_summed_up() -> None:
    found = text(report(*MANY))
    assert "990 of 1,000 pings answered" in flat(report(*MANY))
    assert "10 request lost after node-2/ens33: pings 7, 107, 207" in flat(report(*MANY))
    assert re.findall(r"^Ping (\d+)", found, re.MULTILINE) == ["1", "7"]
    assert "--ping N" in found
    assert "--all" in found


def test_some_pings_have_a_line_each() -> None:
    found = text(report(*(lost(n) if n == 3 else answered(n) for n in range(1, 8))))
    lines = [line.split() for line in found.splitlines()]
    assert ["3", "3", "request", "lost", "after", "node-2/ens33"] in lines
    assert ["4", "4", "answered", "in", "0.25", "ms"] in lines


def test_pings_that_are_not_listed_are_counted() -> None:
    found = report(*MANY[:20], totals=replace(totals_of(MANY), pings=5000))
    assert "Only 20 of them are listed" in text(found)
    assert "Only" not in text(report(*MANY))


def test_all_pings() -> None:
    found = text(report(*MANY[:30]), all_pings=True)
    numbers = re.findall(r"^Ping (\d+)", found, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 31)]
    assert "--all" not in found


def test_one_ping_in_full() -> None:
    found = text(replace(full(), pings=MANY[:9]), ping=7)
    assert re.findall(r"^Ping (\d+)", found, re.MULTILINE) == ["7"]
    assert "node-2/ens33 ✗" in found
    assert "Findings" not in found


def test_a_ping_that_is_not_listed() -> None:
    found = report(*MANY[:20], totals=replace(totals_of(MANY), pings=5000))
    with pytest.raises(PingNotListedError, match=r"ping 21 is not listed.*20 of 5,000"):
        text(found, ping=21)


def test_a_way_is_told_once() -> None:
    found = text(report(answered(1), answered(2), lost(3)))
    assert found.count("  request  node-1/pod-a:eth0") == 2
    assert "the way is that of ping 1" in found


def test_times_from_hop_to_hop() -> None:
    found = text(report(*(answered(n, 200.0 + n) for n in range(1, 4))))
    lines = [line.split() for line in found.splitlines()]
    assert ["→", "node-1/veth7e2f650f", "8.5", "10.0", "31.2"] in lines
    assert "RTT min/median/p99/max: 0.20/0.20/0.20/0.20 ms" in found
    assert "Times" not in text(report(answered()))


def test_sampled_times_say_so() -> None:
    paths = (replace(path_of(answered(), 5000), sampled=1000),)
    totals = replace(totals_of(MANY), rtt_us=Rtt(1.0, 2.0, 3.0, 4.0))
    assert "times of 1,000 of them" in flat(report(answered(), paths=paths, totals=totals))


def test_flows() -> None:
    flows = tuple(flow(40000 + n, n * 1000) for n in range(1, 31))
    found = text(report(flows=flows, flows_left_out=5, captures=(capture(),)))
    assert "Flows (35)" in found
    assert "30,000  3,000,000  vxlan" in found
    assert ":40010 " not in found  # the 21st
    assert ":40011 " in found
    assert "… and 15 more" in found
    assert "way 1    node-1/cni0 → ens33 → node-2/ens33 → cni0" in found
    assert found.count("way 1 ") == 1


def test_retransmissions_only_where_there_are_any() -> None:
    assert "resent" not in text(report(flows=(flow(),)))
    assert "resent" in text(report(flows=(flow(), flow(2, retransmissions=3))))


def test_clocks() -> None:
    behind = Clock("node-3", "node-1", -1500.0, 20.0)
    found = text(report(answered(), clocks=(CLOCK, behind)))
    assert (
        "node-2's clock is 350.000 ms ahead of node-1's, ± 0.05 ms "
        "(assuming equal delay both ways)" in found
    )
    assert "node-3's clock is 1.500 ms behind node-1's, ± 0.02 ms" in found


def test_captures_with_which_something_is_wrong() -> None:
    wrong = capture("node-1/cni0", dropped=4, problem="cut off in frame 7")
    whole_node = capture(interface=None, packets=0, file="case/node-1/any.pcap")
    empty = capture("node-2/ens33", packets=0)
    found = text(report(captures=(capture(), wrong, empty, whole_node)))
    section = found.partition("Captures\n")[2].splitlines()
    assert section == [
        "  4 read, 24 packets",
        "  no packets in 2 of them: node-2/ens33, case/node-1/any.pcap",
        "  node-1/cni0 cut off in frame 7; lost 4 packets while capturing (case/node-1/cni0.pcap)",
    ]


def test_guessed_roles_are_explained_once() -> None:
    pings = tuple(
        answered(number, request=way(("n/ens33", "n/cni0"), role_guessed=True))
        for number in (1, 2, 3)
    )
    found = text(report(*pings))
    assert found.count("bridge?") == 3
    assert found.count(GUESSED) == 1


def test_broken_documents() -> None:
    bad = tuple(BadDocument("node-1", f"ip_link_{n}.json", "not JSON") for n in range(12))
    cluster = BadDocument(None, "kubernetes/pods.json", "cut off")
    lines = text(report(bad_documents=(cluster, *bad))).splitlines()
    assert "Documents with problems (13)" in lines
    assert "  kubernetes/pods.json: cut off" in lines
    assert "  node-1/ip_link_8.json: not JSON" in lines
    assert lines[-1] == "  … and 3 more"
