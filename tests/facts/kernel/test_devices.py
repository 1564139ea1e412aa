"""What devices do: told by their kind, their type, their name, and their relations."""

from __future__ import annotations

import pytest

from netdiag.facts.kernel.devices import encapsulation_of, has_no_wire, is_overlay, roles_of
from netdiag.model.facts.kernel import Address, Link, Namespace, NextHop, Route, Tunnel, Vxlan
from netdiag.model.report import Role

DEVICES: tuple[tuple[str, str | None, str | None, str | None, Role | None], ...] = (
    # name, kind, link type, what it puts around packets, role
    ("lo", "", "loopback", "none", "loopback"),
    ("lo", None, None, "none", "loopback"),
    ("eth0", "", "ether", "none", "physical"),
    ("eth0", None, "ether", "none", None),
    ("ib0", "ipoib", "infiniband", "none", "physical"),
    ("eth0.100", "vlan", "ether", "none", "physical"),
    ("bond0", "bond", "ether", "none", "physical"),
    ("cni0", "bridge", "ether", "none", "bridge"),
    ("br-int", "openvswitch", "ether", None, "bridge"),
    ("veth1", "veth", "ether", "none", "veth"),
    ("flannel.1", "veth", "ether", "none", "veth"),
    ("lxc1", "netkit", "ether", "none", "veth"),
    ("mac0", "macvlan", "ether", "none", "macvlan"),
    ("ipv0", "ipvlan", "ether", "none", "macvlan"),
    ("flannel.1", "vxlan", "ether", "vxlan", "overlay"),
    ("overlay", "vxlan", "ether", "vxlan", "overlay"),
    ("gnv0", "geneve", "ether", "geneve", "overlay"),
    ("tunl0", "ipip", "ipip", "ipip", "overlay"),
    ("sit1", "sit", "sit", "6in4", "overlay"),
    ("gre1", "gre", "gre", "gre", "overlay"),
    ("wg0", "wireguard", "none", "wireguard", "overlay"),
    ("ipsec1", "xfrm", "none", "esp", "overlay"),
    ("tunl0", "tun", "ipip", "ipip", "overlay"),
    ("flannel0", "tun", "none", "udp", "overlay"),
    ("flannel-wg", "tun", "none", "wireguard", "overlay"),
    ("tun0", "tun", "none", None, "overlay"),
    ("flannel.1", None, "ether", "vxlan", None),
    ("flannel.1", "", "ether", "vxlan", "overlay"),
    ("tunl0", "", "ipip", "ipip", "overlay"),
    ("tunl0", None, None, "ipip", None),
    ("cilium_vxlan", None, None, "vxlan", None),
    ("cilium_host", "veth", "ether", "none", "veth"),
    ("mystery", "", "none", None, "physical"),
    ("kube-ipvs0", "dummy", "ether", "none", "other"),
    ("vrf1", "vrf", "ether", "none", "other"),
    ("new", "kind-of-tomorrow", "ether", "none", "other"),
)


@pytest.mark.parametrize(("name", "kind", "type_", "encapsulation", "role"), DEVICES)
def test_kinds(
    name: str, kind: str | None, type_: str | None, encapsulation: str | None, role: Role | None
) -> None:
    link = Link(name, "ip_link.json", 0, kind=kind, type=type_)
    assert encapsulation_of(link) == encapsulation
    assert roles_of(Namespace(links=(link,), routes=())).get(name) == role
    assert is_overlay(link) is (role == "overlay" or (role is None and encapsulation != "none"))


def test_taps_are_ends_of_virtual_machines() -> None:
    tap = Link("tap-cali1", "", 0, kind="tun", type="ether", mode="tap")
    assert encapsulation_of(tap) == "none"
    assert not is_overlay(tap)
    assert roles_of(Namespace(links=(tap,))) == {"tap-cali1": "veth"}


def test_devices_without_a_wire() -> None:
    assert has_no_wire(Link("kube-ipvs0", "", 0, kind="dummy"))
    assert not has_no_wire(Link("eth0", "", 0, kind=""))


VETH = Link("eth0", "", 0, kind="veth", type="ether")
DEFAULT = Route("0.0.0.0/0", "", 0, (NextHop("eth0", "172.18.0.1"),))
HOST = Address("eth0", "10.244.1.1", 32, "", 0, scope="global")
NETWORK = Address("eth0", "172.18.0.2", 16, "", 0, scope="global")
LINK_LOCAL = Address("eth0", "fe80::1", 64, "", 0, scope="link")
OVERLAY = Link("flannel.1", "", 1, kind="vxlan", vxlan=Vxlan(1, 8472, lower="eth0"))
TUNNEL = Link("tunl1", "", 1, kind="ipip", tunnel=Tunnel(lower="eth0"))


@pytest.mark.parametrize(
    ("namespace", "role"),
    [
        (Namespace(links=(VETH,)), None),
        (Namespace(links=(VETH,), routes=()), "veth"),
        (Namespace(links=(VETH,), addresses=(HOST, LINK_LOCAL)), "veth"),
        (Namespace(links=(VETH,), addresses=(NETWORK,)), "physical"),
        (Namespace(links=(VETH,), routes=(DEFAULT,)), "physical"),
        (Namespace(links=(VETH, OVERLAY), routes=()), "physical"),
        (Namespace(links=(VETH, TUNNEL), routes=()), "physical"),
        (
            Namespace(
                links=(Link("eth0", "", 0, kind="veth", master="cni0"),), addresses=(NETWORK,)
            ),
            "veth",
        ),
    ],
    ids=[
        "not known",
        "no routes",
        "host address",
        "network",
        "default route",
        "VXLAN",
        "IPIP",
        "port",
    ],
)
def test_a_veth_that_is_the_nodes_nic(namespace: Namespace, role: Role | None) -> None:
    assert roles_of(namespace).get("eth0") == role


def test_nothing_told_is_no_role() -> None:
    assert roles_of(Namespace()) == {}
