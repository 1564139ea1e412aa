"""Simulated bundles: the report says what happened."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.analyze import (
    cases_captures,
    cases_clocks,
    cases_findings,
    cases_losses,
    cases_many,
    cases_nat,
    cases_paths,
)
from tests.analyze.case import Case
from tests.analyze.remedies import uncopyable
from tests.analyze.running import Run, findings, meets, path, place, run_case
from tests.bundles.simulate import Seen, Truth

MODULES = (
    cases_paths,
    cases_nat,
    cases_clocks,
    cases_many,
    cases_captures,
    cases_losses,
    cases_findings,
)
CASES: dict[str, Case] = {case.name: case for module in MODULES for case in module.CASES}
MICROSECOND_NS = 1000


@pytest.fixture(scope="module", params=CASES)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    yield run_case(CASES[request.param], tmp_path_factory.mktemp("case"))


def test_no_two_cases_have_one_name() -> None:
    assert sum(len(module.CASES) for module in MODULES) == len(CASES)


def test_every_ping_is_there_once(run: Run) -> None:
    numbers = [ping["number"] for ping in run.report["pings"]]
    assert run.report["totals"]["pings"] == len(run.truths)
    assert numbers == sorted(set(numbers))
    assert len(numbers) == min(len(run.truths), 1000)
    assert [(ping["id"], ping["seq"]) for ping in run.report["pings"]] == [
        (truth.request[0].identifier if truth.request else truth.identifier, truth.seq)
        for truth, _ in run.pings()
    ]


def test_paths_are_as_they_were_walked(run: Run) -> None:
    if not run.case.paths_known:
        pytest.skip("the design leaves open which hops there are")
    for truth, ping in run.pings():
        assert path(ping["request"]) == true_path(truth.request), ping["number"]
        assert path(ping["reply"]) == true_path(truth.reply), ping["number"]


def test_each_hop_is_the_frame_that_crossed_there(run: Run) -> None:
    if not run.case.paths_known:
        pytest.skip("the design leaves open which hops there are")
    for truth, ping in run.pings():
        hops = ping["request"] + ping["reply"]
        for seen, hop in zip((*truth.request, *truth.reply), hops, strict=True):
            assert run.frame(hop) in seen.frames
            opaque = seen.step.tunnel == "wireguard"
            assert hop["inferred"] == opaque
            assert hop["direction"] in (None, seen.direction)
            assert hop["fragments"] == (2 if seen.step.fragmented else 1)
            assert [tunnel["kind"] for tunnel in hop["encapsulation"]] == tunnels(seen)
            if not opaque:
                assert hop["ttl"] == seen.step.ttl
                ends = hop["source"], hop["destination"], hop["id"]
                assert ends == (seen.source, seen.destination, seen.identifier)


def test_statuses(run: Run) -> None:
    expected = run.case.expected_statuses(len(run.truths))
    found = {ping["number"]: ping["status"] for ping in run.report["pings"]}
    wrong = {
        number: status
        for number, status in found.items()
        if status not in expected[number - 1].split("|")
    }
    assert wrong == {}
    assert counted(run) == {
        status: count for status, count in run.report["totals"].items() if status in counted(run)
    }


def counted(run: Run) -> dict[str, int]:
    """Return how many pings there are of each status, if all are listed."""
    if len(run.truths) > len(run.report["pings"]):
        return {}
    listed = [ping["status"].replace("-", "_") for ping in run.report["pings"]]
    words = ("answered", "request_lost", "reply_lost", "unanswered", "unknown")
    return {word: listed.count(word) for word in words}


def test_lost_after(run: Run) -> None:
    pings = {ping["number"]: ping for ping in run.report["pings"]}
    for number, expected in run.case.lost_after.items():
        point = pings[number]["lost_after"]
        assert point is not None, number
        assert place(point) in expected.split("|"), number
    assert [
        p["number"] for p in pings.values() if p["status"] == "answered" and p["lost_after"]
    ] == []


def test_findings(run: Run) -> None:
    serious = findings(run.report, ("error", "warning"))
    unmet = [code for code in run.case.found if not any(meets(found, code) for found in serious)]
    unexpected = [
        found for found in serious if not any(meets(found, code) for code in run.case.found)
    ]
    assert {"unmet": unmet, "unexpected": unexpected} == {"unmet": [], "unexpected": []}
    assert len(serious) == len(run.case.found)


def test_information(run: Run) -> None:
    told = findings(run.report, ("info",))
    missing = [code for code in run.case.told if not any(meets(found, code) for found in told)]
    unwanted = [code for code in told if any(meets(code, no) for no in run.case.untold)]
    assert {"missing": missing, "unwanted": unwanted, "told": told} == {
        "missing": [],
        "unwanted": [],
        "told": told,
    }


def test_every_finding_has_evidence_that_exists(run: Run) -> None:
    for found in run.report["findings"]:
        assert found["title"]
        assert found["explanation"]
        for evidence in found["evidence"]:
            if evidence["kind"] == "frame":
                assert run.frame(evidence).number > 0
        if found["severity"] != "info":
            assert found["remedy"]
            assert found["evidence"]


def test_remedies_can_be_copied(run: Run) -> None:
    assert uncopyable(run.report) == {}


def test_exit_code(run: Run) -> None:
    unknown = all(ping["status"] == "unknown" for ping in run.report["pings"])
    expected = 1 if run.case.found else 4 if unknown else 0
    assert run.exit_code == expected


def test_clocks(run: Run) -> None:
    clocks = {clock["node"]: clock for clock in run.report["clocks"]}
    assert set(run.case.clocks_us) - set(clocks) == set()
    actual = run.case.bundle.clocks_us
    for node, clock in clocks.items():
        offset = actual.get(node, 0) - actual.get(clock["relative_to"], 0)
        assert abs(clock["offset_us"] - offset) <= clock["uncertainty_us"] + 1, node
        assert clock["uncertainty_us"] < 1000, node
    for node, offset in run.case.clocks_us.items():
        assert clocks[node]["offset_us"] == pytest.approx(offset, abs=5)


def test_times_run_forwards(run: Run) -> None:
    """On nodes whose clocks are known, up to what a coarse clock rounds off."""
    rounding_us = 2.0 if run.case.bundle.resolution == "us" else 0.02
    compared = {clock["node"] for clock in run.report["clocks"]}
    for _, ping in run.pings():
        hops = ping["request"] + ping["reply"]
        known = compared | {hops[0]["node"]}
        times = [hop["since_first_us"] for hop in hops if hop["node"] in known]
        for before, after in pairwise(times):
            assert after - before >= -rounding_us, ping["number"]


def test_times_on_one_node_are_exact(run: Run) -> None:
    """Where no clock is corrected, not a nanosecond is lost."""
    for _, ping in run.pings():
        first, *others = ping["request"] + ping["reply"]
        for hop in others:
            if hop["node"] == first["node"]:
                expected = (hop["time_ns"] - first["time_ns"]) / MICROSECOND_NS
                assert hop["since_first_us"] == pytest.approx(expected, abs=0.0005)


def test_round_trip_times(run: Run) -> None:
    for truth, ping in run.pings():
        if ping["status"] == "answered" and is_round(truth):
            first, last = ping["request"][0], ping["reply"][-1]
            expected = (last["time_ns"] - first["time_ns"]) / MICROSECOND_NS
            assert ping["rtt_us"] == pytest.approx(expected, abs=0.001)
        if ping["status"] != "answered":
            assert ping["rtt_us"] is None


def test_observed_encapsulations(run: Run) -> None:
    found = {
        f"{pair['source_node']} > {pair['destination_node']} {pair['observed']}"
        for pair in run.report["pairs"]
    }
    assert set(run.case.observed) - found == set()


def test_errors_about_pings(run: Run) -> None:
    told = tuple(ping["number"] for ping in run.report["pings"] if ping["errors"])
    assert told == run.case.errors


def test_captures(run: Run) -> None:
    files = {path.as_posix() for path in run.folder.rglob("*.pcap*")}
    assert {capture["file"] for capture in run.report["captures"]} == files
    dropped = {place(capture): capture["dropped"] for capture in run.report["captures"]}
    for where, count in run.case.bundle.dropped.items():
        assert dropped[where] == count


def true_path(way: tuple[Seen, ...]) -> list[str]:
    return [f"{seen.place}{'*' if seen.step.tunnel else ''}" for seen in way]


def tunnels(seen: Seen) -> list[str]:
    return [seen.step.tunnel] if seen.step.tunnel else []


def is_round(truth: Truth) -> bool:
    return bool(truth.request and truth.reply) and truth.request[0].place == truth.reply[-1].place
