"""What the kernel says of faults of the lab is told with reason and place; healthy pings, not.

One fault for each thing that it may say: all of them, as a trace tells them, are in ``tests/lab``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.lab.cases import FAULTS, HEALTHY
from tests.lab.trial import Case
from tests.probe.cases_drops import CAUSES, Cause
from tests.probe.lab_drops import Told, trace_fault, trace_healthy

KERNEL = tuple(int(part) for part in os.uname().release.split(".")[:2])
MEASURED = (6, 18)
HAS_REASONS = (6, 12)
"""The first that has all reasons that are waited for, those of VXLAN too."""

pytestmark = [
    pytest.mark.needs_lab,
    pytest.mark.skipif(HAS_REASONS > KERNEL, reason="this kernel has not got all reasons"),
]
SIDE_BY_SIDE = 3
HEALTHY_MODES = ("flannel-vxlan", "flannel-udp", "calico-ipip", "docker-nat", "macvlan")
PLAIN = [case for case in HEALTHY if not case.routed and case.mode in HEALTHY_MODES]
WITHOUT_CAUSE = "vxlan-not-applied"
"""It loses nothing, so nothing is told."""


def _each_cause_once() -> list[Case]:
    """Return faults that have all reasons and functions of the table between them."""
    seen: set[tuple[str, str]] = set()
    found = []
    for case in FAULTS:
        said = {(cause.reason, cause.function) for cause in CAUSES.get(case.fault or "", ())}
        if said - seen or case.fault == WITHOUT_CAUSE:
            found.append(case)
        seen |= said
    return found


TRIED = _each_cause_once()


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest) -> Iterator[dict[Case, Future[Told]]]:
    """Have all cases that tests will ask for tried side by side: they wait most of the time."""
    specs = [getattr(item, "callspec", None) for item in request.session.items]
    asked = [spec.params.get("traced") for spec in specs if spec is not None]
    with ProcessPoolExecutor(SIDE_BY_SIDE, mp_context=get_context("fork")) as pool:
        yield {case: _begin(pool, case) for case in asked if isinstance(case, Case)}


def _begin(pool: ProcessPoolExecutor, case: Case) -> Future[Told]:
    if case.fault is None:
        return pool.submit(trace_healthy, case)
    return pool.submit(trace_fault, case, wanted(case))


def wanted(case: Case) -> set[Cause]:
    return CAUSES.get(case.fault or "", set())


def without_functions(causes: set[Cause] | frozenset[Cause]) -> set[Cause]:
    """Return the causes as they are on any kernel."""
    return {cause if KERNEL == MEASURED else cause._replace(function="") for cause in causes}


@pytest.mark.parametrize("traced", PLAIN, ids=lambda case: case.name)
def test_of_healthy_pings_nothing_is_told(traced: Case, told: dict[Case, Future[Told]]) -> None:
    found = told[traced].result()
    assert found.causes == set()
    assert found.answered == found.sent


@pytest.mark.parametrize("traced", TRIED, ids=lambda case: case.name)
def test_the_kernel_names_the_cause_of_a_fault(
    traced: Case, told: dict[Case, Future[Told]]
) -> None:
    found = told[traced].result()
    assert without_functions(found.causes) == without_functions(wanted(traced))
    assert all(cause.function for cause in found.causes)


def test_no_cause_is_left_that_no_fault_has() -> None:
    assert set(CAUSES) <= {case.fault for case in FAULTS}
