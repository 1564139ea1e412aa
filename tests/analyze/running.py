"""Runs ``netdiag analyze`` on a bundle; what comes out is checked against the JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from tests.analyze.case import Case
from tests.bundles.simulate import Frame, Truth, write_bundle
from tests.cli.processes import ROOT, netdiag

SCHEMA = ROOT / "netdiag" / "model" / "report.schema.json"
Report = dict[str, Any]
Item = dict[str, Any]


class Run(NamedTuple):
    """A simulated bundle that was analysed."""

    case: Case
    folder: Path
    truths: list[Truth]
    exit_code: int
    report: Report

    def pings(self) -> list[tuple[Truth, Item]]:
        """Return the listed pings, each with what is true of it."""
        assert self.report["totals"]["pings"] == len(self.truths)
        return [(self.truths[ping["number"] - 1], ping) for ping in self.report["pings"]]

    def frame(self, hop: Item) -> Frame:
        """Return where a hop's packet is."""
        return Frame(Path(hop["file"]).relative_to(self.folder).as_posix(), hop["frame"])


def analyze(*paths: Path | str) -> tuple[int, Report]:
    """Return the exit code and the report, which meets the schema."""
    done = netdiag("analyze", *paths, "--json")
    assert done.stdout, f"no report, exit code {done.returncode}: {done.stderr}"
    report: Report = json.loads(done.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_bytes())).validate(report)
    return done.returncode, report


def run_case(case: Case, folder: Path) -> Run:
    truths = write_bundle(case.bundle, folder)
    return Run(case, folder, truths, *analyze(folder))


def findings(report: Report, severities: Iterable[str]) -> list[str]:
    """Return ``code node`` of the findings of these severities."""
    wanted = set(severities)
    return [
        f"{found['code']} {found['node'] or '-'}"
        for found in report["findings"]
        if found["severity"] in wanted
    ]


def place(point: Item) -> str:
    """Return a hop or a point as ``node/pod:interface``."""
    pod = f"{point['pod']}:" if point["pod"] else ""
    return f"{point['node']}/{pod}{point['interface']}"


def path(hops: list[Item]) -> list[str]:
    """Return the hops' places, those under a tunnel with a star."""
    return [place(hop) + ("*" if hop["encapsulation"] else "") for hop in hops]


def meets(found: str, expected: str) -> bool:
    """Tell whether ``code node`` is one of ``code|code node``."""
    code, _, node = found.partition(" ")
    codes, _, nodes = expected.partition(" ")
    fits = (
        not wanted or "*" in wanted or word in wanted
        for word, wanted in ((code, codes.split("|")), (node, (nodes or "-").split("|")))
    )
    return all(fits)
