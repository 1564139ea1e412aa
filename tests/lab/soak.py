"""Builds each healthy lab many times, and expects no finding: python -m tests.lab.soak [TIMES]."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from tests.conftest import why_no_labs
from tests.lab.cases import HEALTHY
from tests.lab.conftest import SIDE_BY_SIDE
from tests.lab.trial import Case, Outcome, fits, run_trial

TIMES = 20


def main(times: int) -> int:
    """Return the exit code: 0 if no lab gave a false alarm."""
    if reason := why_no_labs():
        print(reason, file=sys.stderr)
        return 3
    alarms: dict[Case, Counter[str]] = defaultdict(Counter)
    with ProcessPoolExecutor(SIDE_BY_SIDE, mp_context=get_context("fork")) as pool:
        running: dict[Future[Outcome], Case] = {
            pool.submit(run_trial, case): case for _ in range(times) for case in HEALTHY
        }
        for number, future in enumerate(as_completed(running), 1):
            alarms[running[future]].update(false_alarms(future))
            print(f"\r{number} of {len(running)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for case in HEALTHY:
        told = ", ".join(f"{count} x {what}" for what, count in alarms[case].items())
        print(f"{case.name:40} {times} built  {told or 'no false alarm'}")
    total = sum(count for each in alarms.values() for count in each.values())
    print(f"{len(running)} labs, {total} false alarms")
    return 1 if total else 0


def false_alarms(future: Future[Outcome]) -> list[str]:
    """Return what was wrong with a lab that is healthy."""
    if error := future.exception():
        return [f"{type(error).__name__}: {error}"]
    outcome = future.result()
    found = outcome.report["findings"]
    wrong = [each["code"] for each in found if each["severity"] != "info"]
    wrong += [f"lost {way}" for way, got in outcome.answered.items() if not fits(got, "all")]
    if outcome.report["mode"]["agree"] is False:
        wrong.append("truths disagree")
    return wrong


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES))
