"""Services of the lab, and kube-proxy's rules for them (mode iptables).

``web`` (TCP, NodePort 30080), ``sticky`` (session affinity), ``kube-dns`` (UDP, NodePort 30053)
have endpoints on two nodes; ``hairpin``'s only endpoint is pod-a, which may call itself by it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from netdiag.lab.cluster import Cluster, Node, Pod
from netdiag.lab.responder import TCP_PORT, UDP_PORT
from netdiag.lab.rules import Rules

_MASQUERADE_MARK: Final = "0x4000/0x4000"
AFFINITY_SECONDS: Final = 10800


@dataclass(frozen=True)
class Service:
    """A service with one port."""

    name: str
    """``namespace/name:port-name``."""
    address: str
    protocol: str
    port: int
    target_port: int
    pods: tuple[str, ...]
    """Names of its endpoints."""
    node_port: int | None = None
    affinity: bool = False

    def chain(self, kind: str, *more: str) -> str:
        """Return the name of a chain as kube-proxy makes it: KUBE-SVC-, KUBE-SEP-, KUBE-EXT-.

        Source: ``portProtoHash``, ``servicePortEndpointChainName`` in pkg/proxy/iptables.
        """
        digest = hashlib.sha256("".join((self.name, self.protocol, *more)).encode()).digest()
        return f"KUBE-{kind}-{base64.b32encode(digest).decode()[:16]}"


SERVICES: Final = (
    Service("default/web:http", "10.96.0.100", "tcp", 80, TCP_PORT, ("pod-b", "pod-c"), 30080),
    Service("default/sticky:http", "10.96.0.101", "tcp", 80, TCP_PORT, ("pod-b", "pod-c"),
            affinity=True),
    Service("default/hairpin:http", "10.96.0.102", "tcp", 80, TCP_PORT, ("pod-a",)),
    Service("kube-system/kube-dns:dns", "10.96.0.10", "udp", 53, UDP_PORT, ("pod-b", "pod-c"),
            30053),
)  # fmt: skip

_FILTER: Final = (
    '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
    "-A INPUT -j KUBE-FIREWALL",
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" '
    "-j KUBE-SERVICES",
    '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" '
    "-j KUBE-SERVICES",
    "-A OUTPUT -j KUBE-FIREWALL",
    '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming '
    'localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" '
    f"-m mark --mark {_MASQUERADE_MARK} -j ACCEPT",
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" '
    "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
)
_NAT_FIRST: Final = (
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    f"-A KUBE-MARK-MASQ -j MARK --set-xmark {_MASQUERADE_MARK}",
    f"-A KUBE-POSTROUTING -m mark ! --mark {_MASQUERADE_MARK} -j RETURN",
    "-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0",
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" '
    "-j MASQUERADE --random-fully",
)
_NODE_PORTS_LAST: Final = (
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the '
    'last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS'
)


def service_rules(cluster: Cluster, node: Node) -> Rules:
    """Return kube-proxy's rules on a node."""
    pods = {pod.name: pod for pod in cluster.pods}
    nat = list(_NAT_FIRST)
    for service in SERVICES:
        endpoints = tuple(pods[name] for name in service.pods if name in pods)
        nat += _service(service, endpoints, str(cluster.network))
    return {"filter": _FILTER, "nat": (*nat, _NODE_PORTS_LAST)}


def _service(service: Service, endpoints: tuple[Pod, ...], network: str) -> Iterator[str]:
    chain, external = service.chain("SVC"), service.chain("EXT")
    protocol = service.protocol
    said = f'-m comment --comment "{service.name} cluster IP"'
    to_it = f"-d {service.address}/32 -p {protocol} {said} -m {protocol} --dport {service.port}"
    yield f"-A KUBE-SERVICES {to_it} -j {chain}"
    if service.node_port:
        named = f'-m comment --comment "{service.name}"'
        yield (
            f"-A KUBE-NODEPORTS -p {protocol} {named} -m {protocol} --dport {service.node_port} "
            f"-j {external}"
        )
        outside = f'"masquerade traffic for {service.name} external destinations"'
        yield f"-A {external} -m comment --comment {outside} -j KUBE-MARK-MASQ"
        yield f"-A {external} -j {chain}"
    yield f"-A {chain} ! -s {network} {to_it} -j KUBE-MARK-MASQ"
    yield from _endpoints(service, endpoints)


def _endpoints(service: Service, endpoints: tuple[Pod, ...]) -> Iterator[str]:
    chain, protocol = service.chain("SVC"), service.protocol
    named = f'-m comment --comment "{service.name}"'
    places = [(f"{pod.address}:{service.target_port}", pod) for pod in endpoints]
    links = [service.chain("SEP", place) for place, _ in places]
    if service.affinity:
        for (place, _), link in zip(places, links, strict=True):
            yield (
                f'-A {chain} -m comment --comment "{service.name} -> {place}" -m recent --rcheck '
                f"--seconds {AFFINITY_SECONDS} --reap --name {link} --rsource -j {link}"
            )
    for at, ((place, _), link) in enumerate(zip(places, links, strict=True)):
        left = len(places) - at
        chance = f"-m statistic --mode random --probability {1 / left:.11f} " if left > 1 else ""
        yield f'-A {chain} -m comment --comment "{service.name} -> {place}" {chance}-j {link}'
    for (place, pod), link in zip(places, links, strict=True):
        yield f"-A {link} -s {pod.address}/32 {named} -j KUBE-MARK-MASQ"
        remember = f"-m recent --set --name {link} --rsource " if service.affinity else ""
        yield (
            f"-A {link} -p {protocol} {named} {remember}-m {protocol} "
            f"-j DNAT --to-destination {place}"
        )
