"""The links that nodes and pods have, by what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from tests.bundles.facts.kernel import Link
from tests.bundles.files import ifindex
from tests.bundles.macs import mac_of
from tests.bundles.paths import Place

TUNNEL_FLAGS = ("NOARP",)
TUN_FLAGS = ("POINTOPOINT", "MULTICAST", "NOARP")


def loopback() -> Link:
    return Link(
        name="lo",
        index=1,
        link_type="loopback",
        mac="00:00:00:00:00:00",
        mtu=65536,
        flags=("LOOPBACK",),
        addresses=("127.0.0.1/8", "::1/128"),
    )


def nic(node: str, name: str, *addresses: str, mtu: int = 1500, up: bool = True) -> Link:
    """Return an emulated or real network card."""
    slot = f"0000:02:{crc32(name.encode()) % 32:02x}.0"
    return Link(
        name=name,
        index=_index(node, name),
        mac=mac_of(Place(node, None, name)),
        mtu=mtu,
        up=up,
        qdisc="fq_codel",
        addresses=addresses,
        extra={"parentbus": "pci", "parentdev": slot},
    )


def veth(node: str, name: str, *, mtu: int, namespace: int, master: str = "") -> Link:
    """Return the host's end of a pod's veth; the other end is ``eth0``, 2 or 3 in its namespace."""
    is_calico = name.startswith("cali")
    return Link(
        name=name,
        index=_index(node, name),
        kind="veth",
        mac=mac_of(Place(node, None, name)),
        mtu=mtu,
        master=master,
        peer_index=3 if is_calico else 2,
        peer_namespace=namespace,
    )


def pod_eth0(node: str, pod: str, host_end: str, address: str, *, mtu: int) -> Link:
    is_calico = host_end.startswith("cali")
    return Link(
        name="eth0",
        index=3 if is_calico else 2,
        kind="veth",
        mac=mac_of(Place(node, pod, "eth0")),
        mtu=mtu,
        addresses=(address,),
        peer_index=_index(node, host_end),
        peer_namespace=0,
    )


def bridge(
    node: str, name: str, *addresses: str, mtu: int, up: bool = True, carrier: bool = True
) -> Link:
    mac = mac_of(Place(node, None, name))
    identity = "8000." + ":".join(part.lstrip("0") or "0" for part in mac.split(":"))
    data = {"forward_delay": 1500, "hello_time": 200, "max_age": 2000, "ageing_time": 30000,
            "stp_state": 0, "priority": 32768, "vlan_filtering": 0, "bridge_id": identity,
            "root_id": identity, "root_port": 0, "root_path_cost": 0, "group_fwd_mask": "0",
            "group_addr": "01:80:c2:00:00:00", "mcast_snooping": 1, "nf_call_iptables": 0,
            "nf_call_ip6tables": 0, "nf_call_arptables": 0}  # fmt: skip
    return Link(
        name=name,
        index=_index(node, name),
        kind="bridge",
        mac=mac,
        mtu=mtu,
        up=up,
        carrier=carrier,
        addresses=addresses,
        data=data,
    )


def vtep_mac(node: str) -> str:
    """Return the MAC address of a node's VXLAN device: the inner frames of its packets have it."""
    return mac_of(Place(node, None, "vtep"))


def vxlan(
    node: str,
    name: str,
    *addresses: str,
    vni: int,
    port: int,
    local: str,
    lower: str,
    mtu: int = 1450,
    up: bool = True,
) -> Link:
    """Return a device of flannel or Calico: no learning, one lower device."""
    end = {"local6" if ":" in local else "local": local}
    data = {"id": vni, **end, "link": lower, **_vxlan_data(port)}
    return Link(
        name=name,
        index=_index(node, name),
        kind="vxlan",
        mac=vtep_mac(node),
        mtu=mtu,
        up=up,
        addresses=addresses,
        data=data,
    )


