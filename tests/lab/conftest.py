"""Trials run side by side while the tests ask for them one by one; their measures are printed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.lab.cases import CASES
from tests.lab.trial import Case, Outcome, run_trial

SIDE_BY_SIDE = 3
"""Labs at one time: they wait for pings most of the time."""

MEASURED: list[Outcome] = []


class Trials:
    """The trials of a session: begun ahead of the tests that ask for them."""

    def __init__(self, wanted: list[Case]) -> None:
        self._pool = ProcessPoolExecutor(SIDE_BY_SIDE, mp_context=get_context("fork"))
        self._futures: dict[Case, Future[Outcome]] = {
            case: self._pool.submit(run_trial, case) for case in wanted
        }

    def outcome(self, case: Case) -> Outcome:
        """Return what came of a trial; wait for it if it still runs."""
        return self._futures[case].result()

    def end(self) -> None:
        """Give up those that nobody will ask for."""
        self._pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def trials(request: pytest.FixtureRequest) -> Iterator[Trials]:
    specs = [getattr(item, "callspec", None) for item in request.session.items]
    params = [spec.params.get("case") for spec in specs if spec is not None]
    asked = {param for param in params if isinstance(param, Case)}
    running = Trials([case for case in CASES if case in asked])
    yield running
    running.end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured of each mode."""
    if not MEASURED:
        return
    terminalreporter.section("labs")
    titles = (
        "mode",
        "up s",
        "down s",
        "round trip µs",
        "hops there",
        "and back",
        "findings",
        "trace s",
    )
    rows = [titles, *map(_row, MEASURED)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(titles))]
    for row in rows:
        terminalreporter.write_line("  ".join(map(str.ljust, row, widths)).rstrip())


def _row(outcome: Outcome) -> tuple[str, ...]:
    first = outcome.report["pings"][0]
    loud = [found for found in outcome.report["findings"] if found["severity"] != "info"]
    return (
        outcome.case.name,
        f"{outcome.up_seconds:.2f}",
        f"{outcome.down_seconds:.2f}",
        f"{outcome.round_trip_us:.0f}",
        str(len(first["request"])),
        str(len(first["reply"])),
        str(len(loud)),
        f"{outcome.trace_seconds:.2f}",
    )
