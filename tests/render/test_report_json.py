"""The report as JSON: one document, and a schema that tells a sound one from a broken one."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from netdiag.model.report import Report
from netdiag.render.report_json import report_json, report_schema
from tests.cli.processes import ROOT
from tests.render.sample_report import REPORT

CHECKED_IN = ROOT / "netdiag" / "model" / "report.schema.json"
REWRITE = (
    "write netdiag/model/report.schema.json anew: python -c 'import sys; from"
    " netdiag.render.report_json import report_schema; sys.stdout.buffer.write(report_schema())'"
)
VALIDATOR = Draft202012Validator(json.loads(report_schema()))

Path = tuple[str | int, ...]

BROKEN: dict[str, tuple[Path, Any]] = {
    "no list of pings": (("pings",), None),
    "a status that does not exist": (("pings", 0, "status"), "lost"),
    "a role that does not exist": (("captures", 0, "role"), "nic"),
    "time as text": (("pings", 0, "request", 0, "time_ns"), "1795220155"),
    "a port as text": (("pings", 0, "request", 0, "encapsulation", 0, "port"), "8472"),
    "a hop without an interface's name": (("pings", 0, "request", 0, "interface"), 3),
    "a severity that does not exist": (("findings", 0, "severity"), "fatal"),
    "evidence of another kind": (("findings", 0, "evidence", 0, "kind"), "guess"),
    "agreement as text": (("mode", "agree"), "yes"),
}
"""What is wrong, and the value put at which place of the sample."""


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(report_json(REPORT, indent=False))
    return read


def changed(place: Path, value: object) -> dict[str, Any]:
    """Return the sample with another value at a place where there is one."""
    whole = document()
    *upper, last = place
    part: Any = whole
    for key in upper:
        part = part[key]
    assert part[last] != value
    part[last] = value
    return whole


def test_the_schema_that_is_checked_in_is_current() -> None:
    assert CHECKED_IN.read_bytes() == report_schema(), REWRITE


def test_the_schema_is_a_schema_of_2020_12() -> None:
    schema = json.loads(report_schema())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "netdiag.report/1"
    assert "$id" not in schema
    Draft202012Validator.check_schema(schema)


def test_every_type_of_the_report_is_described() -> None:
    described = json.loads(report_schema())["$defs"]
    assert len(described) > 15
    assert [name for name, kind in described.items() if not kind.get("description")] == []


def test_a_report_meets_the_schema() -> None:
    VALIDATOR.validate(document())


def test_readers_let_keys_pass_that_were_added_later() -> None:
    later = document()
    later["weather"] = "fine"
    later["pings"][0]["request"][0]["mood"] = "good"
    VALIDATOR.validate(later)


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_report_does_not_meet_the_schema(what: str) -> None:
    assert not VALIDATOR.is_valid(changed(*BROKEN[what]))


@pytest.mark.parametrize("key", ["schema", "mode", "pings", "totals", "findings"])
def test_a_report_without_a_key_does_not_meet_the_schema(key: str) -> None:
    whole = document()
    del whole[key]
    assert not VALIDATOR.is_valid(whole)


@pytest.mark.parametrize("indent", [False, True])
def test_a_report_read_back_is_the_same(indent: bool) -> None:
    assert msgspec.json.decode(report_json(REPORT, indent=indent), type=Report) == REPORT


def test_a_report_is_one_line_unless_indented() -> None:
    written = report_json(REPORT, indent=False)
    assert written.count(b"\n") == 1
    assert written.endswith(b"}\n")
    indented = report_json(REPORT, indent=True)
    assert indented.startswith(b'{\n  "schema": "netdiag.report/1",\n  "captures": [\n')
    assert indented.endswith(b"\n}\n")
