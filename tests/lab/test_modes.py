"""Every mode is built, works, and is understood: backend, path, three truths, no finding."""

from __future__ import annotations

import os

import pytest

from tests.lab.cases import HEALTHY, MODES
from tests.lab.comparing import deviations
from tests.lab.conftest import MEASURED, Trials
from tests.lab.trial import Case, Outcome, fits

pytestmark = pytest.mark.needs_lab


@pytest.fixture(params=HEALTHY, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    wanted: Case = request.param
    return wanted


@pytest.fixture
def outcome(case: Case, trials: Trials) -> Outcome:
    return trials.outcome(case)


def test_a_healthy_lab_is_understood(outcome: Outcome) -> None:
    MEASURED.append(outcome)
    assert all(fits(each, "all") for each in outcome.answered.values()), outcome.answered
    assert outcome.expected["finding"] is None
    assert deviations(outcome.expected, outcome.exit_code, outcome.report) == {}


def test_a_trace_finds_the_same(outcome: Outcome) -> None:
    assert outcome.traced is not None
    assert deviations(outcome.expected, *outcome.traced) == {}
    assert outcome.traced[1]["drops"] == []


@pytest.mark.skipif(not os.environ.get("CI"), reason="a developer's machine may lack programs")
def test_in_ci_no_mode_is_missing() -> None:
    assert {mode.name: lack for mode in MODES if (lack := mode.lacking())} == {}
