"""The words of a ladder diagram: times, tunnels, places and clocks, safe to show."""

from __future__ import annotations

from datetime import UTC, datetime

from netdiag.model.report import Clock, Encapsulation, Hop, Point
from netdiag.render.terminal import printable
from netdiag.render.text_fit import cells, shorten

BILLION = 1_000_000_000
LAST_SECOND = 253_402_300_799
"""The end of the year 9999, where the calendar of ``datetime`` ends."""
UNKNOWN_NODE = "node not known"
UNKNOWN_INTERFACE = "not known"


def duration(us: float) -> str:
    """Return a time in the unit that suits it: ``12.3 µs``, ``1.234 ms``, ``2.000 s``."""
    sign, size = ("−" if us < 0 else ""), abs(us)  # noqa: RUF001 - a minus sign, as wide as +
    if size < 999.95:
        return f"{sign}{_short(size, 1)} µs"
    return f"{sign}{size / 1e3:.3f} ms" if size < 999_999.5 else f"{sign}{size / 1e6:.3f} s"


def gap_words(us: float) -> str:
    """Return the time from one hop to the next, with its sign."""
    return duration(us) if us < 0 else f"+{duration(us)}"


def wall_clock(time_ns: int) -> str:
    """Return nanoseconds since 1970 as a date and time in UTC."""
    seconds, nanoseconds = divmod(time_ns, BILLION)
    if not 0 <= seconds <= LAST_SECOND:
        return f"{time_ns} ns since 1970"
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{nanoseconds:09d} UTC"


def clock_words(clock: Clock) -> str:
    """Return a clock's offset: ``node-2 +350.000 ms ± 0.05 ms against node-1``."""
    offset, doubt = clock.offset_us / 1e3, _short(clock.uncertainty_us / 1e3, 4)
    node, other = shorten(printable(clock.node), 40), shorten(printable(clock.relative_to), 40)
    return f"{node} {offset:+.3f} ms ± {doubt} ms against {other}"


def tunnel_words(tunnel: Encapsulation) -> str:
    """Return one tunnel: ``vxlan 10.1.10.9→10.1.10.10 vni 1``."""
    ends = tunnel.source or tunnel.destination
    way = f" {tunnel.source or '?'}→{tunnel.destination or '?'}" if ends else ""
    if tunnel.vni is not None:
        way += f" vni {tunnel.vni}"
    elif tunnel.port is not None:
        way += f" port {tunnel.port}"
    return printable(tunnel.kind + way)


def node_words(node: str | None) -> str:
    """Return a node's name."""
    return UNKNOWN_NODE if node is None else printable(node)


def place_words(place: Hop | Point) -> str:
    """Return a capture point: ``node-1 pod-a:eth0``."""
    interface = UNKNOWN_INTERFACE if place.interface is None else printable(place.interface)
    pod = "" if place.pod is None else f"{printable(place.pod)}:"
    return f"{node_words(place.node)} {pod}{interface}"


def interface_label(pod: str | None, interface: str | None, limit: int) -> str:
    """Return the interface, after its pod's name, in ``limit`` cells; the pod's name gives way."""
    name = UNKNOWN_INTERFACE if interface is None else printable(interface)
    if pod is None:
        return shorten(name, limit)
    room = limit - cells(name) - 1
    return f"{shorten(printable(pod), room)}:{name}" if room >= 5 else shorten(name, limit)


def _short(number: float, digits: int) -> str:
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
