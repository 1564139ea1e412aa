"""What the kernel was told: the state of one network namespace.

The terms are those of iproute2, whose ``ip -d -j`` and ``bridge -j`` give these facts. Addresses
and prefixes are text in canonical form; ``position`` is the place in the ``document``: index of the
item of a JSON array, or line of a text.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

RouteType = Literal[
    "unicast", "local", "broadcast", "multicast", "anycast", "blackhole", "unreachable",
    "prohibit", "throw", "nat",
]  # fmt: skip


class Vxlan(Struct, frozen=True, gc=False):
    """Settings of a VXLAN or GENEVE device."""

    vni: int | None
    """None = the packet's sender chooses it (``external``)."""
    port: int | None
    """UDP destination port; None = not told."""
    local: str | None = None
    lower: str | None = None
    """The device that ``dev`` names: where its packets leave."""
    group: str | None = None
    """Where packets for unknown MAC addresses go: a multicast group or one remote address."""
    learning: bool | None = None
    external: bool = False


class Tunnel(Struct, frozen=True, gc=False):
    """Settings of an IPIP, GRE, SIT or VTI device; None = any."""

    local: str | None = None
    remote: str | None = None
    lower: str | None = None


class LinkCounters(Struct, frozen=True, gc=False):
    """Packets and bytes since the device exists."""

    rx_bytes: int = 0
    rx_packets: int = 0
    rx_errors: int = 0
    rx_dropped: int = 0
    tx_bytes: int = 0
    tx_packets: int = 0
    tx_errors: int = 0
    tx_dropped: int = 0


class Link(Struct, frozen=True, gc=False):
    """A network device."""

    name: str
    document: str
    position: int
    index: int | None = None
    kind: str | None = None
    """``info_kind``: veth, bridge, vxlan, ipip, tun, …; ``""`` = a device that names none, as
    hardware; None = the document does not give kinds (``ip link`` without ``-d``, ``ifconfig``)."""
    type: str | None = None
    """``link/TYPE``: ether, loopback, none, ipip, …"""
    mac: str | None = None
    mtu: int | None = None
    flags: tuple[str, ...] = ()
    state: str | None = None
    """Operational state: UP, DOWN, UNKNOWN, LOWERLAYERDOWN, …"""
    master: str | None = None
    """The bridge, bond or VRF that it is a port of."""
    lower: str | None = None
    """What follows ``@``, if it is in the same namespace: the parent of a VLAN or macvlan."""
    peer_index: int | None = None
    """ifindex of a veth's other end, or of the parent, where that is in another namespace too."""
    peer_namespace: int | None = None
    """Id of the other namespace that ``peer_index`` is in; None = this one, or not told."""
    vxlan: Vxlan | None = None
    tunnel: Tunnel | None = None
    mode: str | None = None
    """``tun`` or ``tap`` of a TUN device; the mode of a macvlan or ipvlan."""
    vlan_id: int | None = None
    port_kind: str | None = None
    """``info_slave_kind``: bridge, bond, …"""
    parent_bus: str | None = None
    """``pci``, ``virtio``, …: the bus of real and of emulated hardware."""
    alias: str | None = None
    virtual_functions: int = 0
    """How many SR-IOV virtual functions it lists."""
    counters: LinkCounters | None = None

    @property
    def is_up(self) -> bool:
        """Return True if it is switched on."""
        return "UP" in self.flags

    @property
    def is_down(self) -> bool:
        """Return True if it is known to be switched off: its flags are told, without UP."""
        return bool(self.flags) and not self.is_up


class Address(Struct, frozen=True, gc=False):
    """An IP address of a device."""

    device: str
    address: str
    prefix_length: int
    document: str
    position: int
    scope: str | None = None
    peer: str | None = None
    """The other end of a point-to-point device."""


class NextHop(Struct, frozen=True, gc=False):
    """Where a route sends packets."""

    device: str | None = None
    gateway: str | None = None
    weight: int = 1
    flags: tuple[str, ...] = ()
    """``onlink``, ``linkdown``, ``dead``, …"""
    encapsulation: str | None = None
    """Lightweight tunnel of the route itself (``encap``): ip, mpls, seg6, …"""


