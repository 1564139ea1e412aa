"""Names of places: ``node-1/ens33``, ``node-1/pod-a:eth0``, ``10.244.1.2 (pod-a)``."""

from __future__ import annotations

from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Capture, Hop, Ping, Point


def place_name(place: Point | Hop | Capture) -> str:
    """Return the whole name: node, pod if the interface is in one, interface."""
    return str(CapturePoint(place.node, place.pod, place.interface))


def interface_name(place: Point | Hop) -> str:
    """Return the name within its node: ``ens33``, ``pod-a:eth0``."""
    return str(CapturePoint(None, place.pod, place.interface))


def address_name(address: str, pod: str | None) -> str:
    """Return an address, with its pod where that is known."""
    return f"{address} ({pod})" if pod else address


def ends_name(ping: Ping) -> str:
    """Return from where to where: ``10.244.1.2 (pod-a) → 10.244.2.2 (pod-c)``."""
    source = address_name(ping.source, ping.source_pod)
    return f"{source} → {address_name(ping.destination, ping.destination_pod)}"
