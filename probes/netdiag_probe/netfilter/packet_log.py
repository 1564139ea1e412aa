"""Packets as the kernel logs them: those of a group, and what the tables of iptables-legacy say.

Source: linux/netfilter/nfnetlink_log.h; net/ipv4/netfilter/ip_tables.c, trace_packet().
"""

from __future__ import annotations

import struct
import time
from typing import NamedTuple

from netdiag_probe.netfilter.nfnetlink import LOGS, Message, Nfnetlink, Request, attribute, word
from netdiag_probe.netfilter.table import LOGGED_BYTES
from netdiag_probe.rtnetlink.netlink import Attributes, number, text

TRACE_GROUP = 0
"""Where the kernel logs what is traced, and all that names no group."""
LARGEST_GROUP = 0xFFFF

_PACKET, _CONFIGURE = LOGS << 8, 1
_COMMAND, _MODE, _THRESHOLD = 1, 2, 5
_BIND, _COPY_PACKET = 1, 2
_TIMESTAMP, _IN, _OUT, _PAYLOAD, _PREFIX = 3, 4, 5, 9, 10
_TIME = struct.Struct("!QQ")
_TRACE = "TRACE: "


class Logged(NamedTuple):
    """A packet."""

    prefix: str
    packet: bytes
    """From the network header on."""
    time_ns: int
    """When it came into this namespace, or was heard of."""
    family: int
    interface_in: int | None
    interface_out: int | None


class LegacyTrace(NamedTuple):
    """A rule of iptables-legacy that a packet met; where the packet goes it does not say."""

    table: str
    chain: str
    number: int
    """Which rule of the chain; of a policy one more than it has rules."""


def open_log(group: int) -> Nfnetlink:
    """Return a socket that hears of a group in the thread's network namespace.

    Raise OSError, with EBUSY if somebody else does already.
    """
    log = Nfnetlink()
    mode = struct.pack("!IBx", LOGGED_BYTES, _COPY_PACKET)
    try:
        for body in (attribute(_COMMAND, bytes([_BIND])), attribute(_MODE, mode),
                     word(_THRESHOLD, 1)):  # fmt: skip
            log.ask(LOGS, Request(_CONFIGURE, 0, body, number=group))
    except OSError:
        log.close()
        raise
    return log


def read_logged(message: Message) -> Logged | None:
    """Return the packet that a message is about; None: it is about something else."""
    if message.kind != _PACKET:
        return None
    found = message.attributes
    return Logged(
        text(found.get(_PREFIX, b"")), found.get(_PAYLOAD, b""), _time_of(found), message.family,
        _index(found, _IN), _index(found, _OUT),
    )  # fmt: skip


def read_legacy_trace(prefix: str) -> LegacyTrace | None:
    """Return what ``TRACE: TABLE:CHAIN:rule:N`` says; None: it is something else.

    ``policy`` and ``return`` in place of ``rule`` say little: a rule without conditions is told of
    in the same way.
    """
    parts = prefix.strip().removeprefix(_TRACE).split(":") if prefix.startswith(_TRACE) else []
    if len(parts) < 4 or not parts[-1].isdecimal():
        return None
    return LegacyTrace(parts[0], ":".join(parts[1:-2]), int(parts[-1]))


def _time_of(found: Attributes) -> int:
    stamp = found.get(_TIMESTAMP, b"")
    if len(stamp) < _TIME.size:
        return time.time_ns()
    seconds, microseconds = _TIME.unpack_from(stamp)
    return int(seconds * 1_000_000_000 + microseconds * 1000)


def _index(found: Attributes, kind: int) -> int | None:
    value = found.get(kind)
    return None if value is None else number(value, "big")
