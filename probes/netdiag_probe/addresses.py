"""Addresses of arguments, as sockets want them: ``10.0.0.1``, ``fd00::1``, ``fe80::1%eth0``."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Sequence
from typing import Any

SocketAddress = tuple[Any, ...]

_ANY_PORT = 1025


def find_fault(addresses: Sequence[str], version: int | None = None) -> str | None:
    """Return what is wrong with source and destination, as a part of a sentence; None: nothing.

    ``version``: the only one that is wanted.
    """
    versions = {_version_of(address) for address in addresses}
    if 0 in versions:
        return f"{' or '.join(addresses)} is no IP address: names are not looked up here"
    if len(versions | ({version} - {None})) > 1:
        return "source, destination and -4 or -6 must be of one IP version"
    return None


def family_of(address: str) -> socket.AddressFamily:
    """Return the address family of an address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def socket_address(address: str, port: int = 0) -> SocketAddress:
    """Return an address in the namespace that the thread is in. Raise OSError."""
    host, _, zone = address.partition("%")
    is_ipv6 = family_of(address) == socket.AF_INET6
    return (host, port, 0, _index_of(zone)) if is_ipv6 else (host, port)


def find_source(address: SocketAddress) -> str | None:
    """Return the address that packets would be sent from; None if there is no route."""
    with socket.socket(family_of(address[0]), socket.SOCK_DGRAM) as sender:
        try:
            sender.connect((address[0], _ANY_PORT, *address[2:]))
        except OSError:
            return None
        return str(sender.getsockname()[0])


def _index_of(zone: str) -> int:
    if not zone or zone.isdecimal():
        return int(zone or "0")
    try:
        return socket.if_nametoindex(zone)
    except OSError:
        raise OSError(errno.ENODEV, f"there is no interface {zone}") from None


def _version_of(address: str) -> int:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).version
    except ValueError:
        return 0
