"""Every mode is built, works, and is understood: backend, path, three truths, no finding."""

from __future__ import annotations

import os

import pytest

from tests.lab.cases import HEALTHY, MODES
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
    report, expected = outcome.report, outcome.expected
    loud = [found["title"] for found in report["findings"] if found["severity"] != "info"]
    assert loud == []
    assert outcome.exit_code == 0
    assert report["totals"]["answered"] == expected["answered"] == 3
    assert report["mode"]["backend"] == expected["backend"]
    for truth in ("configured", "programmed", "observed"):
        wanted = expected.get("mode", {}).get(truth)
        if wanted is not None:
            assert report["mode"][truth]["encapsulation"] == wanted["encapsulation"], truth
    assert report["mode"]["agree"] is not False
    assert not expected.get("mode") or report["mode"]["agree"] is True
    for way in ("request", "reply"):
        if f"{way}_path" in expected:
            assert _hops(report["pings"][0][way]) == _hops(expected[f"{way}_path"])


def _hops(path: list[dict[str, object]]) -> list[str]:
    """Return ``node/pod:interface``, with a star where the packet was in a tunnel."""
    return [
        f"{hop['node']}/{hop['pod'] or ''}:{hop['interface']}"
        + "*" * bool(hop.get("encapsulated", hop.get("encapsulation")))
        for hop in path
    ]


@pytest.mark.skipif(not os.environ.get("CI"), reason="a developer's machine may lack programs")
def test_in_ci_no_mode_is_missing() -> None:
    assert {mode.name: lack for mode in MODES if (lack := mode.lacking())} == {}