class Route(Struct, frozen=True, gc=False):
    """A route of any table."""

    destination: str
    """A prefix: ``10.244.1.0/24``, a host as ``/32`` or ``/128``, default as ``0.0.0.0/0``."""
    document: str
    position: int
    next_hops: tuple[NextHop, ...] = ()
    """Empty for blackhole and its like."""
    type: RouteType = "unicast"
    table: str = "main"
    """By name for main, local and default, else as it was printed: a number or a name."""
    protocol: str | None = None
    """``kernel``, ``bird``, ``80``, …; None = not printed, which for ``ip`` means boot."""
    scope: str | None = None
    metric: int | None = None
    source: str | None = None
    mtu: int | None = None
    flags: tuple[str, ...] = ()

    @property
    def gateway(self) -> str | None:
        """Return the gateway of the only, or first, next hop."""
        return self.next_hops[0].gateway if self.next_hops else None

    @property
    def device(self) -> str | None:
        """Return the device of the only, or first, next hop."""
        return self.next_hops[0].device if self.next_hops else None


class RoutingRule(Struct, frozen=True, gc=False):
    """An entry of the policy routing database (``ip rule``)."""

    priority: int
    document: str
    position: int
    inverted: bool = False
    """``not``: it applies to what does not match."""
    source: str | None = None
    """A prefix; None = all."""
    destination: str | None = None
    input_device: str | None = None
    output_device: str | None = None
    mark: int | None = None
    mask: int | None = None
    """Of the mark; None = all bits."""
    protocol: str | None = None
    """``ipproto``: icmp, tcp, …"""
    has_other_selectors: bool = False
    """It selects by what is not told here: ports, uid, TOS, tunnel id."""
    action: str = "lookup"
    """``lookup``, or blackhole, unreachable, prohibit, goto, nop."""
    table: str | None = None
    is_ipv6: bool | None = None
    """None = the document does not say; taken for IPv4 and IPv6 alike."""
    suppressed_length: int | None = None
    """``suppress_prefixlength``: routes of its table with a prefix this short do not count, so
    that 0 leaves out the default route."""
    goto: int | None = None
    """Priority of the rule where ``goto`` goes on."""


class Neighbour(Struct, frozen=True, gc=False):
    """An entry of the ARP or neighbour discovery cache."""

    address: str
    device: str
    document: str
    position: int
    mac: str | None = None
    states: tuple[str, ...] = ()
    """REACHABLE, STALE, DELAY, PERMANENT, FAILED, INCOMPLETE, NOARP, …"""
    is_proxy: bool = False


class FdbEntry(Struct, frozen=True, gc=False):
    """An entry of a forwarding database: of a bridge port, or of a VXLAN device."""

    mac: str
    device: str
    document: str
    position: int
    destination: str | None = None
    """Remote VTEP of a VXLAN device."""
    master: str | None = None
    vlan: int | None = None
    port: int | None = None
    vni: int | None = None
    flags: tuple[str, ...] = ()
    """``self``, ``master``, ``extern_learn``, …"""
    state: str | None = None
    """``permanent``, ``static``, ``stale``; empty or None = learned."""


class BridgePort(Struct, frozen=True, gc=False):
    """A port of a bridge."""

    device: str
    bridge: str
    document: str
    position: int
    state: str | None = None
    """forwarding, learning, listening, blocking, disabled."""
    hairpin: bool | None = None
    isolated: bool | None = None


class Namespace(Struct, frozen=True):
    """One network namespace; None = no document told, () = there are none."""

    links: tuple[Link, ...] | None = None
    addresses: tuple[Address, ...] | None = None
    routes: tuple[Route, ...] | None = None
    rules: tuple[RoutingRule, ...] | None = None
    neighbours: tuple[Neighbour, ...] | None = None
    fdb: tuple[FdbEntry, ...] | None = None
    bridge_ports: tuple[BridgePort, ...] | None = None
    has_all_tables: bool = False
    """The routes are those of all tables, not only of ``main``."""
    partial: frozenset[str] = frozenset()
    """Names of those fields above whose document was broken: what is not there may still exist."""
