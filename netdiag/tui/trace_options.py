"""How to ping, as it is typed in a form -> ``TraceOptions``; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from netdiag.tui.session import TraceOptions

FIRST_COUNT = "3"
MOST_PINGS = 65_535
MOST_PORTS = 16


class OptionError(ValueError):
    """Something cannot be meant: a sentence."""


def typed_options(
    fields: Mapping[str, str], *, continuous: bool, dont_fragment: bool, mtu: bool
) -> TraceOptions:
    """Return what was typed: count, interval, size, tcp, udp. Raises OptionError."""
    return TraceOptions(
        count=None if continuous else _whole(fields["count"], "count", 1, MOST_PINGS),
        interval=_seconds(fields["interval"]),
        payload_bytes=_whole(fields["size"], "size", 16, 65_000),
        dont_fragment=dont_fragment,
        mtu=mtu,
        tcp_ports=_ports(fields["tcp"]),
        udp_ports=_ports(fields["udp"]),
    )


def fields_of(options: TraceOptions) -> dict[str, str]:
    """Return how options are typed."""
    return {
        "count": FIRST_COUNT if options.count is None else str(options.count),
        "interval": f"{options.interval:g}",
        "size": str(options.payload_bytes),
        "tcp": ",".join(map(str, options.tcp_ports)),
        "udp": ",".join(map(str, options.udp_ports)),
    }


def _whole(typed: str, name: str, least: int, most: int) -> int:
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        raise OptionError(f"{name}: a number, please")
    if not least <= int(typed) <= most:
        raise OptionError(f"{name}: from {least:,} to {most:,}")
    return int(typed)


def _seconds(typed: str) -> float:
    try:
        seconds = float(typed.strip().removesuffix("s"))
    except ValueError:
        raise OptionError("interval: seconds, please") from None
    if not 0.01 <= seconds <= 3600:
        raise OptionError("interval: from 0.01 to 3,600 seconds")
    return seconds


def _ports(typed: str) -> tuple[int, ...]:
    ports = [_whole(each, "port", 1, 65_535) for each in re.split(r"[,\s]+", typed.strip()) if each]
    if len(ports) > MOST_PORTS:
        raise OptionError(f"ports: at most {MOST_PORTS}")
    return tuple(dict.fromkeys(ports))
