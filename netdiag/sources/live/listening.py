"""Which ports programs listen on at a trace's destination, by what its node told."""

from __future__ import annotations

from typing import Final, NamedTuple

from netdiag.facts.activity.sockets import parse_sockets
from netdiag.model.facts.activity import Socket
from netdiag.model.udp_tunnels import WELL_KNOWN_UDP_TUNNELS
from netdiag.sources.inventory.ends import End
from netdiag.sources.live.gathered import Gathered

DOCUMENT: Final = "ss.txt"
_FIRST_EPHEMERAL: Final = 32_768
_STATES: Final = {"tcp": "LISTEN", "udp": "UNCONN"}


class Listening(NamedTuple):
    """Ports, ascending."""

    tcp: tuple[int, ...] = ()
    udp: tuple[int, ...] = ()


def listening_at(end: End, gathered: Gathered) -> Listening:
    """Return what listens there for others than the end itself, as far as it is told."""
    if end.node is None:
        return Listening()
    pod = ("pods", end.pod.folder) if end.pod else ()
    parts = (end.node.name, "facts", *pod, DOCUMENT)
    if parts not in gathered.documents():
        return Listening()
    sockets = parse_sockets(gathered.read(parts).decode(errors="replace"), DOCUMENT).items
    return Listening(_ports("tcp", sockets, end), _ports("udp", sockets, end))


def _ports(protocol: str, sockets: tuple[Socket, ...], end: End) -> tuple[int, ...]:
    found = {
        socket.local_port
        for socket in sockets
        if socket.protocol == protocol
        and socket.state == _STATES[protocol]
        and _is_open(socket, end)
    }
    useful = {port for port in found if port is not None and port < _FIRST_EPHEMERAL}
    return tuple(sorted(useful - WELL_KNOWN_UDP_TUNNELS.keys()))


def _is_open(socket: Socket, end: End) -> bool:
    address = socket.local_address
    if address in ("*", "::"):
        return True
    is_any = address == "0.0.0.0" and end.address.version == 4
    return is_any or address == str(end.address)
