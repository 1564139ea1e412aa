"""Which role the name of an interface suggests."""

from __future__ import annotations

import pytest

from netdiag.correlate.places import ROLE_RANKS, role_of
from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Role

NAMES: dict[Role, str] = {
    "physical": """
        eth0 eth1 eth12 ens33 ens5f0 ens192 eno1 eno1np0 enp0s3 enp3s0f1np1 enx001122334455
        em1 p1p1 p4p2 wlan0 wlp2s0 bond0 bond0.100 eth0.42 ens3.7 team0 ib0 eni0 uplink
        lan0 wan wan0 e1
    """,
    "bridge": """
        cni0 cbr0 docker0 br0 br-lan br-4f1c0d5a9b3e kube-bridge virbr0 lxcbr0
        podman0 cni-podman0 nerdctl0 weave ovs-system bridge br0.10
    """,
    "overlay": """
        flannel.1 flannel.4096 flannel0 flannel-wg flannel-v6.1 flannel-wg-v6 vxlan0 vxlan.calico
        vxlan-v6.calico vxlan-6784 vxlan_sys_4789 genev_sys_6081 geneve0 tunl0 ip6tnl0 gre0 gre1
        gretap0 sit0 tun0 wg0 wg1 wireguard.cali tailscale0 cilium_host cilium_net
        cilium_vxlan cilium_geneve cilium_wg0 kube-ipip nebula1 ovn-k8s-mp0 ipip0
    """,
    "veth": """
        veth0 veth9a99bd4f veth1234@if3 cali0123456789a lxc12ab34cd56ef lxc_health eni1a2b3c4d5e6
        eniabcdef01234 azv12345 gke0123456789a tap0 vnet3
    """,
    "macvlan": "macvlan0 macvtap0 mac0 ipvlan1 ipvl_3",
    "loopback": "lo",
    "other": "dummy0 nodelocaldns kube-ipvs0 ifb0 usb0 any nflog ppp0 nic-of-ours x",
}
CASES = [(name, role) for role, names in NAMES.items() for name in names.split()]


@pytest.mark.parametrize(("name", "role"), CASES, ids=[name for name, _ in CASES])
def test_roles_on_a_node(name: str, role: Role) -> None:
    assert role_of(CapturePoint("node-1", None, name)) == role
    assert role_of(CapturePoint(None, None, name)) == role


@pytest.mark.parametrize("name", ["eth0", "net1", "cali0", "cni0", "flannel.1", "x", "", None])
def test_in_a_pod_every_interface_is_the_pods(name: str | None) -> None:
    assert role_of(CapturePoint("node-1", "web", name)) == "pod"


def test_but_for_the_loopback() -> None:
    assert role_of(CapturePoint("node-1", "web", "lo")) == "loopback"


@pytest.mark.parametrize("name", [None, "", ".", ".1", "0", "é0", "\x1b[31m"])
def test_names_that_are_none(name: str | None) -> None:
    assert role_of(CapturePoint("node-1", None, name)) == "other"


def test_the_way_from_a_pod_to_the_wire() -> None:
    way: list[Role] = ["pod", "veth", "bridge", "overlay", "physical"]
    assert [ROLE_RANKS[role] for role in way] == [0, 1, 2, 3, 4]
