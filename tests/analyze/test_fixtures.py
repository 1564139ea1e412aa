"""Small bundles with known answers, one of each code and healthy ones that look like faults.

``NAME.tar.gz`` is a bundle, ``NAME.json`` beside it what is expected; two such files more are
a test more. NAME begins with the code that it shows, or with ``healthy-``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from netdiag.explain.codes import CODES
from tests.analyze.remedies import uncopyable
from tests.analyze.running import Report, analyze
from tests.cli.processes import ROOT

FOLDER = ROOT / "fixtures" / "pcaps" / "findings"
ENDING = ".tar.gz"
NAMES = sorted(path.name.removesuffix(ENDING) for path in FOLDER.glob("*" + ENDING))
HEALTHY = "healthy-"
MAX_BYTES, MAX_BYTES_TOGETHER = 12_000, 450_000
Finding = tuple[str, str | None, str]
"""Code, node, severity."""


class FixtureRun(NamedTuple):
    """A bundle that was analysed."""

    expected: dict[str, Any]
    exit_code: int
    report: Report

    def wanted(self) -> list[Finding]:
        return [(code, node, severity) for code, node, severity in self.expected["findings"]]

    def found(self) -> list[Finding]:
        return [
            (finding["code"], finding["node"], finding["severity"])
            for finding in self.report["findings"]
        ]


def expected(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return read


@pytest.fixture(scope="module", params=NAMES)
def run(request: pytest.FixtureRequest) -> Iterator[FixtureRun]:
    name: str = request.param
    yield FixtureRun(expected(name), *analyze(FOLDER / (name + ENDING)))


def test_each_bundle_has_an_expectation_and_they_are_small() -> None:
    archives: list[Path] = [FOLDER / (name + ENDING) for name in NAMES]
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == NAMES
    assert [path.name for path in archives if path.stat().st_size > MAX_BYTES] == []
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MAX_BYTES_TOGETHER


def test_every_code_has_a_bundle() -> None:
    assert sorted(set(CODES) - set(NAMES)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_bundle_is_named_for_what_it_shows(name: str) -> None:
    codes: list[str] = [code for code, _, _ in expected(name)["findings"]]
    if name.startswith(HEALTHY):
        assert codes == []
    else:
        assert name.startswith(tuple(codes))


def test_findings(run: FixtureRun) -> None:
    """The first is the first; no other error; without errors no other warning either."""
    wanted, found = run.wanted(), run.found()
    assert found[: min(1, len(wanted))] == wanted[:1]
    assert [one for one in wanted if one not in found] == []
    judged = ("error",) if any(one[2] == "error" for one in wanted) else ("error", "warning")
    assert [one for one in found if one[2] in judged and one not in wanted] == []


def test_remedies_can_be_copied(run: FixtureRun) -> None:
    assert uncopyable(run.report) == {}


def test_pings_and_exit_code(run: FixtureRun) -> None:
    found = Counter(ping["status"] for ping in run.report["pings"])
    words: dict[str, int] = run.expected["statuses"]
    assert {word: sum(found[one] for one in word.split("|")) for word in words} == words
    assert found.total() == sum(words.values())
    assert run.exit_code == run.expected["exit_code"]
