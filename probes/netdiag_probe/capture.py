"""``netdiag-probe capture``: the packets of all interfaces of some namespaces, as pcapng."""

from __future__ import annotations

import argparse

from netdiag_probe import lifeline as lifelines
from netdiag_probe.arguments import number_between
from netdiag_probe.filters import arguments as filter_arguments
from netdiag_probe.filters.arguments import has_wish, read_wanted
from netdiag_probe.filters.bpf import FilterError, Step
from netdiag_probe.filters.pings import build_everything, build_filter
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, NOT_PERMITTED, OK, USAGE, complain
from netdiag_probe.netns import OWN, read_namespace
from netdiag_probe.recording.output import Output, OutputError, find_unfit
from netdiag_probe.recording.pcapng import CaptureFile
from netdiag_probe.recording.recording import Choice
from netdiag_probe.recording.session import Session

LARGEST_SNAP_LENGTH = 262_144
LARGEST_COUNT = 1 << 62

PING_FILTER = "netdiag ping"
"""What a file says chose its packets, if it was our filter for pings and connections."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``capture``."""
    add = parser.add_argument
    add(
        "--netns", action="append", default=[], type=read_namespace, metavar="[LABEL=]PATH|PID",
        help="record this network namespace; repeatable; without it, or as =/proc/self/ns/net, the "
        "probe's own",
    )  # fmt: skip
    filter_arguments.add_arguments(parser)
    add("--expression", metavar="EXPR", help="only what this libpcap expression chooses")
    add(
        "--interface", action="append", default=[], metavar="GLOB", dest="globs",
        help="only interfaces with such a name; repeatable",
    )  # fmt: skip
    add(
        "--snaplen", default=256, type=number_between(1, LARGEST_SNAP_LENGTH), metavar="BYTES",
        help="record so much of each packet (%(default)s)",
    )  # fmt: skip
    add("--promiscuous", action="store_true", help="hear packets for other hosts, too")
    add(
        "--count",
        type=number_between(1, LARGEST_COUNT),
        metavar="N",
        help="end after so many packets",
    )
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Record until the end; return the exit status."""
    problem = _find_misuse(arguments) or find_unfit()
    if problem:
        complain(problem)
        return USAGE
    try:
        steps = _build_program(arguments)
    except FilterError as error:
        complain(str(error))
        return USAGE
    except OSError as error:
        complain(str(error))
        return NOT_PERMITTED
    choice = Choice(arguments.globs, arguments.promiscuous)
    with Lifeline(arguments.deadline) as lifeline, Session(lifeline, choice) as session:
        session.open(arguments.netns or [OWN], steps)
        if not session.recordings:
            return NOT_PERMITTED
        try:
            with Output(lifeline) as output:
                file = CaptureFile(output, arguments.snaplen, _say_choice(arguments))
                session.record(file, arguments.count)
        except OutputError as error:
            if error.problem:
                complain(error.problem)
            return FAILED
    return OK


def _say_choice(arguments: argparse.Namespace) -> str:
    """Return what chooses the packets, as the file tells its readers; empty: nothing does."""
    if arguments.expression is not None:
        return str(arguments.expression)
    return PING_FILTER if has_wish(arguments) else ""


def _find_misuse(arguments: argparse.Namespace) -> str | None:
    is_chosen = has_wish(arguments)
    if arguments.expression is not None and is_chosen:
        return "--expression does not go with --id, --token or --port: it is one or the other"
    if (arguments.hosts or arguments.tunnel_ports) and not is_chosen:
        return "--host and --tunnel-port go with --id, --token or --port only"
    return None


def _build_program(arguments: argparse.Namespace) -> list[Step]:
    if arguments.expression is not None:
        from netdiag_probe.filters.expressions import build_expression  # seldom: it takes its time

        return build_expression(arguments.expression, arguments.snaplen)
    if not has_wish(arguments):
        return build_everything(arguments.snaplen)
    return build_filter(read_wanted(arguments), arguments.snaplen)
