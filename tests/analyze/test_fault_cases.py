"""Faults in facts and packets: the cause is the first and only error; look-alikes are silent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.analyze import (
    cases_faults_address,
    cases_faults_bridge,
    cases_faults_doubt,
    cases_faults_evidence,
    cases_faults_firewall,
    cases_faults_healthy,
    cases_faults_overlay,
    cases_faults_route,
    cases_faults_size,
    cases_faults_unconfigured,
)
from tests.analyze.fault_case import FaultCase
from tests.analyze.remedies import uncopyable
from tests.analyze.running import Report, analyze, findings, meets
from tests.bundles.facts.documents import documents, write_facts
from tests.bundles.simulate import write_bundle

MODULES = (
    cases_faults_route,
    cases_faults_overlay,
    cases_faults_firewall,
    cases_faults_bridge,
    cases_faults_size,
    cases_faults_address,
    cases_faults_evidence,
    cases_faults_doubt,
    cases_faults_unconfigured,
    cases_faults_healthy,
)
CASES: dict[str, FaultCase] = {case.name: case for module in MODULES for case in module.CASES}


class FaultRun(NamedTuple):
    """A bundle with a fault that was analysed."""

    case: FaultCase
    pings: int
    exit_code: int
    report: Report


@pytest.fixture(scope="module", params=CASES)
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaultRun]:
    case = CASES[request.param]
    folder: Path = tmp_path_factory.mktemp("fault")
    truths = write_bundle(case.bundle, folder)
    write_facts(case.facts, folder)
    yield FaultRun(case, len(truths), *analyze(folder))


def test_no_two_cases_have_one_name() -> None:
    assert sum(len(module.CASES) for module in MODULES) == len(CASES)


@pytest.mark.parametrize("name", CASES)
def test_documents_are_sound(name: str) -> None:
    for path, text in documents(CASES[name].facts).items():
        if path.endswith((".json", ".conflist", ".conf")):
            assert json.loads(text) is not None, path


def test_pings(run: FaultRun) -> None:
    assert run.report["totals"]["pings"] == run.pings
    statuses = {ping["status"] for ping in run.report["pings"]}
    assert statuses <= set(run.case.status.split("|")), run.case.why


def test_the_first_and_only_error_is_the_cause(run: FaultRun) -> None:
    errors = findings(run.report, ("error",))
    wanted = [run.case.found] if run.case.found else []
    first = [code for code in wanted if not errors or not meets(errors[0], code)]
    others = [
        found
        for found in errors[len(wanted) :]
        if not any(meets(found, code) for code in run.case.beside)
    ]
    assert (first, others) == ([], []), f"found {errors}; {run.case.why}"


def test_remedies_can_be_copied(run: FaultRun) -> None:
    assert uncopyable(run.report) == {}


def test_healthy_is_silent(run: FaultRun) -> None:
    if not run.case.is_healthy:
        pytest.skip("it is not healthy")
    warnings = findings(run.report, ("warning",))
    assert [
        found for found in warnings if not any(meets(found, code) for code in run.case.beside)
    ] == [], run.case.why
    assert run.exit_code == (1 if warnings else 0)


def test_information(run: FaultRun) -> None:
    told = findings(run.report, ("info",))
    assert [code for code in run.case.told if not any(meets(found, code) for found in told)] == []
