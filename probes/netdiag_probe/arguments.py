"""What several subcommands read from the command line: numbers, seconds, ports, hex."""

from __future__ import annotations

import argparse
from collections.abc import Callable

LARGEST_PORT = 0xFFFF


def number_between(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a number of an argument, decimal or with 0x."""

    def read(text: str) -> int:
        try:
            value = int(text, 0)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
        return value

    return read


read_port = number_between(1, LARGEST_PORT)


def read_seconds(text: str) -> float:
    """Return a number of seconds, 0 or more."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 10**6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def read_hex(text: str) -> bytes:
    """Return the bytes that hexadecimal digits stand for."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not hexadecimal") from None


def add_ports(parser: argparse.ArgumentParser, text: str) -> None:
    """Add ``--port``, which may be given several times, as ``ports``."""
    parser.add_argument(
        "--port", action="append", default=[], type=read_port, metavar="N", dest="ports", help=text
    )
