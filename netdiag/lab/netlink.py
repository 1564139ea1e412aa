"""Links, addresses, routes, neighbours and FDB of one network namespace, by pyroute2."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Final

from pyroute2 import IPRoute
from pyroute2.netlink.exceptions import NetlinkError

from netdiag.lab.errors import LabError, NotPermittedError

PROTOCOL_BIRD: Final = 12
"""``proto bird`` in ``ip route``: what Calico's routes carry."""

PROTOCOL_CALICO: Final = 80
"""What Felix's own routes carry: those of its VXLAN."""

PROTOCOL_KUBE_ROUTER: Final = 17
PROTOCOL_STATIC: Final = 4
_PERMANENT: Final = 0x80
_SELF: Final = 0x02
_ONLINK: Final = 4
_UP: Final = 1
_ANY_SCOPE: Final = 255
_SCOPE_LINK: Final = 253
_MAIN: Final = 254
_UNICAST: Final = 1
_DEFAULT: Final = IPv4Network("0.0.0.0/0")


class Netlink:
    """One namespace's network configuration. Raises LabError with what the kernel said."""

    def __init__(self) -> None:
        """Open it in the namespace that this thread is in."""
        self._route = IPRoute()

    def close(self) -> None:
        """Give the socket back."""
        self._route.close()

    def index(self, interface: str) -> int:
        """Return an interface's index. Raises LabError if there is none of that name."""
        try:
            found = self._route.link_lookup(ifname=interface)
        except NetlinkError as error:
            raise LabError(f"{interface}: {error.args[1]}") from None
        if not found:
            raise LabError(f"there is no interface {interface}")
        return int(found[0])

    def interfaces_up(self) -> tuple[str, ...]:
        """Return the names of all interfaces that are up, but for the loopback."""
        links = self._route.get_links()
        up = (link.get_attr("IFLA_IFNAME") for link in links if link["flags"] & _UP)
        return tuple(name for name in up if name != "lo")

    def has(self, interface: str) -> bool:
        """Tell whether there is an interface of this name."""
        return bool(self._route.link_lookup(ifname=interface))

    def mac(self, interface: str) -> str:
        """Return an interface's MAC address."""
        (link,) = self._route.get_links(self.index(interface))
        return str(link.get_attr("IFLA_ADDRESS"))

    def add_link(self, interface: str, kind: str, **settings: Any) -> None:
        """Make an interface; settings as in pyroute2's ``link``: mtu, address, vxlan_id…"""
        try:
            self._route.link("add", ifname=interface, kind=kind, **settings)
        except NetlinkError as error:
            if error.args[0] in {95, 22, 93, 1}:  # not supported, not known, not permitted
                raise NotPermittedError(
                    f"this kernel makes no {kind} interface: {error.args[1]}"
                ) from None
            raise LabError(f"{interface} cannot be made: {error.args[1]}") from None

    def add_veth(
        self, interface: str, *, peer: Mapping[str, Any], peer_process: int, **settings: Any
    ) -> None:
        """Make a pair: one end here, the other in the namespace of ``peer_process``."""
        other = {**peer, "net_ns_pid": peer_process}
        self.add_link(interface, "veth", peer=other, **settings)

    def delete_link(self, interface: str) -> None:
        """Remove an interface; its routes and neighbours go with it."""
        self._do(f"{interface} cannot be removed", "link", "del", index=self.index(interface))

    def set_link(self, interface: str, **settings: Any) -> None:
        """Change an interface: mtu, address, state (up, down), master (an index, 0 = none)."""
        self._do(
            f"{interface} cannot be set", "link", "set", index=self.index(interface), **settings
        )

    def set_up(self, *interfaces: str) -> None:
        """Set interfaces up."""
        for interface in interfaces:
            self.set_link(interface, state="up")

    def set_port(self, interface: str, bridge: str, *, hairpin: bool = True) -> None:
        """Make an interface a port of a bridge."""
        self.set_link(interface, master=self.index(bridge))
        if hairpin:
            self._do(f"{interface} cannot be set", "brport", "set", index=self.index(interface),
                     mode=1)  # fmt: skip

    def add_address(self, interface: str, address: IPv4Interface, *, scope: int = 0) -> None:
        """Give an interface an address."""
        self._address("add", interface, address, scope)

    def delete_address(self, interface: str, address: IPv4Interface) -> None:
        """Take an address from an interface."""
        self._address("del", interface, address, 0)

    def _address(self, verb: str, interface: str, address: IPv4Interface, scope: int) -> None:
        words: dict[str, Any] = {"address": str(address.ip), "prefixlen": address.network.prefixlen}
        if address.network.prefixlen < 31:
            words["broadcast"] = str(address.network.broadcast_address)
        if scope:
            words["scope"] = scope
        self._do(f"{address} on {interface}", "addr", verb, index=self.index(interface), **words)

    def add_route(self, network: IPv4Network, **settings: Any) -> None:
        """Add a route: via, device, onlink, protocol, table, blackhole, source."""
        self._do(f"route to {network}", "route", "add", **self._route_words(network, **settings))

    def replace_route(self, network: IPv4Network, **settings: Any) -> None:
        """Put a route in the place of the one that is there, if any."""
        self._do(
            f"route to {network}", "route", "replace", **self._route_words(network, **settings)
        )

    def delete_route(self, network: IPv4Network, **settings: Any) -> None:
        """Remove a route, whoever made it."""
        words = self._route_words(network, **settings) | {"proto": 0, "scope": _ANY_SCOPE}
        self._do(f"route to {network}", "route", "del", **words)

    def routed_networks(self) -> frozenset[IPv4Network]:
        """Return where routes lead to: those of the main table, no blackhole, no default."""
        return frozenset(
            IPv4Network((route.get_attr("RTA_DST"), route["dst_len"]))
            for route in self._route.get_routes(family=socket.AF_INET, table=_MAIN, type=_UNICAST)
            if route["dst_len"]
        )

    def _route_words(
        self,
        network: IPv4Network,
        *,
        via: IPv4Address | None = None,
        device: str | None = None,
        onlink: bool = False,
        protocol: int = 3,
        table: int = _MAIN,
        blackhole: bool = False,
        source: IPv4Address | None = None,
    ) -> dict[str, Any]:
        words: dict[str, Any] = {"proto": protocol, "table": table}
        words["family"] = socket.AF_INET
        words["dst"] = "default" if network == _DEFAULT else str(network)
        if via is not None:
            words["gateway"] = str(via)
        elif device is not None:
            words["scope"] = _SCOPE_LINK
        if device is not None:
            words["oif"] = self.index(device)
        if onlink:
            words["flags"] = _ONLINK
        if blackhole:
            words["type"] = "blackhole"
        if source is not None:
            words["prefsrc"] = str(source)
        return words

    def add_rule(self, **settings: Any) -> None:
        """Add a routing rule, as pyroute2's ``rule`` takes it."""
        self._do("routing rule", "rule", "add", **settings)

    def set_neighbour(self, device: str, address: IPv4Address, mac: str) -> None:
        """Set a permanent neighbour entry."""
        self._neighbour("replace", device, address, mac)

    def delete_neighbour(self, device: str, address: IPv4Address) -> None:
        """Remove a neighbour entry."""
        self._neighbour("del", device, address, None)

    def _neighbour(self, verb: str, device: str, address: IPv4Address, mac: str | None) -> None:
        words: dict[str, Any] = {"dst": str(address), "family": socket.AF_INET}
        if mac is not None:
            words |= {"lladdr": mac, "state": _PERMANENT}
        self._do(f"neighbour {address} on {device}", "neigh", verb, ifindex=self.index(device),
                 **words)  # fmt: skip

    def set_fdb(self, device: str, mac: str, remote: IPv4Address) -> None:
        """Have a VXLAN device send frames for a MAC address to a remote VTEP."""
        self._fdb("replace", device, mac, remote)

    def delete_fdb(self, device: str, mac: str, remote: IPv4Address) -> None:
        """Remove such an entry."""
        self._fdb("del", device, mac, remote)

    def _fdb(self, verb: str, device: str, mac: str, remote: IPv4Address) -> None:
        self._do(f"FDB entry {mac} on {device}", "fdb", verb, ifindex=self.index(device),
                 lladdr=mac, dst=str(remote), state=_PERMANENT, flags=_SELF)  # fmt: skip

    def _do(self, what: str, subject: str, *verb: str, **words: Any) -> None:
        try:
            getattr(self._route, subject)(*verb, **words)
        except NetlinkError as error:
            raise LabError(f"{what}: {error.args[1]}") from None
