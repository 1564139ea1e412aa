"""Every fault breaks what it says, leads to the finding that it declares, and can be mended."""

from __future__ import annotations

import pytest

from netdiag.lab.faults import fault_named
from tests.lab.cases import FAULTS
from tests.lab.comparing import deviations
from tests.lab.conftest import Trials
from tests.lab.trial import Case, Outcome, declared, fits
from tests.probe.cases_drops import CAUSES, Cause

TRACED = frozenset(("node-1", "node-2", "node-3", "pod-a", "pod-b", "pod-c"))
"""Whose kernel's words have a name; the network between them has none."""

pytestmark = pytest.mark.needs_lab


@pytest.fixture(params=FAULTS, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    wanted: Case = request.param
    return wanted


@pytest.fixture
def outcome(case: Case, trials: Trials) -> Outcome:
    return trials.outcome(case)


def test_a_fault_is_what_it_says(case: Case, outcome: Outcome) -> None:
    assert case.fault is not None
    fault = fault_named(case.fault)
    wanted = declared(fault)
    wrong = {way: got for way, got in outcome.answered.items() if not fits(got, wanted[way])}
    assert wrong == {}, wanted
    assert deviations(outcome.expected, outcome.exit_code, outcome.report) == {}
    if fault.answered == "some":
        counted = outcome.report["totals"]
        assert 0 < counted["answered"] < counted["pings"]


def test_a_trace_finds_the_same(outcome: Outcome) -> None:
    if outcome.traced is None:
        pytest.skip("it comes and goes")
    assert deviations(outcome.expected, *outcome.traced) == {}


def test_the_kernels_word_is_evidence(case: Case, outcome: Outcome) -> None:
    """Where the kernel names the cause, on a node that is traced, the finding rests on it."""
    causes = CAUSES.get(case.fault or "", set[Cause]())
    named = {(cause.reason, cause.place) for cause in causes if cause.place in TRACED}
    if outcome.traced is None or not named:
        pytest.skip("the kernel names no cause, or none on a node")
    _, report = outcome.traced
    evidence = [each for each in report["findings"][0]["evidence"] if each["kind"] == "drop"]
    said = {(each["reason"], each["pod"] or each["node"]) for each in evidence}
    assert said & named, report["findings"][0]
    assert named <= {(each["reason"], each["pod"] or each["node"]) for each in report["drops"]}


def test_a_sweep_finds_what_spares_pings(case: Case, outcome: Outcome) -> None:
    if outcome.swept is None:
        pytest.skip("pings show it")
    assert case.fault is not None
    fault = fault_named(case.fault)
    exit_code, report = outcome.swept
    first = report["findings"][0]
    assert (exit_code, first["code"], first["node"]) == (1, fault.finding, fault.node)


def test_a_fault_that_spares_pings_breaks_the_rest(outcome: Outcome) -> None:
    if outcome.worked is None:
        pytest.skip("pings show it")
    assert outcome.worked == (False, True)


def test_a_fault_can_be_mended(case: Case, outcome: Outcome) -> None:
    if case.routed:
        pytest.skip("it is in the cabling")
    assert outcome.mended is not None
    assert all(fits(each, "all") for each in outcome.mended.values()), outcome.mended
