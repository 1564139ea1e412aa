"""Flannel's networks: pod-a (10.244.1.2) and pod-b on node-1, pod-c (10.244.2.2) on node-2."""

from __future__ import annotations

from tests.bundles.network import Network

POD_A, POD_B, POD_C = "10.244.1.2", "10.244.1.3", "10.244.2.2"

VXLAN = Network(
    POD_A,
    POD_C,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/flannel.1     63
        node-1/ens33         63  vxlan
        node-2/ens33         63  vxlan
        node-2/flannel.1     63
        node-2/cni0          62
        node-2/veth7e2f650f  62
        node-2/pod-c:eth0    62
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/flannel.1     63
        node-2/ens33         63  vxlan
        node-1/ens33         63  vxlan
        node-1/flannel.1     63
        node-1/cni0          62
        node-1/veth3cafbbcc  62
        node-1/pod-a:eth0    62
    """,
)

HOST_GW = Network(
    POD_A,
    POD_C,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/ens33         63
        node-2/ens33         63
        node-2/cni0          62
        node-2/veth7e2f650f  62
        node-2/pod-c:eth0    62
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/ens33         63
        node-1/ens33         63
        node-1/cni0          62
        node-1/veth3cafbbcc  62
        node-1/pod-a:eth0    62
    """,
)
"""DirectRouting too: the packets are the same."""

UDP = Network(
    POD_A,
    POD_C,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/flannel0      63
        node-1/ens33         62  udp
        node-2/ens33         62  udp
        node-2/flannel0      61  in
        node-2/cni0          60
        node-2/veth7e2f650f  60
        node-2/pod-c:eth0    60
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/flannel0      63
        node-2/ens33         62  udp
        node-1/ens33         62  udp
        node-1/flannel0      61  in
        node-1/cni0          60
        node-1/veth3cafbbcc  60
        node-1/pod-a:eth0    60
    """,
)
"""flanneld lowers the TTL too."""

WIREGUARD = Network(
    POD_A,
    POD_C,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/flannel-wg    63
        node-1/ens33         63  wireguard  +40
        node-2/ens33         63  wireguard
        node-2/flannel-wg    63  +40
        node-2/cni0          62
        node-2/veth7e2f650f  62
        node-2/pod-c:eth0    62
    """,
    reply="""
        node-2/pod-c:eth0    64
        node-2/veth7e2f650f  64
        node-2/cni0          64
        node-2/flannel-wg    63
        node-2/ens33         63  wireguard  +40
        node-1/ens33         63  wireguard
        node-1/flannel-wg    63  +40
        node-1/cni0          62
        node-1/veth3cafbbcc  62
        node-1/pod-a:eth0    62
    """,
)

SAME_NODE = Network(
    POD_A,
    POD_B,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64
        node-1/veth9a99bd4f  64  out
        node-1/pod-b:eth0    64
    """,
    reply="""
        node-1/pod-b:eth0    64
        node-1/veth9a99bd4f  64
        node-1/cni0          64
        node-1/veth3cafbbcc  64  out
        node-1/pod-a:eth0    64
    """,
)
"""Through a promiscuous cni0."""

SAME_NODE_TIED = Network(
    POD_A,
    POD_B,
    request="""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64  +0
        node-1/veth9a99bd4f  64  +0  out
        node-1/pod-b:eth0    64
    """,
    reply="""
        node-1/pod-b:eth0    64
        node-1/veth9a99bd4f  64
        node-1/cni0          64  +0
        node-1/veth3cafbbcc  64  +0  out
        node-1/pod-a:eth0    64
    """,
)
"""One timestamp for all that the bridge does."""

SAME_NODE_BRIDGED = Network(
    POD_A,
    POD_B,
    request=SAME_NODE.request.replace("node-1/cni0          64\n", "\n"),
    reply=SAME_NODE.reply.replace("node-1/cni0          64\n", "\n"),
)
"""Past a cni0 that is not promiscuous."""

HAIRPIN = Network(
    POD_A,
    "10.96.0.20",
    request=f"""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64  {POD_A}>{POD_A}
        node-1/cni0          63  10.244.1.1>{POD_A}
        node-1/veth3cafbbcc  63
        node-1/pod-a:eth0    63
    """,
    reply=f"""
        node-1/pod-a:eth0    64
        node-1/veth3cafbbcc  64
        node-1/cni0          64  {POD_A}>{POD_A}
        node-1/cni0          63  10.96.0.20>{POD_A}
        node-1/veth3cafbbcc  63
        node-1/pod-a:eth0    63
    """,
)
"""The pod pings a service whose only backend it is itself."""

VXLAN_IPV6 = Network("fd00:244:1::2", "fd00:244:2::2", request=VXLAN.request, reply=VXLAN.reply)

SERVICE = Network(
    POD_A,
    "10.96.0.101",
    request=VXLAN.request.replace("cni0          64", f"cni0          64  {POD_A}>{POD_C}"),
    reply=VXLAN.reply.replace(
        "node-1/cni0          62", f"node-1/cni0          62  10.96.0.101>{POD_A}"
    ),
)
"""The service's address becomes the pod's before the packet is routed."""

ASYMMETRIC = Network(POD_A, POD_C, request=VXLAN.request, reply=HOST_GW.reply)
"""node-2 routes directly, node-1 does not."""
