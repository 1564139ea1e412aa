"""Hosts and pods -> what is the same in every network: NIC, ports, pods' namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.bundles.facts.devices import bridge, loopback, nic, pod_eth0, veth
from tests.bundles.facts.hosts import Host, Hosts, Pod
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.macs import CALICO, mac_of
from tests.bundles.paths import Place


def pod_mtu(pod: Pod, usual: int) -> int:
    return usual if pod.mtu is None else pod.mtu


def underlay_links(host: Host) -> tuple[Link, ...]:
    own = [f"{host.address}/{host.prefix}"] + ([f"{host.address6}/64"] if host.address6 else [])
    card = nic(host.name, host.nic, *own, mtu=host.nic_mtu)
    if not host.nat_address:
        return loopback(), card
    return loopback(), nic(host.name, "eth0", f"{host.nat_address}/24"), card


def underlay_routes(host: Host) -> tuple[str, ...]:
    """Return the default route and those of the NICs."""
    default = f"default via {host.gateway} dev {host.nic} proto static"
    own = [f"{host.network} dev {host.nic} proto kernel scope link src {host.address}"]
    if host.address6:
        own.append(f"fd00:10::/64 dev {host.nic} proto kernel metric 256 pref medium")
    if host.nat_address:
        end = f"src {host.nat_address} metric 100"
        default = f"default via 10.0.2.2 dev eth0 proto dhcp {end}"
        own.insert(0, f"10.0.2.0/24 dev eth0 proto kernel scope link {end}")
    return (default, *own)


def underlay_neighbours(host: Host, hosts: Hosts) -> tuple[str, ...]:
    """Return what ARP found out: nodes in the same subnet, the gateway for others."""
    beside = [other for other in hosts if other.name != host.name and host.is_beside(other)]
    found = [
        f"{other.address} dev {host.nic} lladdr {nic_mac(other)} REACHABLE" for other in beside
    ]
    if len(beside) < len(hosts) - 1:
        found.append(f"{host.gateway} dev {host.nic} lladdr 00:0c:29:00:00:01 REACHABLE")
    return tuple(found)


def nic_mac(host: Host) -> str:
    return mac_of(Place(host.name, None, host.nic))


def bridged_links(host: Host, name: str, mtu: int) -> tuple[Link, ...]:
    """Return a bridge with the pods' veths in it; a bridge has the least MTU of its ports."""
    mtus = [pod_mtu(pod, mtu) for pod in host.pods] or [1500]
    addresses = (host.bridge_address, *host.bridge_address6)
    return (
        bridge(host.name, name, *addresses, mtu=min(mtus), carrier=bool(host.pods)),
        *port_links(host, mtu, master=name),
    )


def port_links(host: Host, mtu: int, *, master: str = "") -> tuple[Link, ...]:
    return tuple(
        veth(host.name, pod.port, mtu=pod_mtu(pod, mtu), namespace=at, master=master)
        for at, pod in enumerate(host.pods, 1)
    )


def bridge_routes(host: Host, name: str) -> tuple[str, ...]:
    address = host.bridge_address.partition("/")[0]
    found = [f"{host.subnet} dev {name} proto kernel scope link src {address}"]
    if host.subnet6:
        found.append(f"{host.subnet6} dev {name} proto kernel metric 256 pref medium")
    return tuple(found)


def pod_neighbours(host: Host, device: str = "") -> tuple[str, ...]:
    """Return the pods' addresses, on a bridge or on their own ports."""
    return tuple(
        f"{pod.address} dev {device or pod.port} lladdr "
        f"{mac_of(Place(host.name, pod.name, 'eth0'))} STALE"
        for pod in host.pods
    )


def bridged_pods(host: Host, mtu: int, network: str, bridge_name: str) -> Mapping[str, Namespace]:
    """Return the pods' namespaces behind a bridge; ``network`` is that of all pods, or empty."""
    return {pod.name: _bridged_pod(host, pod, mtu, network, bridge_name) for pod in host.pods}


def _bridged_pod(host: Host, pod: Pod, mtu: int, network: str, bridge_name: str) -> Namespace:
    gateway, _, length = host.bridge_address.partition("/")
    link = pod_eth0(host.name, pod.name, pod.port, f"{pod.address}/{length}", mtu=pod_mtu(pod, mtu))
    routes = [f"default via {gateway} dev eth0"]
    if network:
        routes.append(f"{network} via {gateway} dev eth0")
    routes.append(f"{host.subnet} dev eth0 proto kernel scope link src {pod.address}")
    mac = mac_of(Place(host.name, None, bridge_name))
    return Namespace(
        links=(loopback(), link),
        routes=tuple(routes),
        neighbours=(f"{gateway} dev eth0 lladdr {mac} REACHABLE",),
    )


def routed_pods(host: Host, mtu: int, *, gateway: str = "169.254.1.1") -> Mapping[str, Namespace]:
    """Return the pods' namespaces with a /32 and a link-local gateway, as Calico has them."""
    return {pod.name: _routed_pod(host, pod, mtu, gateway) for pod in host.pods}


def _routed_pod(host: Host, pod: Pod, mtu: int, gateway: str) -> Namespace:
    link = pod_eth0(host.name, pod.name, pod.port, f"{pod.address}/32", mtu=pod_mtu(pod, mtu))
    mac = CALICO if pod.port.startswith("cali") else mac_of(Place(host.name, None, pod.port))
    return Namespace(
        links=(loopback(), link),
        routes=(f"default via {gateway} dev eth0", f"{gateway} dev eth0 scope link"),
        neighbours=(f"{gateway} dev eth0 lladdr {mac} REACHABLE",),
    )


def merged(*parts: Iterable[str]) -> tuple[str, ...]:
    """Return the lines of all parts; routes in the order of the table, as ``ip`` does."""
    return tuple(line for part in parts for line in part)
