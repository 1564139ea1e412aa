"""Inspections written by hand: nodes of flannel's VXLAN that reach each other's pods."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.model.inspection import (
    SCHEMA,
    InspectedNode,
    Inspection,
    Interface,
    MtuChainRow,
    PodAddress,
    PodSubnet,
    ReachedSubnet,
)
from netdiag.model.report import Evidence, Mode, Modes, Pair, Role

BACKEND = "flannel/vxlan"
SUBNET_ENV = Evidence("fact", "node-1", document="files/run/flannel/subnet.env")


def interface(name: str, role: Role, **changes: Any) -> Interface:
    plain = Interface(
        name=name,
        pod=None,
        role=role,
        role_guessed=False,
        kind=None,
        up=True,
        mtu=1450,
        mac=None,
        master=None,
        addresses=(),
        leads_to=None,
        encapsulation=None,
        detail="",
    )
    return replace(plain, **changes)


def interfaces(number: int) -> tuple[Interface, ...]:
    """Return the interfaces of a node in an order in which they are not shown."""
    tunnel = f"VNI 1, UDP 8472, from 10.1.10.{number}, by ens33"
    return (
        interface("lo", "loopback", addresses=("127.0.0.1/8",), mtu=65536),
        interface("veth1", "veth", kind="veth", master="cni0"),
        interface(
            "flannel.1", "overlay", kind="vxlan", encapsulation="vxlan", detail=tunnel, up=False
        ),
        interface("cni0", "bridge", kind="bridge", addresses=(f"10.244.{number}.1/24",)),
        interface(
            "ens33", "physical", kind="", mtu=1500, addresses=(f"10.1.10.{number}/24", "fe80::1/64")
        ),
    )


def node(number: int = 1, **changes: Any) -> InspectedNode:
    name = f"node-{number}"
    plain = InspectedNode(
        name=name,
        kubernetes_name=name,
        backend=BACKEND,
        addresses=(f"10.1.10.{number}",),
        interfaces=interfaces(number),
        pod_subnets=(PodSubnet(f"10.244.{number}.0/24", replace(SUBNET_ENV, node=name)),),
        pods=(PodAddress("default/web", (f"10.244.{number}.2",), False, (), "veth1"),),
        documents=("ip_link.json",),
    )
    return replace(plain, **changes)


def way(source: int = 1, destination: int = 2, **changes: Any) -> ReachedSubnet:
    plain = ReachedSubnet(
        source_node=f"node-{source}",
        destination_node=f"node-{destination}",
        subnet=f"10.244.{destination}.0/24",
        next_hop=f"10.244.{destination}.0",
        device="flannel.1",
        encapsulation="vxlan",
        configured="vxlan",
        agree=True,
        evidence=(),
    )
    return replace(plain, **changes)


def chain(source: int = 1, destination: int = 2, **changes: Any) -> MtuChainRow:
    names = (f"node-{source}", f"node-{destination}")
    plain = MtuChainRow(
        *names,
        encapsulation="vxlan",
        pod=1450,
        overlay=1450,
        nic=1500,
        overhead=50,
        fits=True,
        overlay_device="flannel.1",
        nic_device="ens33",
    )
    return replace(plain, **changes)


def pair(source: int = 1, destination: int = 2, **changes: Any) -> Pair:
    names = (f"node-{source}", f"node-{destination}")
    return replace(Pair(*names, "vxlan", "vxlan", None, True), **changes)


def cluster(count: int = 2, **changes: Any) -> Inspection:
    """Return so many nodes that agree, each of which reaches each other one."""
    numbers = range(1, count + 1)
    ends = [(a, b) for a in numbers for b in numbers if a != b]
    mode = Mode(BACKEND, "vxlan", {}, (SUBNET_ENV,))
    plain = Inspection(
        schema=SCHEMA,
        mode=Modes(BACKEND, mode, mode, None, True),
        nodes=tuple(node(number) for number in numbers),
        reach=tuple(way(*both) for both in ends),
        reach_left_out=0,
        mtu=tuple(chain(number, 2 if number == 1 else 1) for number in numbers),
        pairs=tuple(pair(*both) for both in ends),
        findings=(),
        bad_documents=(),
    )
    return replace(plain, **changes)
