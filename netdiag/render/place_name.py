"""Names of places: ``node-1/ens33``, ``node-1/pod-a:eth0``, ``10.244.1.2 (pod-a)``."""

from __future__ import annotations

from collections.abc import Mapping

from netdiag.model.capture_point import CapturePoint
from netdiag.model.path_mtu import MtuHop
from netdiag.model.report import Capture, Hop, Ping, Point

Names = Mapping[str, str]
"""Who has an address: a pod, a service or a node."""


def place_name(place: Point | Hop | Capture | MtuHop) -> str:
    """Return the whole name: node, pod if the interface is in one, interface."""
    return str(CapturePoint(place.node, place.pod, place.interface))


def interface_name(place: Point | Hop | MtuHop) -> str:
    """Return the name within its node: ``ens33``, ``pod-a:eth0``."""
    return str(CapturePoint(None, place.pod, place.interface))


def address_name(address: str, names: Names) -> str:
    """Return an address, and who has it where that is known."""
    return _named(address, names.get(address))


def way_name(source: str, destination: str, names: Names) -> str:
    """Return from where to where: ``10.244.1.2 (pod-a) → 10.96.0.1 (service default/web)``."""
    return f"{address_name(source, names)} → {address_name(destination, names)}"


def ends_name(ping: Ping, names: Names) -> str:
    """Return from where to where: ``10.244.1.2 (pod-a) → 10.244.2.2 (pod-c)``."""
    source = _named(ping.source, ping.source_pod or names.get(ping.source))
    destination = ping.destination_pod or names.get(ping.destination)
    return f"{source} → {_named(ping.destination, destination)}"


def socket_name(socket: str, names: Names) -> str:
    """Return ``10.244.1.2:80 (pod-a)``, without a name where it is not known."""
    return _named(socket, names.get(host_of(socket)))


def host_of(socket: str) -> str:
    """Return the address of ``address:port`` or ``[address]:port``."""
    return socket.rpartition(":")[0].strip("[]")


def _named(words: str, name: str | None) -> str:
    return f"{words} ({name})" if name else words
