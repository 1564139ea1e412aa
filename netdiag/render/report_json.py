"""The report as JSON, and the JSON Schema that every such document meets."""

from __future__ import annotations

import msgspec

from netdiag.model.report import SCHEMA, Report

DIALECT = "https://json-schema.org/draft/2020-12/schema"
INDENT = 2


def report_json(report: Report, *, indent: bool) -> bytes:
    """Return the report as UTF-8, on one line or indented, with a newline at the end."""
    document = msgspec.json.encode(report)
    return (msgspec.json.format(document, indent=INDENT) if indent else document) + b"\n"


def report_schema() -> bytes:
    """Return the JSON Schema (draft 2020-12) of the report, indented.

    It is open: readers must let keys pass that they don't know, because keys may be added.
    """
    schema = msgspec.json.schema(Report)
    head = {"$schema": DIALECT, "title": SCHEMA}
    document = msgspec.json.encode({**head, **schema}, order="sorted")
    return msgspec.json.format(document, indent=INDENT) + b"\n"
