"""Networks without a tunnel: kubenet, Docker, macvlan, SR-IOV, and the bridge and ptp plugins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from netdiag.lab.files import NET_D, PORTMAP
from tests.bundles.facts import cni_files, namespaces
from tests.bundles.facts.cluster import kubernetes_of, usual_cmdlines
from tests.bundles.facts.devices import loopback, macvlan_eth0, nic
from tests.bundles.facts.documents import Facts, NodeFacts
from tests.bundles.facts.firewall import docker_rules, kube_proxy_rules, saved
from tests.bundles.facts.hosts import FLANNEL, FLANNEL_1, FLANNEL_2, Host, Hosts, Pod, across
from tests.bundles.facts.kernel import Link, Namespace
from tests.bundles.macs import mac_of
from tests.bundles.paths import Place

KUBENET: Hosts = across(
    (
        replace(
            FLANNEL_1, pods=(Pod(name="pod-a", address="10.244.1.2", port="veth11aa22bb"),)
        ),
        replace(
            FLANNEL_2, pods=(Pod(name="pod-c", address="10.244.2.2", port="veth55ee66ff"),)
        ),
    )
)  # fmt: skip
DOCKER_HOST = Host(
    name="node-1",
    address="10.1.10.9",
    subnet="172.17.0.0/16",
    pods=(
        Pod(name="web", address="172.17.0.2", port="vethd0c0001"),
        Pod(name="db", address="172.17.0.3", port="vethd0c0002"),
    ),
)
IN_UNDERLAY: Hosts = (
    Host(
        name="node-1",
        address="10.1.10.9",
        subnet="10.1.10.0/24",
        pods=(Pod(name="pod-a", address="10.1.10.101", port=""),),
    ),
    Host(
        name="node-2",
        address="10.1.10.10",
        subnet="10.1.10.0/24",
        pods=(Pod(name="pod-c", address="10.1.10.103", port=""),),
    ),
)


def _bridged(host: Host, hosts: Hosts, name: str, routes: tuple[str, ...] = ()) -> Namespace:
    return Namespace(
        links=(*namespaces.underlay_links(host), *namespaces.bridged_links(host, name, 1500)),
        routes=namespaces.merged(
            namespaces.underlay_routes(host), namespaces.bridge_routes(host, name), routes
        ),
        neighbours=namespaces.merged(
            namespaces.underlay_neighbours(host, hosts), namespaces.pod_neighbours(host, name)
        ),
    )


def kubenet(hosts: Hosts = KUBENET) -> Facts:
    """Return kubelet with its own plugin: cbr0, and routes that only the router has."""
    return Facts(
        nodes=tuple(_kubenet_node(host, hosts) for host in hosts),
        kubernetes=kubernetes_of(
            hosts, {}, (), pod_network=cni_files.POD_NETWORK, agents=("kube-proxy",)
        ),
    )


def _kubenet_node(host: Host, hosts: Hosts) -> NodeFacts:
    arguments = (
        f"--network-plugin=kubenet --pod-cidr={host.subnet} --non-masquerade-cidr=10.0.0.0/8"
    )
    kubelet, kube_proxy = usual_cmdlines(host)
    return NodeFacts(
        name=host.name,
        kernel=_bridged(host, hosts, "cbr0"),
        pods=namespaces.bridged_pods(host, 1500, "", "cbr0"),
        files={"/var/lib/kubelet/kubeadm-flags.env": f'KUBELET_KUBEADM_ARGS="{arguments}"\n'},
        firewall=saved(kube_proxy_rules(cni_files.POD_NETWORK)),
        cmdlines=(f"{kubelet} {arguments}", kube_proxy),
    )


def docker(host: Host = DOCKER_HOST) -> Facts:
    """Return one machine with Docker alone."""
    node = NodeFacts(
        name=host.name,
        kernel=_bridged(host, (host,), "docker0"),
        pods=namespaces.bridged_pods(host, 1500, "", "docker0"),
        firewall=saved(docker_rules()),
        cmdlines=("/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock",),
    )
    return Facts(nodes=(node,))


def bridge_plugin(hosts: Hosts = FLANNEL) -> Facts:
    """Return the bridge plugin with one subnet a node, and static routes between the nodes."""
    return _routed_cluster(tuple(_bridge_node(host, hosts) for host in hosts), hosts)


def _bridge_node(host: Host, hosts: Hosts) -> NodeFacts:
    plugin = {"type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": True,
              "ipam": _host_local(host)}  # fmt: skip
    return NodeFacts(
        name=host.name,
        kernel=_bridged(host, hosts, "cni0", _static_routes(host, hosts)),
        pods=namespaces.bridged_pods(host, 1500, "", "cni0"),
        files=_net_d("10-mynet.conflist", plugin),
        firewall=saved(kube_proxy_rules(cni_files.POD_NETWORK)),
        cmdlines=usual_cmdlines(host),
    )


def ptp_plugin(hosts: Hosts = FLANNEL) -> Facts:
    """Return the ptp plugin: a veth and a host route for each pod, no bridge."""
    return _routed_cluster(tuple(_ptp_node(host, hosts) for host in hosts), hosts)


def _ptp_node(host: Host, hosts: Hosts) -> NodeFacts:
    plugin = {"type": "ptp", "ipMasq": False, "ipam": _host_local(host)}
    gateway, _, _ = host.bridge_address.partition("/")
    ports = tuple(
        replace(link, addresses=(f"{gateway}/32",)) for link in namespaces.port_links(host, 1500)
    )
    return NodeFacts(
        name=host.name,
        kernel=Namespace(
            links=(*namespaces.underlay_links(host), *ports),
            routes=namespaces.merged(
                namespaces.underlay_routes(host),
                (f"{pod.address} dev {pod.port} scope host" for pod in host.pods),
                _static_routes(host, hosts),
            ),
            neighbours=namespaces.merged(
                namespaces.underlay_neighbours(host, hosts), namespaces.pod_neighbours(host)
            ),
        ),
        pods=namespaces.routed_pods(host, 1500, gateway=gateway),
        files=_net_d("10-ptp.conflist", plugin),
        firewall=saved(kube_proxy_rules(cni_files.POD_NETWORK)),
        cmdlines=usual_cmdlines(host),
    )


def _host_local(host: Host) -> dict[str, object]:
    return {"type": "host-local", "ranges": [[{"subnet": host.subnet}]],
            "routes": [{"dst": "0.0.0.0/0"}]}  # fmt: skip


def _net_d(name: str, plugin: Mapping[str, object]) -> dict[str, str]:
    text = cni_files.conflist("mynet", plugin, PORTMAP, version="1.0.0")
    return {f"{NET_D}/{name}": text}


def _static_routes(host: Host, hosts: Hosts) -> tuple[str, ...]:
    return tuple(
        f"{other.subnet} via {other.address} dev {host.nic} proto static"
        for other in hosts
        if other.name != host.name
    )


def _routed_cluster(nodes: tuple[NodeFacts, ...], hosts: Hosts) -> Facts:
    kubernetes = kubernetes_of(hosts, {}, (), pod_network=cni_files.POD_NETWORK)
    return Facts(nodes=nodes, kubernetes=kubernetes)


def macvlan(hosts: Hosts = IN_UNDERLAY) -> Facts:
    """Return pods with a macvlan of the node's NIC: addresses of the underlay."""
    return Facts(nodes=tuple(_macvlan_node(host, hosts) for host in hosts))


