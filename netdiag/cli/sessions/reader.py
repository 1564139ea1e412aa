"""A process that reads captures and documents, and tells what it finds on its stdout.

On its own it leaves the screens' process free to answer keys, can be ended at any moment, and
gives all its memory back. Without PATHs it looks at this machine. Its stdin is its lifeline: when
that closes, whoever started it is gone, and it ends.
"""

from __future__ import annotations

import os
import sys
import time
from threading import Thread

from netdiag.cli.case import Case
from netdiag.cli.sessions.faults import fault_words
from netdiag.cli.sessions.frames import (
    BytesRead,
    Ended,
    FactsRead,
    Failed,
    ProblemsMet,
    ReportMade,
    tell,
)
from netdiag.model.facts.facts import Facts
from netdiag.model.inspection import Inspection
from netdiag.model.report import MAX_PINGS
from netdiag.sources.found import Problem, gathered

TICK_SECONDS = 0.1


def main(paths: tuple[str, ...]) -> None:
    """Read the PATHs and tell; a reader that is gone ends it."""
    try:
        if paths:
            _read_paths(paths)
        else:
            _read_machine()
        tell(Ended())
    except BrokenPipeError:
        os._exit(0)
    except MemoryError:
        tell(Failed("there is not enough memory to read this"))
    except Exception as error:
        tell(Failed(fault_words(error)))


def _read_paths(paths: tuple[str, ...]) -> None:
    from netdiag.sources.paths import find_all

    found = find_all(paths)
    labels = [document.label for document in found.documents.values()]
    found.without_captures = [  # for the screens documents are enough
        path
        for path in found.without_captures
        if not any(label.startswith(path) for label in labels)
    ]
    case = Case(found)
    if not case.has_captures and not case.has_nodes:
        tell(Failed("; ".join(_sentences(case.problems)) or "there is nothing to read"))
        return
    if case.has_nodes:
        tell(FactsRead(case.facts, inspection_of(case.facts)))
    if case.has_captures:
        tell(ReportMade(case.read(_Ticking(case.size_bytes()))))
    tell(ProblemsMet(_sentences([*case.problems, *case.bad_documents])))


def _read_machine() -> None:
    from netdiag.cli.bundle_facts import bad_documents
    from netdiag.sources.this_node import MissingToolError, read_this_node

    try:
        facts = read_this_node()
    except MissingToolError as error:
        tell(Failed(str(error)))
        return
    tell(FactsRead(facts, inspection_of(facts)))
    tell(ProblemsMet(_sentences(bad_documents(facts))))


def inspection_of(facts: Facts) -> Inspection:
    """Return what facts say without packets."""
    from netdiag.explain.inspection import inspect_facts
    from netdiag.sources.analysis import Analysis

    return inspect_facts(facts, Analysis([], None, False).read(), most=MAX_PINGS)


def _sentences(problems: list[Problem]) -> tuple[str, ...]:
    return tuple(f"{problem.label}: {problem.reason}" for problem in gathered(problems))


class _Ticking:
    """Tells how much was read, not too often."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._next = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + TICK_SECONDS
            tell(BytesRead(done, self._total))


def _end_with_stdin() -> None:
    while os.read(0, 4096):  # not by sys.stdin, whose lock would be held when the process ends
        pass
    os._exit(0)


if __name__ == "__main__":
    Thread(target=_end_with_stdin, daemon=True).start()
    main(tuple(sys.argv[1:]))
