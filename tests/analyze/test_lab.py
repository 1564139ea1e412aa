"""The lab's and Kubernetes' captures: the report agrees with each ``expected.json``."""

from __future__ import annotations

import pytest

from tests.analyze.known import CAPTURES, FOLDERS, Known, expected_path, found_path
from tests.analyze.running import findings

pytestmark = pytest.mark.skipif(not FOLDERS, reason=f"no captures with answers in {CAPTURES}")


@pytest.mark.parametrize("way", ["request", "reply"])
def test_path_of_the_first_ping(bundle: Known, way: str) -> None:
    bundle.needs(f"{way}_path")
    first = bundle.report["pings"][0]
    assert found_path(first[way]) == expected_path(bundle.known, f"{way}_path")


def test_answered_pings(bundle: Known) -> None:
    answered = bundle.needs("answered")
    totals = bundle.report["totals"]
    assert totals["answered"] == answered
    assert totals["pings"] == bundle.known.get("sent", totals["pings"])
    assert (totals["rtt_us"] is not None) == bool(answered)


def test_clocks(bundle: Known) -> None:
    found = {(clock["node"], clock["relative_to"]): clock for clock in bundle.report["clocks"]}
    for clock in bundle.needs("clocks"):
        offset = found[clock["node"], clock["relative_to"]]["offset_us"]
        assert offset == pytest.approx(clock["offset_us"], abs=clock["tolerance_us"])


def test_healthy_bundles_have_no_error_and_no_warning(bundle: Known) -> None:
    if bundle.needs("finding") is not None:
        pytest.skip("something is wrong in it")
    assert findings(bundle.report, ("error", "warning")) == []
    assert bundle.exit_code == 0
