"""Simulated bundles with facts: the three truths, and what follows where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.analyze import (
    cases_facts_calico,
    cases_facts_devices,
    cases_facts_flannel,
    cases_facts_mismatch,
    cases_facts_others,
    cases_facts_sources,
)
from tests.analyze.facts_case import FactsCase
from tests.analyze.remedies import uncopyable
from tests.analyze.running import Report, analyze, findings, meets
from tests.bundles.capture import captured_places
from tests.bundles.facts.documents import documents, write_facts
from tests.bundles.macs import mac_of
from tests.bundles.simulate import write_bundle

MODULES = (
    cases_facts_flannel,
    cases_facts_calico,
    cases_facts_others,
    cases_facts_sources,
    cases_facts_mismatch,
    cases_facts_devices,
)
CASES: dict[str, FactsCase] = {case.name: case for module in MODULES for case in module.CASES}
OPEN, UNKNOWN = "?", "null"
COLUMNS = ("configured", "programmed", "observed", "agree")


class FactsRun(NamedTuple):
    """A bundle with facts that was analysed."""

    case: FactsCase
    pings: int
    exit_code: int
    report: Report


@pytest.fixture(scope="module", params=CASES)
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FactsRun]:
    case = CASES[request.param]
    folder: Path = tmp_path_factory.mktemp("facts")
    truths = write_bundle(case.bundle, folder) if case.bundle else []
    write_facts(case.facts, folder)
    yield FactsRun(case, len(truths), *analyze(folder))


def test_no_two_cases_have_one_name() -> None:
    assert sum(len(module.CASES) for module in MODULES) == len(CASES)


@pytest.mark.parametrize("name", CASES)
def test_documents_are_sound(name: str) -> None:
    """JSON is JSON, unless the case broke it on purpose."""
    facts = CASES[name].facts
    for path, text in documents(facts).items():
        if path.endswith((".json", ".conflist", ".conf")) and path not in facts.others:
            assert json.loads(text) is not None, path


@pytest.mark.parametrize("name", CASES)
def test_interfaces_that_packets_cross_are_in_the_facts(name: str) -> None:
    """Names and MAC addresses of captures and facts are of one network."""
    case = CASES[name]
    nodes = {node.name: node for node in case.facts.nodes}
    for place in captured_places(case.bundle) if case.bundle else ():
        if place.node in nodes and nodes[place.node].kernel.links:
            node = nodes[place.node]
            links = node.pods[place.pod].links if place.pod else node.kernel.links
            found = [link for link in links if link.name == place.interface]
            assert found, f"{place} of {name}"
            if found[0].kind in ("", "veth", "bridge"):
                assert found[0].mac == mac_of(place), place


def test_pings(run: FactsRun) -> None:
    totals = run.report["totals"]
    assert totals["pings"] == run.pings
    statuses = {ping["status"] for ping in run.report["pings"]}
    assert statuses == ({run.case.status} if run.pings else set())


def test_mode(run: FactsRun) -> None:
    found = {key: value_of(run.report["mode"], key) for key in run.case.mode}
    assert found == run.case.mode, run.case.why


def test_pairs(run: FactsRun) -> None:
    rows = {
        f"{pair['source_node']} > {pair['destination_node']}": pair for pair in run.report["pairs"]
    }
    for name, words in run.case.pairs.items():
        wanted = dict(zip(COLUMNS, words.split(), strict=True))
        row = rows.get(name)
        assert row is not None, f"no row for {name}: {sorted(rows)}"
        known = {key: as_word(row[key]) for key, word in wanted.items() if word != OPEN}
        assert known == {key: word for key, word in wanted.items() if word != OPEN}, run.case.why


def test_findings(run: FactsRun) -> None:
    serious = findings(run.report, ("error", "warning"))
    unmet = [code for code in run.case.found if not any(meets(found, code) for found in serious)]
    unexpected = [
        found for found in serious if not any(meets(found, code) for code in run.case.found)
    ]
    assert {"unmet": unmet, "unexpected": unexpected} == {"unmet": [], "unexpected": []}, (
        run.case.why
    )


def test_remedies_can_be_copied(run: FactsRun) -> None:
    assert uncopyable(run.report) == {}


def test_information(run: FactsRun) -> None:
    told = findings(run.report, ("info",))
    assert [code for code in run.case.told if not any(meets(found, code) for found in told)] == []


def test_exit_code(run: FactsRun) -> None:
    if not run.pings:
        pytest.skip("the design leaves open how a bundle without captures ends")
    assert run.exit_code == (1 if run.case.found else 0)


def value_of(mode: Any, key: str) -> object:
    """Return what is at a key with dots; None where a truth is not known at all."""
    truth, _, rest = key.partition(".")
    if not rest:
        return mode[truth]
    return mode[truth][rest] if mode[truth] else None


def as_word(value: object) -> str:
    if value is None:
        return UNKNOWN
    return str(value).lower()
