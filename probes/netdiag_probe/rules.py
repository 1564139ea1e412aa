"""``rules``: which rule of nftables or iptables drops our packets, as JSON lines on stdout.

For as long as it runs, a table of its own has the kernel trace the packets that the arguments
describe, and no others. The lines are those of ``netdiag_probe.netfilter.events``.
"""

from __future__ import annotations

import argparse

from netdiag_probe import lifeline as lifelines
from netdiag_probe.filters import arguments as filter_arguments
from netdiag_probe.filters.arguments import has_wish, read_wanted
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, NOT_PERMITTED, OK, USAGE, complain
from netdiag_probe.netfilter.session import Session
from netdiag_probe.netfilter.table import TooManyRulesError
from netdiag_probe.netns import OWN, read_namespace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``rules``."""
    add = parser.add_argument
    add(
        "--netns", action="append", default=[], type=read_namespace, metavar="[LABEL=]PATH|PID",
        help="watch the rules of this network namespace, too; repeatable",
    )  # fmt: skip
    filter_arguments.add_arguments(parser)
    add("--all", action="store_true", dest="all_rules", help="tell of every rule that is met")
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Watch until the end; return the exit status."""
    if not has_wish(arguments):
        complain("say which packets are yours, with --id, --token or --port")
        return USAGE
    with Lifeline(arguments.deadline) as lifeline:
        session = Session(lifeline, read_wanted(arguments), all_rules=arguments.all_rules)
        try:
            with session:
                if not session.arm([*arguments.netns, OWN], arguments.deadline):
                    return NOT_PERMITTED
                session.run()
        except TooManyRulesError as error:
            complain(str(error))
            return USAGE
        except BrokenPipeError:
            return FAILED
    return OK
