"""``netdiag-probe capture``: the packets of all interfaces of some namespaces, as pcapng."""

from __future__ import annotations

import argparse
import ipaddress

from netdiag_probe import lifeline as lifelines
from netdiag_probe.arguments import add_ports, number_between, read_hex
from netdiag_probe.filters.bpf import FilterError, Step
from netdiag_probe.filters.pings import (
    TOKEN_BYTES,
    Address,
    Wanted,
    build_everything,
    build_filter,
)
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

_read_number = number_between(0, 0xFFFF)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``capture``."""
    add = parser.add_argument
    add(
        "--netns", action="append", default=[], type=read_namespace, metavar="[LABEL=]PATH|PID",
        help="record this network namespace; repeatable; without it, or as =/proc/self/ns/net, the "
        "probe's own",
    )  # fmt: skip
    add_ping_arguments(parser)
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


def add_ping_arguments(parser: argparse.ArgumentParser) -> None:
    """Add those that say which packets are ours."""
    add = parser.add_argument
    add(
        "--id", action="append", default=[], type=_read_number, metavar="N", dest="ids",
        help="only what matters of pings with this ICMP id; repeatable",
    )  # fmt: skip
    add(
        "--token", action="append", default=[], type=_read_token, metavar="HEX", dest="tokens",
        help="only what matters of pings whose data begins so, 4 bytes or 8; repeatable",
    )  # fmt: skip
    add_ports(parser, "only what matters of TCP and UDP with this port at an end; repeatable")
    add(
        "--host", action="append", default=[], type=_read_address, metavar="ADDRESS", dest="hosts",
        help="with those: fragments and encrypted packets only between such hosts",
    )  # fmt: skip
    add(
        "--tunnel-port", action="append", default=[], type=_read_number, metavar="N",
        dest="tunnel_ports", help="with those: a UDP port of tunnels, beside the usual",
    )  # fmt: skip


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
    return PING_FILTER if _has_wish(arguments) else ""


def _find_misuse(arguments: argparse.Namespace) -> str | None:
    has_wish = _has_wish(arguments)
    if arguments.expression is not None and has_wish:
        return "--expression does not go with --id, --token or --port: it is one or the other"
    if (arguments.hosts or arguments.tunnel_ports) and not has_wish:
        return "--host and --tunnel-port go with --id, --token or --port only"
    return None


def _has_wish(arguments: argparse.Namespace) -> bool:
    """Tell whether our own filter chooses the packets."""
    return bool(arguments.ids or arguments.tokens or arguments.ports)


def _build_program(arguments: argparse.Namespace) -> list[Step]:
    if arguments.expression is not None:
        from netdiag_probe.filters.expressions import build_expression  # seldom: it takes its time

        return build_expression(arguments.expression, arguments.snaplen)
    if not _has_wish(arguments):
        return build_everything(arguments.snaplen)
    wanted = Wanted(
        arguments.ids, arguments.tokens, arguments.hosts, arguments.tunnel_ports, arguments.ports
    )
    return build_filter(wanted, arguments.snaplen)


def _read_token(text: str) -> bytes:
    """Return as much of a token as is compared: eight bytes, or four of a shorter one."""
    token = read_hex(text)
    size = max((size for size in TOKEN_BYTES if size <= len(token)), default=0)
    if not size:
        raise argparse.ArgumentTypeError(f"{text!r} is not {min(TOKEN_BYTES)} bytes or more in hex")
    return token[:size]


def _read_address(text: str) -> Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
