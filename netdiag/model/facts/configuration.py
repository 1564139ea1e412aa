"""What the network plugins, kubelet and docker are told to do."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from netdiag.model.facts.source import Source

PoolMode = Literal["Never", "Always", "CrossSubnet"]


class CniPlugin(Struct, frozen=True):
    """One plugin of a CNI network (https://www.cni.dev/docs/spec/)."""

    type: str
    """flannel, calico, bridge, ptp, macvlan, ipvlan, sriov, portmap, bandwidth, cilium-cni, …"""
    ipam: str | None = None
    """host-local, calico-ipam, dhcp, whereabouts, static, …"""
    subnets: tuple[str, ...] = ()
    """That IPAM hands out, as far as the document names them."""
    uses_pod_cidr: bool = False
    """IPAM's subnet is ``usePodCidr``."""
    bridge: str | None = None
    """Name of the bridge; of flannel's the one that it delegates."""
    master: str | None = None
    """Parent of a macvlan, ipvlan or host-device; ``deviceID`` of SR-IOV."""
    mode: str | None = None
    mtu: int | None = None
    """None = not given, or 0: the plugin chooses."""
    vlan: int | None = None
    is_gateway: bool | None = None
    ip_masq: bool | None = None
    hairpin: bool | None = None
    delegates: tuple[CniPlugin, ...] = ()
    """What a meta plugin (multus) calls."""
    cluster_network: str | None = None
    """Of multus: the file or the name of the network that pods get first."""


class CniNetwork(Struct, frozen=True):
    """A .conf or .conflist of ``/etc/cni/net.d``; kubelet takes the first by file name."""

    name: str
    plugins: tuple[CniPlugin, ...]
    source: Source


class FlannelNetwork(Struct, frozen=True):
    """flannel's net-conf.json, or the same from kube-flannel-cfg or etcd.

    https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md
    """

    source: Source
    network: str | None
    backend: str
    """In lower case: vxlan, host-gw, udp, wireguard, ipip, ipsec, alloc, …; udp if not given."""
    direct_routing: bool = False
    vni: int | None = None
    """None = not given: 1."""
    port: int | None = None
    """None = not given: 8472 for vxlan, 8285 for udp, 51820 for wireguard."""
    mtu: int | None = None
    ipv6_network: str | None = None
    subnet_length: int | None = None


class FlannelSubnet(Struct, frozen=True):
    """subnet.env: what flannel gave the node."""

    source: Source
    network: str | None
    subnet: str | None
    """As written: the bridge's address with the prefix length, ``10.244.1.1/24``."""
    mtu: int | None
    ip_masq: bool | None
    ipv6_network: str | None = None
    ipv6_subnet: str | None = None


class FlannelLease(Struct, frozen=True):
    """A subnet that flannel gave a node, by etcd: ``/coreos.com/network/subnets/10.5.1.0-24``."""

    source: Source
    subnet: str
    public_ip: str | None
    backend: str | None
    vtep_mac: str | None = None
    vni: int | None = None


class IpPool(Struct, frozen=True):
    """Calico's IPPool (https://docs.tigera.io/calico/latest/reference/resources/ippool)."""

    source: Source
    name: str
    cidr: str
    ipip_mode: PoolMode = "Never"
    vxlan_mode: PoolMode = "Never"
    nat_outgoing: bool = False
    disabled: bool = False
    block_size: int | None = None
    node_selector: str | None = None


class FelixSettings(Struct, frozen=True):
    """Calico's FelixConfiguration; None = not given, which leaves it to IPPools and defaults."""

    source: Source
    name: str
    """``default``, or ``node.NAME`` for one node, or ``environment`` of calico-node, which counts
    most."""
    wireguard: bool | None = None
    wireguard_ipv6: bool | None = None
    wireguard_mtu: int | None = None
    wireguard_port: int | None = None
    vxlan: bool | None = None
    vxlan_vni: int | None = None
    vxlan_port: int | None = None
    vxlan_mtu: int | None = None
    ipip: bool | None = None
    ipip_mtu: int | None = None
    bpf: bool | None = None
    mtu_interface_pattern: str | None = None


class CiliumSettings(Struct, frozen=True):
    """cilium-config."""

    source: Source
    routing_mode: str | None = None
    """``tunnel`` or ``native``; None = not given."""
    tunnel_protocol: str | None = None
    """``vxlan`` or ``geneve``; None = not given: vxlan."""
    tunnel_port: int | None = None
    encryption: str | None = None
    """``wireguard`` or ``ipsec`` where it is switched on."""
    direct_routing_skip_unreachable: bool = False
    auto_direct_routes: bool | None = None


class KubeRouterSettings(Struct, frozen=True):
    """What kube-router was started with; its own defaults where nothing is given."""

    source: Source
    overlay: bool = True
    overlay_type: Literal["subnet", "full"] = "subnet"
    encapsulation: Literal["ipip", "fou"] = "ipip"


class DockerSettings(Struct, frozen=True):
    """dockerd's daemon.json and flags; None = not given."""

    source: Source
    bip: str | None = None
    ip_masq: bool | None = None
    iptables: bool | None = None
    mtu: int | None = None
    bridge: str | None = None
    pools: tuple[str, ...] = ()


class KubeletSettings(Struct, frozen=True):
    """What matters here of kubelet's flags and of its configuration file; None = not given."""

    source: Source
    network_plugin: str | None = None
    """``kubenet``, ``cni``; a flag until Kubernetes 1.23."""
    pod_cidr: str | None = None
    non_masquerade_cidr: str | None = None
    hairpin_mode: str | None = None
    node_ip: str | None = None
    cni_conf_dir: str | None = None


class FlanneldSettings(Struct, frozen=True):
    """flanneld's flags; None = not given."""

    source: Source
    interfaces: tuple[str, ...] = ()
    """``-iface``: names or addresses, in order of preference."""
    interface_regex: tuple[str, ...] = ()
    public_ip: str | None = None
    ip_masq: bool | None = None
    kube_subnet_manager: bool | None = None


class KubeProxySettings(Struct, frozen=True):
    """kube-proxy's flags or ConfigMap; None = not given."""

    source: Source
    mode: str | None = None
    """``iptables``, ``ipvs``, ``nftables``; empty = the default."""
    cluster_cidr: str | None = None
    masquerade_all: bool | None = None


class Configuration(Struct, frozen=True):
    """All that configures a node's network, or a whole cluster's; () = nothing was found."""

    cni: tuple[CniNetwork, ...] = ()
    """In order of file name."""
    flannel: tuple[FlannelNetwork, ...] = ()
    """Those that count most first: ConfigMap, net-conf.json, etcd."""
    flannel_subnets: tuple[FlannelSubnet, ...] = ()
    flannel_leases: tuple[FlannelLease, ...] = ()
    ip_pools: tuple[IpPool, ...] = ()
    felix: tuple[FelixSettings, ...] = ()
    cilium: tuple[CiliumSettings, ...] = ()
    kube_router: tuple[KubeRouterSettings, ...] = ()
    docker: tuple[DockerSettings, ...] = ()
    kubelet: tuple[KubeletSettings, ...] = ()
    flanneld: tuple[FlanneldSettings, ...] = ()
    kube_proxy: tuple[KubeProxySettings, ...] = ()
    is_canal: bool = False
    """A ConfigMap ``canal-config`` says that Calico's policy runs on flannel's network."""
    cluster_cidrs: tuple[str, ...] = ()
    """Pod prefixes of the whole cluster: kubeadm's podSubnet, kube-proxy's clusterCIDR."""
    calico_mtu: int | None = None
    """``/var/lib/calico/mtu``: what Calico gives its pods."""
