"""What a report says, beside what ``expected.json`` of a lab's recording says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.analyze.remedies import uncopyable
from tests.analyze.running import Report, path

Expected = dict[str, Any]
TRUTHS = ("configured", "programmed", "observed")


def deviations(
    expected: Expected, exit_code: int, report: Report
) -> dict[str, tuple[object, object]]:
    """Return what is otherwise than expected: what it is -> (as found, as expected)."""
    compared = (
        *_findings(expected, exit_code, report),
        *_mode(expected, report),
        *_pings(expected, report),
    )
    return {what: (found, wanted) for what, found, wanted in compared if found != wanted}


def _findings(
    expected: Expected, exit_code: int, report: Report
) -> Iterator[tuple[str, object, object]]:
    """Compare the first finding; others may stand beside it if their codes are listed."""
    loud = [
        {"code": finding["code"], "node": finding["node"]}
        for finding in report["findings"]
        if finding["severity"] != "info"
    ]
    wanted = expected["finding"]
    also_ok = {one["code"] for one in expected.get("also_ok", ())}
    yield "finding", loud[0] if loud else None, wanted
    yield "beside it", [one for one in loud[1:] if one["code"] not in also_ok], []
    yield "remedies", uncopyable(report), {}
    yield "exit code", exit_code, 0 if wanted is None else 1


def _mode(expected: Expected, report: Report) -> Iterator[tuple[str, object, object]]:
    found = report["mode"]
    yield "backend", found["backend"], expected["backend"]
    if "mode" in expected:
        for truth in TRUTHS:
            wanted = expected["mode"][truth]["encapsulation"]
            yield truth, found[truth]["encapsulation"], wanted
        yield "agree", found["agree"], expected["mode"]["agree"]
    elif expected["finding"] is None:
        yield "disagree", found["agree"] is False, False


def _pings(expected: Expected, report: Report) -> Iterator[tuple[str, object, object]]:
    if "answered" in expected:
        yield "answered", report["totals"]["answered"], expected["answered"]
    for way in ("request", "reply"):
        if f"{way}_path" in expected:
            hops = [
                {**hop, "encapsulation": hop["encapsulated"]} for hop in expected[f"{way}_path"]
            ]
            yield way, path(report["pings"][0][way]), path(hops)
