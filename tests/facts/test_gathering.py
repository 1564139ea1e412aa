"""Pieces from many documents become one cluster."""

from __future__ import annotations

from netdiag.facts.gathering import gather_cluster, gather_configuration
from netdiag.model.facts.cluster import Cluster, IpamBlock, Node, Pod, Service, TracedPod
from netdiag.model.facts.configuration import (
    Configuration,
    FlannelNetwork,
    IpPool,
    KubeletSettings,
)
from netdiag.model.facts.source import Source
from tests.facts.kubernetes.kubernetes_objects import OBJECTS

JSON, TEXT = Source("kubernetes/pods.json"), Source("pods.txt", "line 2")
FLANNEL = FlannelNetwork(JSON, "10.244.0.0/16", "vxlan")


def pod(name: str, address: str, source: Source = JSON, *, host_network: bool = False) -> Pod:
    return Pod("shop", name, "node1", (address,), host_network, "Running", (), {}, source)


NODE = Node("node1", ("10.1.10.9",), None, (), JSON)


def test_nothing() -> None:
    assert gather_cluster([]) == Cluster()


def test_what_no_document_tells_is_not_known() -> None:
    cluster = gather_cluster([pod("a", "10.244.0.2"), Cluster(services=())])
    assert cluster.pods == (pod("a", "10.244.0.2"),)
    assert cluster.services == ()
    assert cluster.nodes is None


def test_every_kind_finds_its_place() -> None:
    pieces = [item for _, items in OBJECTS.values() for item in items]
    cluster = gather_cluster([*pieces, TracedPod("shop/web-1")])
    configuration = cluster.configuration
    found = [*(getattr(cluster, name) or () for name in Cluster.__struct_fields__[:-1])]
    assert all(found)
    assert configuration.flannel
    assert configuration.cni
    assert configuration.ip_pools
    assert configuration.felix
    assert configuration.cilium
    assert configuration.kube_router
    assert configuration.flanneld
    assert configuration.kube_proxy
    assert configuration.kubelet
    assert configuration.is_canal
    assert configuration.cluster_cidrs == ("10.244.0.0/16", "fd00::/48")


def test_an_object_told_twice_is_one() -> None:
    service = Service("shop", "a", "ClusterIP", (), (), (), JSON)
    block = IpamBlock("192.168.104.0/26", "node1", JSON)
    cluster = gather_cluster(
        [
            pod("a", "10.244.0.2"),
            pod("a", "10.244.0.2", TEXT),
            NODE,
            NODE,
            service,
            service,
            block,
            IpamBlock(block.cidr, block.node, TEXT),
        ]
    )
    assert cluster.pods == (pod("a", "10.244.0.2"),)
    assert cluster.nodes == (NODE,)
    assert cluster.services == (service,)
    assert cluster.ipam_blocks == (block,)


def test_a_pod_with_its_nodes_address_uses_its_network() -> None:
    cluster = gather_cluster([pod("a", "10.1.10.9"), pod("b", "10.244.0.2"), NODE])
    assert cluster.pods == (pod("a", "10.1.10.9", host_network=True), pod("b", "10.244.0.2"))


def test_pieces_of_other_types_are_left_out() -> None:
    assert gather_cluster([7, None, "a", JSON]) == Cluster()


def test_configurations_are_merged_in_order() -> None:
    pool = IpPool(JSON, "a", "10.0.0.0/8")
    kubelet = KubeletSettings(JSON, "cni")
    merged = gather_configuration(
        [
            FLANNEL,
            Configuration(flannel=(FlannelNetwork(TEXT, None, "udp"), FLANNEL), calico_mtu=1440),
            Configuration(calico_mtu=1500, cluster_cidrs=("10.244.0.0/16",)),
            Cluster(configuration=Configuration(ip_pools=(pool,), is_canal=True)),
            kubelet,
        ]
    )
    assert merged == Configuration(
        flannel=(FLANNEL, FlannelNetwork(TEXT, None, "udp")),
        ip_pools=(pool,),
        kubelet=(kubelet,),
        is_canal=True,
        cluster_cidrs=("10.244.0.0/16",),
        calico_mtu=1440,
    )