def _macvlan_node(host: Host, hosts: Hosts) -> NodeFacts:
    conf = {"cniVersion": "0.3.1", "name": "macvlan-net", "type": "macvlan", "master": host.nic,
            "mode": "bridge", "ipam": _underlay_ipam(host)}  # fmt: skip
    pods = {
        pod.name: _underlay_pod(
            host, pod, macvlan_eth0(host.name, pod.name, host.nic, f"{pod.address}/24")
        )
        for pod in host.pods
    }
    return NodeFacts(
        name=host.name,
        kernel=_underlay(host, hosts),
        pods=pods,
        files={f"{NET_D}/10-macvlan.conf": json.dumps(conf) + "\n"},
        cmdlines=usual_cmdlines(host),
    )


def sriov(hosts: Hosts = IN_UNDERLAY) -> Facts:
    """Return pods with a virtual function of the node's NIC."""
    return Facts(nodes=tuple(_sriov_node(host, hosts) for host in hosts))


def _sriov_node(host: Host, hosts: Hosts) -> NodeFacts:
    plugin = {"type": "sriov", "vlan": 0, "spoofchk": "on", "trust": "off", "deviceID":
              "0000:03:02.0", "ipam": _underlay_ipam(host)}  # fmt: skip
    macs = [mac_of(Place(host.name, pod.name, "eth0")) for pod in host.pods]
    functions = [
        {"vf": at, "link_type": "ether", "address": mac, "broadcast": "ff:ff:ff:ff:ff:ff",
         "vlan_list": [{}], "rate": {"max_tx": 0, "min_tx": 0}, "spoofchk": True,
         "link_state": "auto", "trust": False, "query_rss_en": False}
        for at, mac in enumerate([*macs, "00:00:00:00:00:00"])
    ]  # fmt: skip
    kernel = _underlay(host, hosts)
    card = kernel.link(host.nic)
    bus = {"parentbus": "pci", "parentdev": "0000:03:02.0"}
    pods = {
        pod.name: _underlay_pod(
            host,
            pod,
            replace(
                nic(host.name, "eth0", f"{pod.address}/24"),
                mac=mac_of(Place(host.name, pod.name, "eth0")),
                extra=bus,
            ),
        )
        for pod in host.pods
    }
    with_functions = replace(card, extra={**card.extra, "vfinfo_list": functions})
    links = tuple(with_functions if link is card else link for link in kernel.links)
    return NodeFacts(
        name=host.name,
        kernel=replace(kernel, links=links),
        pods=pods,
        files=_net_d("10-sriov.conflist", plugin),
        cmdlines=usual_cmdlines(host),
    )


def _underlay(host: Host, hosts: Hosts) -> Namespace:
    return Namespace(
        links=namespaces.underlay_links(host),
        routes=namespaces.underlay_routes(host),
        neighbours=namespaces.underlay_neighbours(host, hosts),
    )


def _underlay_ipam(host: Host) -> dict[str, object]:
    return {"type": "host-local", "subnet": host.subnet, "rangeStart": "10.1.10.101",
            "rangeEnd": "10.1.10.150", "gateway": host.gateway}  # fmt: skip


def _underlay_pod(host: Host, pod: Pod, link: Link) -> Namespace:
    return Namespace(
        links=(loopback(), link),
        routes=(
            f"default via {host.gateway} dev eth0",
            f"{host.network} dev eth0 proto kernel scope link src {pod.address}",
        ),
    )
