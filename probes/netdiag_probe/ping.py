"""``ping``: ICMP echoes from inside a network namespace, as JSON lines on stdout.

The container needs no ping program: a raw socket that is opened in the namespace stays there.
Without ``--df`` the kernel decides as it does for ping: packets that fit carry DF, and larger ones
are fragmented. With it (``ping -M do``) larger ones are refused, with the MTU that is known. With
``--sweep`` it looks for the largest packet with DF that is answered, whatever is known: larger
ones are lost on purpose. The lines are those of ``netdiag_probe.echo.events``.
"""

from __future__ import annotations

import argparse
import errno
import random
import socket
import sys
from typing import NamedTuple

from netdiag_probe import lifeline as lifelines
from netdiag_probe.addresses import (
    SocketAddress,
    family_of,
    find_fault,
    find_source,
    socket_address,
)
from netdiag_probe.arguments import number_between, read_hex, read_seconds
from netdiag_probe.echo.events import Teller
from netdiag_probe.echo.packets import MOST_PAYLOAD, build_payload
from netdiag_probe.echo.route import Leaving, find_leaving
from netdiag_probe.echo.session import Plan, Session
from netdiag_probe.echo.sockets import (
    PMTUDISC_INTERFACE,
    PMTUDISC_PROBE,
    EchoSocket,
    Settings,
)
from netdiag_probe.echo.sweep import Sweep
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, NOT_PERMITTED, OK, USAGE, complain, explain
from netdiag_probe.netns import OWN, read_namespace, run_in_namespace

MOST_REQUESTS = 65535
"""Then sequence numbers repeat."""

TOLD_BYTES = 16
"""So much of a sweep's payload is told: by it, its packets are known wherever they are seen."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommand's arguments."""
    parser.add_argument("--destination", required=True, metavar="ADDRESS")
    parser.add_argument("--source", metavar="ADDRESS", help="default: what the route says")
    parser.add_argument("--netns", type=read_namespace, default=OWN, metavar="PATH|PID")
    parser.add_argument(
        "--id", type=number_between(0, 0xFFFF), help="ICMP identifier; default: random"
    )
    parser.add_argument("--token", type=read_hex, default=b"", metavar="HEX",
                        help="what the payload begins with")  # fmt: skip
    parser.add_argument("--count", type=number_between(1, MOST_REQUESTS), default=3)
    parser.add_argument("--interval", type=read_seconds, default=0.2, metavar="SECONDS")
    parser.add_argument("--timeout", type=read_seconds, default=1.0, metavar="SECONDS",
                        help="how long to wait after the last request")  # fmt: skip
    parser.add_argument("--size", type=number_between(0, MOST_PAYLOAD), default=56, metavar="BYTES",
                        help="of the payload")  # fmt: skip
    parser.add_argument("--ttl", type=number_between(1, 255))
    parser.add_argument("--df", action="store_true", help="refuse what does not fit the MTU")
    parser.add_argument(
        "--sweep",
        action="store_true",
        help="find the largest size that is answered; count, size, df don't count",
    )
    family = parser.add_mutually_exclusive_group()
    family.add_argument("-4", dest="version", action="store_const", const=4)
    family.add_argument("-6", dest="version", action="store_const", const=6)
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ping; return the exit status, which does not depend on replies."""
    if fault := _fault_of(arguments):
        complain(fault)
        return USAGE
    with Lifeline(arguments.deadline) as lifeline:
        try:
            ends = run_in_namespace(arguments.netns, lambda: _open(arguments))
        except OSError as error:
            complain(_explain(error, arguments))
            return USAGE if error.errno in (errno.EADDRNOTAVAIL, errno.ENODEV) else NOT_PERMITTED
        try:
            _ping(arguments, ends, lifeline)
        except BrokenPipeError:
            return FAILED
        finally:
            for opened in ends.sockets:
                opened.close()
    return OK


class _Ends(NamedTuple):
    """Sockets in the namespace, and the ends of their packets."""

    sockets: tuple[EchoSocket, ...]
    """Of a sweep the second one allows fragments."""
    address: SocketAddress
    source: str | None
    leaving: Leaving | None
    """Of a sweep."""


def _ping(arguments: argparse.Namespace, ends: _Ends, lifeline: Lifeline) -> None:
    number = random.randrange(1, 0x10000) if arguments.id is None else arguments.id
    plan = Plan(
        ends.address, number, arguments.token, arguments.size, arguments.count,
        arguments.interval, arguments.timeout,
    )  # fmt: skip
    teller = Teller(_write)
    if ends.leaving is None:
        teller.ready(ends.source, arguments.destination, number)
        Session(ends.sockets[0], plan, teller).run(lifeline)
        return
    begins = build_payload(arguments.token, TOLD_BYTES).hex()
    swept = {"interface": ends.leaving.device, "mtu": ends.leaving.mtu, "payload": begins}
    teller.ready(ends.source, arguments.destination, number, sweep=swept)
    Sweep(ends.sockets, plan, teller, ends.leaving.mtu).run(lifeline)


def _write(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def _open(arguments: argparse.Namespace) -> _Ends:
    """Open what is needed in the namespace that the thread is in."""
    address, family = socket_address(arguments.destination), family_of(arguments.destination)
    kinds: tuple[int | None, ...] = (None,)
    leaving = None
    if arguments.sweep:
        leaving = find_leaving(family, arguments.source, address[0])
        is_ipv6 = family == socket.AF_INET6
        kinds = (PMTUDISC_PROBE,) if is_ipv6 else (PMTUDISC_PROBE, PMTUDISC_INTERFACE)
    opened: list[EchoSocket] = []
    try:
        for kind in kinds:
            settings = Settings(arguments.source, arguments.ttl, arguments.df, kind)
            opened.append(EchoSocket(family, settings))
    except BaseException:
        for each in opened:
            each.close()
        raise
    return _Ends(tuple(opened), address, arguments.source or find_source(address), leaving)


def _fault_of(arguments: argparse.Namespace) -> str | None:
    """Return what is wrong with the arguments, as a sentence; None if nothing."""
    addresses = [arguments.destination, *([arguments.source] if arguments.source else [])]
    if fault := find_fault(addresses, arguments.version):
        return fault
    if len(arguments.token) > arguments.size:
        return (
            f"a token of {len(arguments.token)} bytes needs --size {len(arguments.token)} or more"
        )
    return None


def _explain(error: OSError, arguments: argparse.Namespace) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{arguments.source} is no address of that namespace"
    if error.errno in (errno.EPERM, errno.EACCES) and error.filename is None:
        told = explain(error)
        needs = "CAP_SYS_ADMIN" if "namespace" in told else "CAP_NET_RAW"
        return f"cannot ping: {told}: that needs {needs}: run it as root"
    return f"cannot ping: {explain(error)}"
