"""What Kubernetes says in every network: nodes, pods, config maps; and its processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.bundles.facts.hosts import Host, Hosts
from tests.bundles.facts.kubernetes import (
    Item,
    host_network_pod,
    kube_proxy_config,
    kubeadm_config,
    node_item,
    pod_item,
)


def kubernetes_of(
    hosts: Hosts,
    annotations: Mapping[str, Mapping[str, str]],
    config_maps: Sequence[Item],
    *,
    pod_network: str,
    agents: Sequence[str] = (),
    domain: str = "",
    node_hosts: Hosts | None = None,
) -> dict[str, tuple[Item, ...]]:
    """Return the lists; ``node_hosts``: the hosts with the subnets that Kubernetes gave them."""
    pods = [pod_item(host, pod, domain=domain) for host in hosts for pod in host.pods]
    pods += [
        host_network_pod(host, f"{agent}-{host.name}", domain=domain)
        for host in hosts
        for agent in agents
    ]
    return {
        "nodes": tuple(
            node_item(host, annotations.get(host.name, {}), domain=domain)
            for host in node_hosts or hosts
        ),
        "pods": tuple(pods),
        "configmaps": (
            *config_maps,
            kube_proxy_config(pod_network),
            kubeadm_config(pod_network),
        ),
    }


def usual_cmdlines(host: Host) -> tuple[str, ...]:
    """Return the command lines of kubelet and kube-proxy."""
    return (
        "/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf "
        "--kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml "
        "--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock",
        "/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf "
        f"--hostname-override={host.name}",
    )
