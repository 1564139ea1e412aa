"""Who talks to whom: one node's NIC, eight peers, their pods, and the ways between them."""

import itertools
import zlib
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from benchmarks.headers import (
    DONT_FRAGMENT,
    ETHERNET_BYTES,
    IPIP,
    IPV4_BYTES,
    UDP,
    UDP_BYTES,
    VXLAN_BYTES,
    Ipv4,
    build_ethernet,
    build_tunnel_udp,
    build_vxlan,
)

PEERS = 8
_NODES = 0x0A00000B  # 10.0.0.11 is the node whose NIC is captured, its peers follow
_FLANNEL_PODS = 0x0AF40000  # 10.244.0.0/16, one /24 per node
_CALICO_PODS = 0xC0A80000  # 192.168.0.0/16, one /24 per node
_CALICO_IPIP_PODS = 0x0A2A0000  # 10.42.0.0/16, one /24 per node
_NIC_MAC = 0x525400120000
_VTEP_MAC = 0x7A6F3C080000
_FLANNEL_VXLAN = (8472, 1)
_CALICO_VXLAN = (4789, 4096)
_CALICO_EVERY = 8
_UNTOUCHED_TTL = 64
_ROUTED_TTL = 63


class Carrier(Protocol):
    """What stands before a packet on the wire."""

    def wrap(self, packet: bytes) -> bytes:
        """Return the frame that carries an IPv4 packet."""


@dataclass(frozen=True, slots=True)
class Plain:
    """No tunnel."""

    ethernet: bytes

    def wrap(self, packet: bytes) -> bytes:
        """Return the frame that carries ``packet`` as it is."""
        return self.ethernet + packet


@dataclass(frozen=True, slots=True)
class Ipip:
    """IPv4 in IPv4 (RFC 2003), as Calico's tunl0 sends it."""

    ethernet: bytes
    outer: Ipv4

    def wrap(self, packet: bytes) -> bytes:
        """Return the frame that carries ``packet`` behind a second IPv4 header."""
        return self.ethernet + self.outer.build_header(len(packet)) + packet


@dataclass(frozen=True, slots=True)
class Vxlan:
    """VXLAN (RFC 7348), as flannel.1 or vxlan.calico sends it."""

    ethernet: bytes
    outer: Ipv4
    ports: tuple[int, int]
    inside_udp: bytes
    """The VXLAN header and the inner Ethernet header."""

    def wrap(self, packet: bytes) -> bytes:
        """Return the frame that carries ``packet`` behind UDP, VXLAN and its own Ethernet."""
        carried_bytes = len(self.inside_udp) + len(packet)
        outer = self.outer.build_header(UDP_BYTES + carried_bytes)
        udp = build_tunnel_udp(*self.ports, carried_bytes)
        return self.ethernet + outer + udp + self.inside_udp + packet


class Way(NamedTuple):
    """One direction between two ends: the inner IPv4 header and what carries it."""

    ip: Ipv4
    carrier: Carrier
    carrier_bytes: int
    mtu: int

    def build_frame(self, body: bytes) -> bytes:
        """Return the next frame, ``body`` being all that follows the inner IPv4 header."""
        return self.carrier.wrap(self.ip.build_header(len(body)) + body)


class Network:
    """Hands out the two ways, there and back, of numbered pairs of ends."""

    def __init__(self) -> None:
        self._identifications = [itertools.count(7919 * node) for node in range(1 + PEERS)]

    def connect_plain(self, pair: int, protocol: int) -> tuple[Way, Way]:
        """Return the ways between the captured node and a peer, without a tunnel."""
        here, there = 0, _peer_of(pair)
        return self._plain(here, there, protocol), self._plain(there, here, protocol)

    def connect_ipip(self, pair: int, protocol: int) -> tuple[Way, Way]:
        """Return the ways between two pods whose nodes use IPIP."""
        here, there = 0, _peer_of(pair)
        return self._ipip(here, there, pair, protocol), self._ipip(there, here, pair, protocol)

    def connect_vxlan(self, pair: int, protocol: int) -> tuple[Way, Way]:
        """Return the ways between two pods whose nodes use VXLAN, one pair in eight Calico's."""
        here, there = 0, _peer_of(pair)
        return self._vxlan(here, there, pair, protocol), self._vxlan(there, here, pair, protocol)

    def _plain(self, source: int, destination: int, protocol: int) -> Way:
        ip = self._between_nodes(source, destination, protocol, DONT_FRAGMENT)
        return Way(ip, Plain(_link(source, destination)), ETHERNET_BYTES, 1500)

    def _ipip(self, source: int, destination: int, pair: int, protocol: int) -> Way:
        outer = self._between_nodes(source, destination, IPIP, DONT_FRAGMENT)
        carrier = Ipip(_link(source, destination), outer)
        inner = _between_pods(_CALICO_IPIP_PODS, source, destination, pair, protocol)
        return Way(inner, carrier, ETHERNET_BYTES + IPV4_BYTES, 1480)

    def _vxlan(self, source: int, destination: int, pair: int, protocol: int) -> Way:
        # Eight consecutive pairs cover the eight peers, so the choice shifts by one each round.
        is_calico = (pair + pair // PEERS) % _CALICO_EVERY == _CALICO_EVERY - 1
        port, vni = _CALICO_VXLAN if is_calico else _FLANNEL_VXLAN
        pods = _CALICO_PODS if is_calico else _FLANNEL_PODS
        inner = _between_pods(pods, source, destination, pair, protocol)
        inside_udp = build_vxlan(vni) + build_ethernet(_VTEP_MAC + source, _VTEP_MAC + destination)
        carrier = Vxlan(
            _link(source, destination),
            self._between_nodes(source, destination, UDP, 0),
            (_hash_source_port(inner, pair), port),
            inside_udp,
        )
        headers = ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES + VXLAN_BYTES + ETHERNET_BYTES
        return Way(inner, carrier, headers, 1450)

    def _between_nodes(self, source: int, destination: int, protocol: int, flags: int) -> Ipv4:
        return Ipv4(
            _NODES + source,
            _NODES + destination,
            protocol,
            _UNTOUCHED_TTL,
            flags,
            self._identifications[source],
        )


def _peer_of(pair: int) -> int:
    return 1 + pair % PEERS


def _link(source: int, destination: int) -> bytes:
    return build_ethernet(_NIC_MAC + source, _NIC_MAC + destination)


def _between_pods(pods: int, source: int, destination: int, pair: int, protocol: int) -> Ipv4:
    host = 2 + pair // PEERS % 250
    return Ipv4(
        pods + (source << 8) + host,
        pods + (destination << 8) + host,
        protocol,
        _ROUTED_TTL,
        DONT_FRAGMENT,
        itertools.count(7919 * pair),
    )


def _hash_source_port(inner: Ipv4, pair: int) -> int:
    """Return a port from Linux' ephemeral range, the same for all packets of a flow's direction."""
    flow = f"{inner.source} {inner.destination} {inner.protocol} {pair}".encode()
    return 32768 + zlib.crc32(flow) % (61000 - 32768)
