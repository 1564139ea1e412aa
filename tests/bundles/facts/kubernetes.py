"""Objects of a cluster as ``kubectl get -A -o json`` prints them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import md5
from typing import Any

from tests.bundles.facts.hosts import Host, Pod

Item = dict[str, Any]
CREATED = "2026-09-01T08:14:02Z"


def kubectl_list(items: Iterable[Item]) -> str:
    value = {"apiVersion": "v1", "items": list(items), "kind": "List",
             "metadata": {"resourceVersion": ""}}  # fmt: skip
    return json.dumps(value, indent=4) + "\n"


def metadata(name: str, namespace: str = "", **more: object) -> Item:
    found: Item = {"creationTimestamp": CREATED, "name": name}
    if namespace:
        found["namespace"] = namespace
    digits = md5(f"{namespace}/{name}".encode(), usedforsecurity=False).hexdigest()
    uid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return found | {"resourceVersion": str(int(digits[:5], 16)), "uid": uid} | more


def node_item(
    host: Host,
    annotations: Mapping[str, str],
    *,
    domain: str = "",
    has_pod_subnet: bool = True,
) -> Item:
    """Return a node; ``domain`` is what its name has behind the host's."""
    name = host.name + domain
    labels = {"beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux",
              "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name,
              "kubernetes.io/os": "linux"}  # fmt: skip
    usual = {"node.alpha.kubernetes.io/ttl": "0",
             "volumes.kubernetes.io/controller-managed-attach-detach": "true"}  # fmt: skip
    addresses = [{"address": host.address, "type": "InternalIP"}]
    if host.address6:
        addresses.append({"address": host.address6, "type": "InternalIP"})
    subnets = [host.subnet, *([host.subnet6] if host.subnet6 else [])]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": metadata(name, annotations={**annotations, **usual}, labels=labels),
        "spec": {"podCIDR": host.subnet, "podCIDRs": subnets} if has_pod_subnet else {},
        "status": {
            "addresses": [*addresses, {"address": name, "type": "Hostname"}],
            "allocatable": {"cpu": "4", "memory": "16085912Ki", "pods": "110"},
            "capacity": {"cpu": "4", "memory": "16188312Ki", "pods": "110"},
            "conditions": [{"lastHeartbeatTime": CREATED, "lastTransitionTime": CREATED,
                            "message": "kubelet is posting ready status",
                            "reason": "KubeletReady", "status": "True", "type": "Ready"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {"architecture": "amd64", "kernelVersion": "6.1.0-18-amd64",
                         "containerRuntimeVersion": "containerd://1.7.22",
                         "kubeletVersion": "v1.31.14", "kubeProxyVersion": "v1.31.14",
                         "operatingSystem": "linux", "osImage": "Debian GNU/Linux 12 (bookworm)"},
        },
    }  # fmt: skip


def pod_item(host: Host, pod: Pod, *, domain: str = "") -> Item:
    """Return a pod of the pod network."""
    addresses = [pod.address, *([pod.address6] if pod.address6 and host.subnet6 else [])]
    return _pod(host, pod.name, pod.namespace, addresses, domain)


def host_network_pod(host: Host, name: str, *, domain: str = "") -> Item:
    """Return a pod of kube-system with the node's own address."""
    item = _pod(host, name, "kube-system", [host.address], domain)
    item["spec"]["hostNetwork"] = True
    return item


def _pod(host: Host, name: str, namespace: str, addresses: list[str], domain: str) -> Item:
    container = {"image": "registry.k8s.io/e2e-test-images/agnhost:2.53", "name": "main",
                 "resources": {}, "terminationMessagePath": "/dev/termination-log"}  # fmt: skip
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(name, namespace, labels={"app": name}),
        "spec": {"containers": [container], "dnsPolicy": "ClusterFirst",
                 "nodeName": host.name + domain, "restartPolicy": "Always",
                 "serviceAccountName": "default"},
        "status": {
            "conditions": [{"lastProbeTime": None, "lastTransitionTime": CREATED,
                            "status": "True", "type": "Ready"}],
            "hostIP": host.address, "hostIPs": [{"ip": host.address}], "phase": "Running",
            "podIP": addresses[0], "podIPs": [{"ip": address} for address in addresses],
            "qosClass": "BestEffort", "startTime": CREATED,
        },
    }  # fmt: skip


def config_map(name: str, data: Mapping[str, str], namespace: str = "kube-system") -> Item:
    return {"apiVersion": "v1", "data": dict(data), "kind": "ConfigMap",
            "metadata": metadata(name, namespace)}  # fmt: skip


def kube_proxy_config(pod_network: str) -> Item:
    text = (
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nbindAddress: 0.0.0.0\n"
        f"clusterCIDR: {pod_network}\nconntrack:\n  maxPerCore: null\n"
        'iptables:\n  masqueradeAll: false\nkind: KubeProxyConfiguration\nmode: ""\n'
    )
    return config_map("kube-proxy", {"config.conf": text})


def kubeadm_config(pod_network: str) -> Item:
    text = ("apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta3\nclusterName: kubernetes\n"
            "kind: ClusterConfiguration\nkubernetesVersion: v1.31.14\nnetworking:\n"
            f"  dnsDomain: cluster.local\n  podSubnet: {pod_network}\n"
            "  serviceSubnet: 10.96.0.0/12\nscheduler: {}\n")  # fmt: skip
    return config_map("kubeadm-config", {"ClusterConfiguration": text})


def ippool(
    ipip: str, vxlan: str, *, name: str = "default-ipv4-ippool", cidr: str = "192.168.0.0/16"
) -> Item:
    return {
        "apiVersion": "crd.projectcalico.org/v1",
        "kind": "IPPool",
        "metadata": metadata(name),
        "spec": {"allowedUses": ["Workload", "Tunnel"], "blockSize": 26, "cidr": cidr,
                 "ipipMode": ipip, "natOutgoing": True, "nodeSelector": "all()",
                 "vxlanMode": vxlan},
    }  # fmt: skip


def felix_configuration(**settings: object) -> Item:
    usual = {"bpfConnectTimeLoadBalancing": "TCP", "floatingIPs": "Disabled", "logSeverityScreen":
             "Info", "reportingInterval": "0s"}  # fmt: skip
    return {"apiVersion": "crd.projectcalico.org/v1", "kind": "FelixConfiguration",
            "metadata": metadata("default"), "spec": usual | settings}  # fmt: skip
