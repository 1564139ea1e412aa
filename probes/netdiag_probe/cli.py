"""The command line: one module for each subcommand, loaded only when it is asked for.

Such a module has ``add_arguments(parser)`` and ``run(arguments) -> exit status``.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from collections.abc import Sequence

from netdiag_probe import __version__
from netdiag_probe.messages import PROGRAM

COMMANDS = {
    "capture": "write the packets of all interfaces to stdout, as pcapng",
    "connect": "reach a port by TCP or UDP and write what came of it to stdout, as JSON lines",
    "counters": "write what the interfaces of this node count, again and again, as JSON lines",
    "drops": "write which packets the kernel drops, and why, to stdout, as JSON lines",
    "facts": "write what this node says of its network to stdout, as JSON",
    "ping": "send ICMP echoes and write what came of them to stdout, as JSON lines",
    "rules": "write which rules drop packets of ours to stdout, as JSON lines",
}
"""The subcommands, and what the help says of each."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the subcommand that the arguments name; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until a command listens it just ends the probe
    words = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Observe the network of this node.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=text, description=f"{PROGRAM} {name}: {text}.")
        if name in words[:1]:
            module = importlib.import_module(f"netdiag_probe.{name}")
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    arguments = parser.parse_args(words)
    status: int = arguments.run(arguments)
    return status
