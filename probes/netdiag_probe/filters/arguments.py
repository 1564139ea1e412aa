"""The arguments that say which pings and connections matter: for packets, and for drops."""

from __future__ import annotations

import argparse
import ipaddress

from netdiag_probe.arguments import add_ports, number_between, read_hex
from netdiag_probe.filters.own_ports import own_tunnel_ports
from netdiag_probe.filters.pings import TOKEN_BYTES, Address, Wanted

_read_number = number_between(0, 0xFFFF)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add them to a command."""
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


def has_wish(arguments: argparse.Namespace) -> bool:
    """Tell whether they choose anything."""
    return bool(arguments.ids or arguments.tokens or arguments.ports)


def read_wanted(arguments: argparse.Namespace) -> Wanted:
    """Return what they choose; ports of tunnels are also those of this namespace's devices."""
    tunnel_ports = [*arguments.tunnel_ports, *own_tunnel_ports()]
    return Wanted(arguments.ids, arguments.tokens, arguments.hosts, tunnel_ports, arguments.ports)


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
