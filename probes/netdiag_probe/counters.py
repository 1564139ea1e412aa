"""``counters``: what the interfaces of this node have counted, as JSON lines on stdout.

    {"event": "counters", "links": {name: [bytes, packets, errors, dropped received,
                                           bytes, packets, errors, dropped sent]}}

A line at once, and one every so many seconds, until the end.
"""

from __future__ import annotations

import argparse
import json
import sys

from netdiag_probe import lifeline as lifelines
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, OK, complain, explain

PATH = "/proc/net/dev"
"""Of the network namespace that this process is in (proc(5))."""

HEADINGS = 2
RECEIVED, SENT = slice(0, 4), slice(8, 12)
"""Bytes, packets, errors, drops among the numbers of a line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommand's arguments."""
    parser.add_argument(
        "--every", type=float, default=1.0, metavar="SECONDS", help="time between two lines"
    )
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write lines until the end; return the exit status."""
    with Lifeline(arguments.deadline) as lifeline:
        while not lifeline.is_over:
            try:
                line = json.dumps({"event": "counters", "links": read_counters()})
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            except BrokenPipeError:
                return OK
            except OSError as error:
                complain(f"cannot tell what interfaces count: {explain(error)}")
                return FAILED
            lifeline.pause(max(arguments.every, 0.1))
    return OK


def read_counters() -> dict[str, list[int]]:
    """Return what each interface has counted."""
    with open(PATH, encoding="utf-8", errors="surrogateescape") as file:
        return counters_in(file.read())


def counters_in(text: str) -> dict[str, list[int]]:
    """Return the counters of such a file; a line of another form is left out."""
    counters = {}
    for line in text.splitlines()[HEADINGS:]:
        name, _, rest = line.rpartition(":")
        numbers = rest.split()
        if len(numbers) >= SENT.stop and all(number.isdigit() for number in numbers):
            values = [int(number) for number in numbers]
            counters[name.strip()] = values[RECEIVED] + values[SENT]
    return counters
