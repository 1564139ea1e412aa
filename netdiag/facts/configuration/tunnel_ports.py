"""The UDP ports of tunnels, as devices and configuration name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netdiag.model.facts.configuration import Configuration
from netdiag.model.facts.facts import Facts
from netdiag.model.udp_tunnels import udp_tunnel_table

HIGHEST_PORT = 65535
_BACKENDS = {"vxlan": "vxlan", "udp": "udp", "wireguard": "wireguard"}


def tunnel_table(facts: Facts, vxlan_ports: Iterable[int] = ()) -> bytes:
    """Return the same as a decoder takes it, with ports of VXLAN that somebody else tells."""
    return udp_tunnel_table(vxlan_ports, tunnel_ports(facts))


def tunnel_ports(facts: Facts) -> dict[int, str]:
    """Return the kind of tunnel by UDP destination port: vxlan, geneve, udp or wireguard."""
    found: dict[int, str] = {}
    for kind, port in _told(facts):
        if port is not None and 0 < port <= HIGHEST_PORT:
            found.setdefault(port, kind)
    return found


def _told(facts: Facts) -> Iterator[tuple[str, int | None]]:
    for node in facts.nodes.values():
        for link in node.host.links or ():
            if link.vxlan is not None and link.kind in ("vxlan", "geneve"):
                yield link.kind, link.vxlan.port
        for device in node.activity.wireguard or ():
            yield "wireguard", device.listen_port
    for node in facts.nodes.values():
        yield from _configured(node.configuration)
    yield from _configured(facts.cluster.configuration)


def _configured(told: Configuration) -> Iterator[tuple[str, int | None]]:
    for flannel in told.flannel:
        if flannel.backend in _BACKENDS:
            yield _BACKENDS[flannel.backend], flannel.port
    for felix in told.felix:
        yield "vxlan", felix.vxlan_port
        yield "wireguard", felix.wireguard_port
    for cilium in told.cilium:
        yield "geneve" if cilium.tunnel_protocol == "geneve" else "vxlan", cilium.tunnel_port
