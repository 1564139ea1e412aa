"""Networks of Calico, kubenet, Docker, macvlan, Cilium and others, in the same two nodes."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.bundles import flannel
from tests.bundles.network import NODES, Network

POD_A, POD_B, POD_C = "192.168.84.129", "192.168.84.130", "192.168.247.1"

CALICO_BGP = Network(
    POD_A,
    POD_C,
    request="""
        node-1/pod-a:eth0       64
        node-1/cali5e1c4d6c68c  64
        node-1/ens33            63
        node-2/ens33            63
        node-2/cali3754a2f57f6  62
        node-2/pod-c:eth0       62
    """,
    reply="""
        node-2/pod-c:eth0       64
        node-2/cali3754a2f57f6  64
        node-2/ens33            63
        node-1/ens33            63
        node-1/cali5e1c4d6c68c  62
        node-1/pod-a:eth0       62
    """,
)


def overlay(device: str, tunnel: str) -> Network:
    """Return Calico's network with packets between nodes under a tunnel, by its device."""
    there, back = CALICO_BGP.request, CALICO_BGP.reply
    return Network(
        POD_A,
        POD_C,
        _under(there, "node-1", "node-2", device, tunnel),
        _under(back, "node-2", "node-1", device, tunnel),
        vxlan_port=4789,
        vni=4096,
    )


def _under(path: str, sender: str, receiver: str, device: str, tunnel: str) -> str:
    return path.replace(
        f"{sender}/ens33            63",
        f"{sender}/{device} 63\n{sender}/ens33 63 {tunnel}",
    ).replace(
        f"{receiver}/ens33            63",
        f"{receiver}/ens33 63 {tunnel}\n{receiver}/{device} 63",
    )


CALICO_IPIP = overlay("tunl0", "ipip")
CALICO_VXLAN = overlay("vxlan.calico", "vxlan")
CALICO_WIREGUARD = overlay("wireguard.cali", "wireguard")
CILIUM_GENEVE = overlay("cilium_geneve", "geneve")
GRE = overlay("gre1", "gre")

CALICO_SAME_NODE = Network(
    POD_A,
    POD_B,
    request="""
        node-1/pod-a:eth0       64
        node-1/cali5e1c4d6c68c  64
        node-1/cali2f5353dd8c5  63
        node-1/pod-b:eth0       63
    """,
    reply="""
        node-1/pod-b:eth0       64
        node-1/cali2f5353dd8c5  64
        node-1/cali5e1c4d6c68c  63
        node-1/pod-a:eth0       63
    """,
)

POD_D = "192.168.139.5"
CALICO_PLAIN_TO_NODE_3 = Network(
    POD_A,
    POD_D,
    request="""
        node-1/pod-a:eth0       64
        node-1/cali5e1c4d6c68c  64
        node-1/ens33            63
        node-3/ens33            63
        node-3/cali77aa88bb99c  62
        node-3/pod-d:eth0       62
    """,
    reply="""
        node-3/pod-d:eth0       64
        node-3/cali77aa88bb99c  64
        node-3/ens33            63
        node-1/ens33            63
        node-1/cali5e1c4d6c68c  62
        node-1/pod-a:eth0       62
    """,
)
"""With CALICO_IPIP this is CrossSubnet: node-3 is in the subnet of node-1, node-2 is not."""

KUBENET = Network(
    "10.244.1.2",
    "10.244.2.2",
    request="""
        node-1/pod-a:eth0    64
        node-1/veth11aa22bb  64
        node-1/cbr0          64
        node-1/ens33         63
        rtr/e1               63
        rtr/e2               62  +20
        node-2/ens33         62
        node-2/cbr0          61
        node-2/veth55ee66ff  61
        node-2/pod-c:eth0    61
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth55ee66ff  64
        node-2/cbr0          64
        node-2/ens33         63
        rtr/e2               63
        rtr/e1               62  +20
        node-1/ens33         62
        node-1/cbr0          61
        node-1/veth11aa22bb  61
        node-1/pod-a:eth0    61
    """,
)


def over_router(network: Network, tunnel: str) -> Network:
    """Return a network whose nodes are in two subnets, with a router between them."""
    return replace(
        network,
        request=_routed(network.request, "node-2", tunnel, "e1", "e2"),
        reply=_routed(network.reply, "node-1", tunnel, "e2", "e1"),
        nodes={**NODES, "node-2": "10.1.20.10"},
    )


def _routed(path: str, receiver: str, tunnel: str, near: str, far: str) -> str:
    reached = re.compile(rf"{receiver}/ens33 +63 +{tunnel}")
    between = f"rtr/{near} 63 {tunnel}\nrtr/{far} 63 {tunnel} +20\n"
    return reached.sub(lambda found: between + found.group(), path)


IPIP_OVER_ROUTER = over_router(CALICO_IPIP, "ipip")
CALICO_WIREGUARD_OVER_ROUTER = over_router(CALICO_WIREGUARD, "wireguard")
FLANNEL_WIREGUARD_OVER_ROUTER = over_router(flannel.WIREGUARD, "wireguard")

MACVLAN = Network(
    "10.1.10.101",
    "10.1.10.103",
    request="""
        node-1/pod-a:eth0  64
        node-1/ens33       64  out
        node-2/ens33       64
        node-2/pod-c:eth0  64
    """,
    reply="""
        node-2/pod-c:eth0  64
        node-2/ens33       64  out
        node-1/ens33       64
        node-1/pod-a:eth0  64
    """,
)


def docker_egress(rewritten_id: str = "", second_id: str = "") -> Network:
    """Return a container's way out through two source NATs, each of which may rewrite the id."""
    back_to_first = "id=18716" if rewritten_id else ""
    back_to_second = rewritten_id if second_id else ""
    return Network(
        "172.17.0.2",
        "203.0.113.50",
        request=f"""
            node-1/ctr:eth0      64
            node-1/vethd0c0001   64
            node-1/docker0       64
            node-1/ens33         63  10.1.10.9>203.0.113.50 {rewritten_id}
            nat/lan0             63
            nat/wan0             62  203.0.113.1>203.0.113.50 {second_id}
            ext/eth0             62
        """,
        reply=f"""
            ext/eth0             64
            nat/wan0             64
            nat/lan0             63  203.0.113.50>10.1.10.9 {back_to_second}
            node-1/ens33         63
            node-1/docker0       62  203.0.113.50>172.17.0.2 {back_to_first}
            node-1/vethd0c0001   62
            node-1/ctr:eth0      62
        """,
    )


NAT_BOTH = Network(
    "10.244.1.2",
    "10.1.10.10",
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/ens33         63  10.1.10.9>10.1.10.10 id=40001
        node-2/ens33         63
        node-2/cni0          62  10.244.2.1>10.244.2.2 id=40777
        node-2/veth7e2f650f  62
        node-2/pod-c:eth0    62
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/ens33         63  10.1.10.10>10.1.10.9 id=40001
        node-1/ens33         63
        node-1/cni0          62  10.1.10.10>10.244.1.2 id=18716
        node-1/veth3cafbbcc  62
        node-1/pod-a:eth0    62
    """,
)
"""A pod pings a node's address that stands for a pod: source and destination are rewritten."""
