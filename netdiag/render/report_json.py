"""The report, the inspection and the path as JSON, and the JSON Schemas that these meet."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from netdiag.model import expected as expected_model
from netdiag.model import inspection as inspection_model
from netdiag.model.expected import ExpectedPath
from netdiag.model.inspection import Inspection
from netdiag.model.report import SCHEMA, Report

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INDENT = 2


def report_json(report: Report, *, indent: bool) -> bytes:
    """Return the report as UTF-8, on one line or indented, with a newline at the end."""
    return _json(report, indent)


def inspection_json(inspection: Inspection, *, indent: bool) -> bytes:
    """Return the inspection as UTF-8, on one line or indented, with a newline at the end."""
    return _json(inspection, indent)


def path_json(path: ExpectedPath, *, indent: bool) -> bytes:
    """Return the expected path as UTF-8, on one line or indented, with a newline at the end."""
    return _json(path, indent)


def report_schema() -> bytes:
    """Return the JSON Schema (draft 2020-12) of the report, indented.

    It is open: readers must let keys pass that they don't know, because keys may be added.
    """
    return _schema(Report, SCHEMA)


def inspection_schema() -> bytes:
    """Return the JSON Schema of the inspection, as open as the report's."""
    return _schema(Inspection, inspection_model.SCHEMA)


def path_schema() -> bytes:
    """Return the JSON Schema of the expected path, as open as the report's."""
    return _schema(ExpectedPath, expected_model.SCHEMA)


def _json(document: Struct, indent: bool) -> bytes:
    data = msgspec.json.encode(document)
    return (msgspec.json.format(data, indent=INDENT) if indent else data) + b"\n"


def _schema(model: type[Struct], title: str) -> bytes:
    head = {"$schema": DIALECT, "title": title}
    document = msgspec.json.encode({**head, **msgspec.json.schema(model)}, order="sorted")
    return msgspec.json.format(document, indent=INDENT) + b"\n"
