"""The networks that faults are written into, healthy, and ways of packets that faults make."""

from __future__ import annotations

from dataclasses import replace

from tests.bundles import flannel, others
from tests.bundles.facts import networks
from tests.bundles.facts.calico import Calico
from tests.bundles.facts.canal import Canal
from tests.bundles.facts.devices import vtep_mac
from tests.bundles.facts.flannel import Flannel
from tests.bundles.facts.hosts import FLANNEL, FLANNEL_3, across
from tests.bundles.facts.kube_router import KubeRouter
from tests.bundles.facts.plain import bridge_plugin, docker, kubenet
from tests.bundles.macs import mac_of
from tests.bundles.network import Network
from tests.bundles.paths import place_of

VXLAN = Flannel(programmed="vxlan").facts()
VXLAN_3 = Flannel(programmed="vxlan", hosts=(*FLANNEL, FLANNEL_3)).facts()
HOST_GW = Flannel(programmed="host-gw").facts()
UDP = Flannel(programmed="udp").facts()
DIRECT = Flannel(programmed="vxlan-directrouting").facts()
DIRECT_ACROSS = Flannel(programmed="vxlan-directrouting", hosts=across(FLANNEL)).facts()
BGP = Calico(programmed="bgp").facts()
IPIP = Calico(programmed="ipip").facts()
CALICO_VXLAN = Calico(programmed="vxlan").facts()
CANAL = Canal().facts()
KUBE_ROUTER = KubeRouter(overlay="off").facts()
KUBENET = kubenet()
BRIDGE = bridge_plugin()
DOCKER = docker()

SUBNET_1, SUBNET_2 = "10.244.1.0/24", "10.244.2.0/24"
BLOCK_1, BLOCK_2 = "192.168.84.128/26", "192.168.247.0/26"
NIC_1, NIC_2 = "node-1/ens33", "node-2/ens33"
VTEP_1, VTEP_2 = vtep_mac("node-1"), vtep_mac("node-2")
GATEWAY_MAC = "00:0c:29:00:00:01"
ADDRESS_1, ADDRESS_2 = "10.1.10.9", "10.1.10.10"


def mac(place: str) -> str:
    return mac_of(place_of(place))


BY_DEFAULT = replace(
    flannel.VXLAN,
    request=f"""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/ens33         63  to={GATEWAY_MAC}
    """,
)
"""Without a route the request leaves for the default gateway, which does not know the pods."""
BACK_BY_DEFAULT = replace(
    flannel.VXLAN,
    reply=f"""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/ens33         63  to={GATEWAY_MAC}
    """,
)
BGP_BY_DEFAULT = replace(
    others.CALICO_BGP,
    request=f"""
        node-1/pod-a:eth0       64
        node-1/cali5e1c4d6c68c  64
        node-1/ens33            63  to={GATEWAY_MAC}
    """,
)
HOST_GW_ACROSS = replace(
    flannel.HOST_GW,
    request=f"""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/ens33         63  to={GATEWAY_MAC}
        rtr/e1               63
        rtr/e2               62
        node-2/ens33         62
        node-2/cni0          61
        node-2/veth7e2f650f  61
        node-2/pod-c:eth0    61
    """,
    reply=flannel.HOST_GW.reply,
    nodes=networks.ACROSS,
)
PLAIN_BACK = flannel.ASYMMETRIC
TO_OWN_NODE = Network(
    flannel.POD_A,
    ADDRESS_1,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
    """,
    reply="""
        node-1/cni0          64
        node-1/veth3cafbbcc  64
        node-1/pod-a:eth0    64
    """,
)


def wrong_mac(network: Network, receiver: str, destination: str, *, reply: bool = False) -> Network:
    """Return a network in which frames between the NICs go to a wrong MAC address."""
    path = network.reply if reply else network.request
    lines = [
        f"{line} to={destination}" if "/ens33 " in line else line for line in path.splitlines()
    ]
    assert receiver in path
    changed = "\n".join(lines)
    return replace(network, reply=changed) if reply else replace(network, request=changed)
