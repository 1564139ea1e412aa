"""``connect``: attempts to reach a port from inside a network namespace, as JSON lines on stdout.

They are made by the kernel's own sockets, as a program's in the pod would be. A connection carries
no data and is closed at once; a datagram carries the token and nothing of use. The lines are those
of ``netdiag_probe.attempts.events``.
"""

from __future__ import annotations

import argparse
import errno
import socket
import sys

from netdiag_probe import lifeline as lifelines
from netdiag_probe.addresses import family_of, find_fault, find_source, socket_address
from netdiag_probe.arguments import (
    LARGEST_PORT,
    number_between,
    read_hex,
    read_port,
    read_seconds,
)
from netdiag_probe.attempts.attempt import Attempt, Plan
from netdiag_probe.attempts.events import Teller
from netdiag_probe.attempts.session import Session
from netdiag_probe.attempts.tcp import TcpAttempt
from netdiag_probe.attempts.udp import MOST_PAYLOAD, NUMBER_BYTES, UdpAttempt
from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import FAILED, NOT_PERMITTED, OK, USAGE, complain, explain
from netdiag_probe.netns import OWN, read_namespace, run_in_namespace

PROTOCOLS: dict[str, type[Attempt]] = {"tcp": TcpAttempt, "udp": UdpAttempt}

MOST_ATTEMPTS = 500
"""Each has a socket of its own, and a process may have 1024 files."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommand's arguments."""
    parser.add_argument("--protocol", required=True, choices=tuple(PROTOCOLS))
    parser.add_argument("--destination", required=True, metavar="ADDRESS")
    parser.add_argument("--port", required=True, type=read_port, metavar="N")
    parser.add_argument("--source", metavar="ADDRESS", help="default: what the route says")
    parser.add_argument("--source-port", type=read_port, metavar="N",
                        help="of the first attempt, the next one's is the next; default: the "
                        "kernel chooses")  # fmt: skip
    parser.add_argument("--netns", type=read_namespace, default=OWN, metavar="PATH|PID")
    parser.add_argument("--count", type=number_between(1, MOST_ATTEMPTS), default=3, metavar="N")
    parser.add_argument("--interval", type=read_seconds, default=0.2, metavar="SECONDS")
    parser.add_argument("--timeout", type=read_seconds, default=2.0, metavar="SECONDS",
                        help="how long each attempt may take (%(default)s)")  # fmt: skip
    parser.add_argument("--token", type=read_hex, default=b"", metavar="HEX",
                        help="what a datagram begins with; the attempt's number follows, as two "
                        "bytes")  # fmt: skip
    parser.add_argument("--size", type=number_between(0, MOST_PAYLOAD), default=56,
                        metavar="BYTES", help="of a datagram's payload (%(default)s)")  # fmt: skip
    parser.add_argument("--df", action="store_true", help="refuse what does not fit the MTU")
    lifelines.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Try; return the exit status, which does not depend on what came of it."""
    if fault := _fault_of(arguments):
        complain(fault)
        return USAGE
    with Lifeline(arguments.deadline) as lifeline:
        opened = _Opened(arguments)
        try:
            run_in_namespace(arguments.netns, opened.open)
            opened.session().run(lifeline)
        except BrokenPipeError:
            return FAILED
        except OSError as error:
            complain(_explain(error, arguments))
            return USAGE if error.errno in (errno.EADDRNOTAVAIL, errno.ENODEV) else NOT_PERMITTED
        finally:
            opened.close()
    return OK


class _Opened:
    """The sockets of all attempts, opened in their namespace at once."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._attempts: list[Attempt] = []
        self._teller = Teller(_write, arguments.protocol)
        self._source: str | None = None

    def open(self) -> None:
        """Open them in the namespace that the thread is in. Raise OSError."""
        arguments = self._arguments
        self._plan = Plan(
            socket_address(arguments.destination, arguments.port), arguments.source,
            arguments.source_port, arguments.count, arguments.interval, arguments.timeout,
            arguments.df, arguments.token, arguments.size,
        )  # fmt: skip
        if arguments.source is not None:
            _check_source(arguments.source)
        self._source = arguments.source or find_source(self._plan.address)
        attempt = PROTOCOLS[arguments.protocol]
        for number in range(1, arguments.count + 1):
            self._attempts.append(attempt(number, self._plan, self._teller))

    def session(self) -> Session:
        """Return what is to be run, having told that it begins."""
        self._teller.ready(self._source, self._arguments.destination, self._arguments.port)
        return Session(self._attempts, self._plan, self._teller)

    def close(self) -> None:
        """Give the sockets back."""
        for attempt in self._attempts:
            attempt.socket.close()


def _check_source(source: str) -> None:
    """Raise OSError unless that is an address of the namespace that the thread is in."""
    with socket.socket(family_of(source), socket.SOCK_DGRAM) as sender:
        sender.bind(socket_address(source))


def _write(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def _fault_of(arguments: argparse.Namespace) -> str | None:
    """Return what is wrong with the arguments, as a sentence; None if nothing."""
    addresses = [arguments.destination, *([arguments.source] if arguments.source else [])]
    if fault := find_fault(addresses):
        return fault
    if arguments.source_port and arguments.source_port + arguments.count - 1 > LARGEST_PORT:
        return (
            f"there are not {arguments.count} ports from --source-port {arguments.source_port} on"
        )
    needed = len(arguments.token) + NUMBER_BYTES
    if arguments.protocol == "udp" and needed > arguments.size:
        return f"a token of {len(arguments.token)} bytes needs --size {needed} or more"
    return None


def _explain(error: OSError, arguments: argparse.Namespace) -> str:
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{arguments.source} is no address of that namespace"
    is_refused = error.errno in (errno.EPERM, errno.EACCES)
    needs = ": that needs CAP_SYS_ADMIN: run it as root" if is_refused else ""
    return f"cannot connect: {explain(error)}{needs}"
