"""Every fault breaks what it says, leads to the finding that it declares, and can be mended."""

from __future__ import annotations

import pytest

from netdiag.lab.faults import fault_named
from tests.lab.cases import FAULTS
from tests.lab.comparing import deviations
from tests.lab.conftest import Trials
from tests.lab.trial import Case, Outcome, declared, fits

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


def test_a_fault_that_spares_pings_breaks_the_rest(outcome: Outcome) -> None:
    if outcome.worked is None:
        pytest.skip("pings show it")
    assert outcome.worked == (False, True)


def test_a_fault_can_be_mended(case: Case, outcome: Outcome) -> None:
    if case.routed:
        pytest.skip("it is in the cabling")
    assert outcome.mended is not None
    assert all(fits(each, "all") for each in outcome.mended.values()), outcome.mended
