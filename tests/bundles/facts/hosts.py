"""A compact description of nodes: a NIC, an address, a pod subnet, pods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_interface, ip_network


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod with its veth."""

    name: str
    address: str
    port: str
    """The veth's end on the node."""
    mtu: int | None = None
    """None = what the network gives."""
    address6: str = ""
    namespace: str = "default"


@dataclass(frozen=True, kw_only=True)
class Host:
    """A node."""

    name: str
    address: str
    subnet: str
    pods: tuple[Pod, ...] = ()
    prefix: int = 24
    nic: str = "ens33"
    nic_mtu: int = 1500
    address6: str = ""
    subnet6: str = ""
    nat_address: str = ""
    """Of a second NIC, ``eth0``, that has the same address on each node, as Vagrant does it."""

    @property
    def network(self) -> str:
        return str(ip_interface(f"{self.address}/{self.prefix}").network)

    @property
    def gateway(self) -> str:
        return str(ip_network(self.network)[1])

    @property
    def vtep(self) -> str:
        """Return the address that flannel's and Calico's devices have."""
        return str(ip_network(self.subnet)[0])

    @property
    def bridge_address(self) -> str:
        return f"{ip_network(self.subnet)[1]}/{ip_network(self.subnet).prefixlen}"

    @property
    def bridge_address6(self) -> tuple[str, ...]:
        if not self.subnet6:
            return ()
        return (f"{ip_network(self.subnet6)[1]}/64",)

    def is_beside(self, other: Host) -> bool:
        """Tell whether both are in one underlay subnet."""
        return self.network == other.network


Hosts = tuple[Host, ...]

FLANNEL_PODS = (
    Pod(name="pod-a", address="10.244.1.2", port="veth3cafbbcc", address6="fd00:244:1::2"),
    Pod(name="pod-b", address="10.244.1.3", port="veth9a99bd4f", address6="fd00:244:1::3"),
)
FLANNEL_1 = Host(name="node-1", address="10.1.10.9", subnet="10.244.1.0/24", pods=FLANNEL_PODS)
FLANNEL_2 = Host(
    name="node-2",
    address="10.1.10.10",
    subnet="10.244.2.0/24",
    pods=(Pod(name="pod-c", address="10.244.2.2", port="veth7e2f650f", address6="fd00:244:2::2"),),
)
FLANNEL_3 = Host(
    name="node-3",
    address="10.1.10.11",
    subnet="10.244.3.0/24",
    pods=(Pod(name="pod-d", address="10.244.3.2", port="veth5f0d8a31"),),
)
FLANNEL: Hosts = (FLANNEL_1, FLANNEL_2)

CALICO_1 = Host(
    name="node-1",
    address="10.1.10.9",
    subnet="192.168.84.128/26",
    pods=(
        Pod(name="pod-a", address="192.168.84.129", port="cali5e1c4d6c68c"),
        Pod(name="pod-b", address="192.168.84.130", port="cali2f5353dd8c5"),
    ),
)
CALICO_2 = Host(
    name="node-2",
    address="10.1.10.10",
    subnet="192.168.247.0/26",
    pods=(Pod(name="pod-c", address="192.168.247.1", port="cali3754a2f57f6"),),
)
CALICO_3 = Host(
    name="node-3",
    address="10.1.10.11",
    subnet="192.168.139.0/26",
    pods=(Pod(name="pod-d", address="192.168.139.5", port="cali77aa88bb99c"),),
)
CALICO: Hosts = (CALICO_1, CALICO_2)

FAR_ADDRESS = "10.1.20.10"


def far(host: Host) -> Host:
    """Return node-2 in another underlay subnet, behind a router."""
    return replace(host, address=FAR_ADDRESS)


def across(hosts: Hosts) -> Hosts:
    """Return the nodes with node-2 in another subnet than the rest."""
    return tuple(far(host) if host.name == "node-2" else host for host in hosts)


def with_nic_mtu(hosts: Hosts, mtu: int, *, on: Iterable[str] = ("node-1", "node-2")) -> Hosts:
    names = tuple(on)
    return tuple(replace(host, nic_mtu=mtu) if host.name in names else host for host in hosts)


def with_pod_mtu(hosts: Hosts, mtu: int, *, on: Iterable[str] = ("node-1", "node-2")) -> Hosts:
    names = tuple(on)
    return tuple(
        replace(host, pods=tuple(replace(pod, mtu=mtu) for pod in host.pods))
        if host.name in names
        else host
        for host in hosts
    )


def with_nat_nic(hosts: Hosts) -> Hosts:
    """Return Vagrant's machines: eth0 with 10.0.2.15 on each."""
    return tuple(replace(host, nat_address="10.0.2.15") for host in hosts)


def dual_stack(hosts: Hosts) -> Hosts:
    return tuple(
        replace(
            host,
            address6=f"fd00:10::{host.address.rpartition('.')[2]}",
            subnet6=f"fd00:244:{host.subnet.split('.')[2]}::/64",
        )
        for host in hosts
    )
