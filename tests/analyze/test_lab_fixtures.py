"""Recordings of the lab in fixtures/pcaps/lab: each leads to what its ``expected.json`` says."""

from __future__ import annotations

from typing import Any

import pytest

from netdiag.lab.faults import fault_named
from netdiag.lab.modes import mode_named
from scripts.lab_fixtures import (
    BROKEN,
    ENDING,
    FOLDER,
    HEALTHY,
    MAX_BYTES_TOGETHER,
    archive_of,
    read_recorded,
    readme,
)
from tests.analyze.running import analyze
from tests.cli.processes import ROOT
from tests.lab.comparing import deviations

NAMES = (*HEALTHY, *BROKEN)
FIXTURES = ROOT / "fixtures"
MAX_BYTES_OF_ALL_FIXTURES = 1_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_understood(name: str) -> None:
    assert deviations(read_recorded(name).expected, *analyze(archive_of(name))) == {}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_recording_expects_no_finding(name: str) -> None:
    recorded = read_recorded(name)
    assert recorded.trace["summary"] == mode_named(name).summary
    assert recorded.trace["taken_by"] == f"netdiag lab record {name} DIR"
    assert recorded.expected["backend"] == mode_named(name).backend
    assert recorded.expected["finding"] is None


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_recording_expects_what_its_fault_declares(name: str) -> None:
    mode, _, fault_name = name.partition("+")
    fault, recorded = fault_named(fault_name), read_recorded(name)
    finding: dict[str, Any] = recorded.expected["finding"]
    assert recorded.trace["summary"] == fault.summary
    assert recorded.trace["taken_by"].startswith(f"netdiag lab record {mode} --fault {fault_name} ")
    assert (finding["code"], finding["node"]) == (fault.finding, fault.node)


def test_the_folder_has_these_recordings_and_its_readme_names_them() -> None:
    there = {path.name for path in FOLDER.iterdir()}
    assert there == {"README.md", *(name + ENDING for name in NAMES)}
    assert (FOLDER / "README.md").read_text() == readme(), "run python -m scripts.record_fixtures"


def test_the_readme_above_names_every_bundle() -> None:
    text = (FOLDER.parent / "README.md").read_text()
    there = {path.name for path in FOLDER.parent.iterdir()} - {"README.md"}
    assert [name for name in sorted(there) if f"`{name}" not in text] == []


def test_fixtures_are_small() -> None:
    sizes = {path: path.stat().st_size for path in FIXTURES.rglob("*") if path.is_file()}
    assert sum(size for path, size in sizes.items() if path.parent == FOLDER) <= MAX_BYTES_TOGETHER
    assert sum(sizes.values()) < MAX_BYTES_OF_ALL_FIXTURES
