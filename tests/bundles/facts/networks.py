"""The ways of packets in networks that facts are written for, beside those of ``tests.bundles``."""

from __future__ import annotations

from dataclasses import replace

from tests.bundles import flannel, others
from tests.bundles.facts.hosts import FAR_ADDRESS
from tests.bundles.network import NODES, Network

ACROSS = {**NODES, "node-2": FAR_ADDRESS}
CUSTOM_PORT = 14789


def over_router(network: Network, tunnel: str) -> Network:
    """Return a network with a captured router between the nodes' NICs, under a tunnel."""
    return replace(
        network,
        request=_over_router(network.request, "node-2", tunnel, "e1", "e2"),
        reply=_over_router(network.reply, "node-1", tunnel, "e2", "e1"),
        nodes=ACROSS,
    )


def _over_router(path: str, receiver: str, tunnel: str, comes: str, goes: str) -> str:
    lines = [" ".join(line.split()) for line in path.splitlines() if line.strip()]
    at = next(at for at, line in enumerate(lines) if line.startswith(f"{receiver}/ens33 "))
    ttl = lines[at].split()[1]
    lines[at:at] = [f"rtr/{comes} {ttl} {tunnel}", f"rtr/{goes} {ttl} {tunnel} +20"]
    return "\n".join(lines)


def renamed(network: Network, names: dict[str, str], **changes: object) -> Network:
    """Return a network with other names of nodes, pods and interfaces in its paths."""
    request, reply = network.request, network.reply
    for old, new in names.items():
        request, reply = request.replace(old, new), reply.replace(old, new)
    return replace(network, request=request, reply=reply, **changes)  # type: ignore[arg-type]


TO_NODE_3 = {"node-2": "node-3", "pod-c": "pod-d", "veth7e2f650f": "veth5f0d8a31"}
VXLAN_ACROSS = over_router(flannel.VXLAN, "vxlan")
VXLAN_TO_NODE_3 = renamed(flannel.VXLAN, TO_NODE_3, destination="10.244.3.2")
PLAIN_TO_NODE_3 = renamed(flannel.HOST_GW, TO_NODE_3, destination="10.244.3.2")
VXLAN_CUSTOM_PORT = replace(flannel.VXLAN, vxlan_port=CUSTOM_PORT)
VXLAN_POLICY = replace(flannel.VXLAN, vxlan_port=CUSTOM_PORT, vxlan_policy=7)
"""With a group policy id, VXLAN does not give itself away at any other port."""
VXLAN_VNI_5 = renamed(flannel.VXLAN, {"flannel.1": "flannel.5"}, vni=5)
VXLAN_OVER_IPV6 = renamed(
    flannel.VXLAN_IPV6,
    {"flannel.1": "flannel-v6.1"},
    nodes={"node-1": "fd00:10::9", "node-2": "fd00:10::10"},
)
FROM_NODE = Network(
    "10.244.1.0",
    flannel.POD_C,
    request="""
        node-1/flannel.1     64
        node-1/ens33         64  vxlan
        node-2/ens33         64  vxlan
        node-2/flannel.1     64
        node-2/cni0          63
        node-2/veth7e2f650f  63
        node-2/pod-c:eth0    63
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/flannel.1     63
        node-2/ens33         63  vxlan
        node-1/ens33         63  vxlan
        node-1/flannel.1     63
    """,
)
"""A pod in the node's own network pings: its source is the address of flannel.1."""

CALICO_IPIP_ACROSS = over_router(others.CALICO_IPIP, "ipip")
CALICO_VXLAN_ACROSS = over_router(others.CALICO_VXLAN, "vxlan")
CALICO_VXLAN_CUSTOM_PORT = replace(others.CALICO_VXLAN, vxlan_port=CUSTOM_PORT)
CALICO_PLAIN_ACROSS = replace(
    others.CALICO_BGP,
    request="""
        node-1/pod-a:eth0       64
        node-1/cali5e1c4d6c68c  64
        node-1/ens33            63
        rtr/e1                  63
        rtr/e2                  62  +20
        node-2/ens33            62
        node-2/cali3754a2f57f6  61
        node-2/pod-c:eth0       61
    """,
    reply="""
        node-2/pod-c:eth0       64
        node-2/cali3754a2f57f6  64
        node-2/ens33            63
        rtr/e2                  63
        rtr/e1                  62  +20
        node-1/ens33            62
        node-1/cali5e1c4d6c68c  61
        node-1/pod-a:eth0       61
    """,
    nodes=ACROSS,
)
CANAL = replace(
    others.overlay("flannel.1", "vxlan"),
    source=flannel.POD_A,
    destination=flannel.POD_C,
    vni=1,
    vxlan_port=8472,
)
CANAL_SAME_NODE = replace(others.CALICO_SAME_NODE, source=flannel.POD_A, destination=flannel.POD_B)

KUBE_BRIDGE = {"cni0": "kube-bridge"}
KUBE_ROUTER_BGP = renamed(flannel.HOST_GW, KUBE_BRIDGE)
KUBE_ROUTER_SAME_NODE = renamed(flannel.SAME_NODE, KUBE_BRIDGE)


def kube_router_ipip(peer_of_node_1: str) -> Network:
    """Return kube-router's tunnel: each node's device is named after the other's address."""
    names = {"node-1/flannel.1": f"node-1/tun-{peer_of_node_1.replace('.', '')}",
             "node-2/flannel.1": "node-2/tun-101109", "vxlan": "ipip"}  # fmt: skip
    nodes = {**NODES, "node-2": peer_of_node_1}
    return renamed(flannel.VXLAN, {**names, **KUBE_BRIDGE}, nodes=nodes)


def cilium(protocol: str) -> Network:
    """Return Cilium's tunnel; the identifier is the sender's identity."""
    names = {"cali5e1c4d6c68c": "lxc2b1f0c9d4e11", "cali3754a2f57f6": "lxc77e0aa51c3d2"}
    network = others.overlay(f"cilium_{protocol}", protocol)
    return renamed(
        network, names, source="10.0.1.52", destination="10.0.2.187", vni=41322, vxlan_port=8472
    )


DOCKER_SAME_HOST = renamed(
    flannel.SAME_NODE,
    {"pod-a": "web", "pod-b": "db", "veth3cafbbcc": "vethd0c0001", "veth9a99bd4f": "vethd0c0002",
     "cni0": "docker0"},
    source="172.17.0.2",
    destination="172.17.0.3",
)  # fmt: skip
PTP = renamed(
    others.CALICO_BGP,
    {"cali5e1c4d6c68c": "veth3cafbbcc", "cali3754a2f57f6": "veth7e2f650f"},
    source=flannel.POD_A,
    destination=flannel.POD_C,
)
SRIOV = replace(
    others.MACVLAN,
    request="node-1/pod-a:eth0 64\nnode-2/pod-c:eth0 64",
    reply="node-2/pod-c:eth0 64\nnode-1/pod-a:eth0 64",
)
IPIP_TO_NODE_3_PLAIN_BACK = replace(
    renamed(
        others.CALICO_IPIP,
        {"node-2": "node-3", "pod-c": "pod-d", "cali3754a2f57f6": "cali77aa88bb99c"},
        destination=others.POD_D,
    ),
    reply=others.CALICO_PLAIN_TO_NODE_3.reply,
)
IPIP_THERE_PLAIN_BACK = replace(others.CALICO_IPIP, reply=others.CALICO_BGP.reply)