def external_vxlan(node: str, name: str, *, port: int = 8472, kind: str = "vxlan") -> Link:
    """Return Cilium's device, whose packets' sender chooses peer and identifier."""
    data: Mapping[str, object] = {"external": True, "id": 0, **_vxlan_data(port)}
    if kind == "geneve":
        data = {"external": True, "id": 0, "ttl": 0, "df": "unset", "port": port, "udp_csum": True,
                "udp_zero_csum6_rx": True}  # fmt: skip
    return Link(
        name=name, index=_index(node, name), kind=kind, mac=vtep_mac(node), mtu=1500, data=data
    )


def _vxlan_data(port: int) -> dict[str, object]:
    return {"port_range": {"low": 0, "high": 0}, "port": port, "learning": False, "ttl": 0,
            "df": "unset", "ageing": 300, "udp_csum": True, "udp_zero_csum6_tx": False,
            "udp_zero_csum6_rx": False}  # fmt: skip


def tunl0(node: str, *addresses: str, mtu: int = 1480, up: bool = True) -> Link:
    """Return the IPIP device that the kernel's module makes in each namespace."""
    data = {"proto": "any", "remote": "any", "local": "any", "ttl": 0, "pmtudisc": False}
    return Link(
        name="tunl0",
        index=_index(node, "tunl0"),
        kind="ipip",
        link_type="ipip",
        mac="0.0.0.0",
        mtu=mtu,
        up=up,
        flags=TUNNEL_FLAGS,
        lower="",
        addresses=addresses,
        qdisc="noqueue" if up else "noop",
        data=data,
    )


def ipip(node: str, name: str, *, local: str, remote: str, lower: str, mtu: int = 1480) -> Link:
    """Return a point-to-point IPIP device, as kube-router makes one for each peer."""
    data = {"proto": "ipip", "remote": remote, "local": local, "link": lower, "ttl": 64,
            "pmtudisc": True}  # fmt: skip
    return Link(
        name=name,
        index=_index(node, name),
        kind="ipip",
        link_type="ipip",
        mac=local,
        mtu=mtu,
        flags=("POINTOPOINT", "NOARP"),
        lower=lower,
        data=data,
        extra={"link_pointtopoint": True, "broadcast": remote},
    )


def tun(node: str, name: str, *addresses: str, mtu: int, stands_for: str = "") -> Link:
    """Return a TUN device of a program; ``stands_for`` ipip: its type was set to that."""
    data = {"type": "tun", "pi": False, "vnet_hdr": False, "multi_queue": False, "persist": False}
    return Link(
        name=name,
        index=_index(node, name),
        kind="tun",
        link_type="ipip" if stands_for == "ipip" else "none",
        mac="0.0.0.0" if stands_for == "ipip" else "",
        mtu=mtu,
        flags=TUN_FLAGS,
        addresses=addresses,
        qdisc="fq_codel",
        queue_length=500,
        data=data,
    )


def wireguard(node: str, name: str, *addresses: str, mtu: int) -> Link:
    return Link(
        name=name,
        index=_index(node, name),
        kind="wireguard",
        link_type="none",
        mtu=mtu,
        flags=("POINTOPOINT", "NOARP"),
        addresses=addresses,
    )


def macvlan_eth0(node: str, pod: str, lower: str, address: str, *, mtu: int = 1500) -> Link:
    """Return a pod's macvlan: its lower device is in the node's namespace."""
    return Link(
        name="eth0",
        index=_index(node, f"{pod}:eth0"),
        kind="macvlan",
        mac=mac_of(Place(node, pod, "eth0")),
        mtu=mtu,
        addresses=(address,),
        peer_index=_index(node, lower),
        peer_namespace=0,
        data={"mode": "bridge", "bcqueuelen": 1000, "usedbcqueuelen": 1000},
    )


def dummy(node: str, name: str, *addresses: str, up: bool = True) -> Link:
    return Link(
        name=name,
        index=_index(node, name),
        kind="dummy",
        mac=mac_of(Place(node, None, name)),
        up=up,
        flags=("BROADCAST", "NOARP"),
        addresses=addresses,
        qdisc="noop" if not up else "noqueue",
    )


def _index(node: str, name: str) -> int:
    return ifindex(Place(node, None, name))
