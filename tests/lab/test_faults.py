"""Every fault breaks what it says, leads to the finding that it declares, and can be mended."""

from __future__ import annotations

import pytest

from netdiag.lab.faults import fault_named
from tests.lab.cases import FAULTS
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
    loud = [found for found in outcome.report["findings"] if found["severity"] != "info"]
    found = [(each["code"], each["node"]) for each in loud]
    if fault.finding is None:
        assert found == []
    else:
        assert found[:1] == [(fault.finding, fault.node)]
        assert [code for code, _ in found[1:] if code not in fault.also] == []
    assert outcome.exit_code == (0 if fault.finding is None else 1)
    assert outcome.report["mode"]["backend"] == outcome.expected["backend"]
    counted = outcome.report["totals"]
    if "answered" in outcome.expected:
        assert counted["answered"] == outcome.expected["answered"]
    if fault.answered == "some":
        assert 0 < counted["answered"] < counted["pings"]


def test_a_fault_can_be_mended(case: Case, outcome: Outcome) -> None:
    if case.routed:
        pytest.skip("it is in the cabling")
    assert outcome.mended is not None
    assert all(fits(each, "all") for each in outcome.mended.values()), outcome.mended
