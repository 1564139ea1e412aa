"""``netdiag-probe drops``: which packets the kernel drops and why, as JSON lines on stdout.

Needs CAP_BPF and CAP_PERFMON, a kernel that tells its types (BTF), and 5.17, from when on it tells
reasons. Namespaces are not entered: the kernel tells of all of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from netdiag_probe import lifeline as lifelines
from netdiag_probe.filters import arguments as filter_arguments
from netdiag_probe.filters.arguments import has_wish, read_wanted
from netdiag_probe.filters.bpf import FilterError
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, NOT_PERMITTED, OK, USAGE, complain
from netdiag_probe.netns import OWN, Namespace, identify, read_namespace
from netdiag_probe.recording.output import Output, OutputError
from netdiag_probe.tracing.session import Session
from netdiag_probe.tracing.tracer import RefusedError, Tracer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``drops``."""
    add = parser.add_argument
    add(
        "--netns", action="append", default=[], type=read_namespace, metavar="[LABEL=]PATH|PID",
        help="call this network namespace so; repeatable; drops elsewhere are told as well",
    )  # fmt: skip
    filter_arguments.add_arguments(parser)
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Tell drops until the end; return the exit status."""
    is_chosen = has_wish(arguments)
    if (arguments.hosts or arguments.tunnel_ports) and not is_chosen:
        complain("--host and --tunnel-port go with --id, --token or --port only")
        return USAGE
    wanted = read_wanted(arguments) if is_chosen else None
    labels = _label([OWN, *arguments.netns])
    with Lifeline(arguments.deadline) as lifeline:
        try:
            with Tracer(wanted) as tracer, Output(lifeline) as output:
                Session(tracer, labels).run(lifeline, output)
        except FilterError as error:
            complain(str(error))
            return USAGE
        except RefusedError as error:
            complain(f"cannot trace drops: {error}")
            return NOT_PERMITTED
        except OutputError as error:
            if error.problem:
                complain(error.problem)
            return FAILED
    return OK


def _label(namespaces: Sequence[Namespace]) -> dict[int, str]:
    """Return what namespaces are called, by number; of one with several names, the first."""
    labels: dict[int, str] = {}
    for namespace in namespaces:
        number = identify(namespace)
        if number is None:
            complain(f"namespace {namespace.label} has no label: cannot open {namespace.path}")
        else:
            labels.setdefault(number, namespace.label)
    return labels
