"""Objects that the cluster of a lab would have: its nodes, pods, the network's configuration."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Final

import yaml

from netdiag.lab import files
from netdiag.lab.blocks.vxlan import Vxlan
from netdiag.lab.cluster import Node, Pod
from netdiag.lab.running import Known
from tests.kubernetes.kubelet import Place
from tests.kubernetes.pod_status import running
from tests.kubernetes.serving import Object

Named = tuple[str, Object]
"""The name of a resource, and an object of it."""

NAMESPACES: Final = ("default", "kube-system", "kube-public", "kube-flannel")
FLANNEL_VERSION: Final = "v0.25.5"
CALICO_VERSION: Final = "v3.28.0"
PROXY_VERSION: Final = "v1.31.14"
_CALICO_API: Final = "crd.projectcalico.org/v1"


def objects_of(lab: Known) -> Iterator[Named]:
    """Yield all objects, nodes and namespaces first."""
    for name in NAMESPACES:
        labels = {"kubernetes.io/metadata.name": name}
        made = {"metadata": {"name": name, "labels": labels}, "status": {"phase": "Active"}}
        yield "namespaces", made
    for node in lab.cluster.nodes:
        yield "nodes", _node(lab, node)
    yield from _configuration(lab)
    for name, namespace, image in _daemons(lab):
        yield "daemonsets", _daemon_set(name, namespace, image)
        for node in lab.cluster.nodes:
            yield "pods", _daemon_pod(name, namespace, image, node)
    for pod in lab.cluster.pods:
        yield "pods", _pod(pod)


def place_of(lab: Known, place: str) -> Place:
    """Return how a process gets to a place of the lab."""
    kinds = ("--net", "--uts", "--mount", "--pid")
    return Place(("nsenter", "--target", str(lab.lab.places[place]), *kinds, "--"))


def node_object(
    name: str, address: str, subnet: str | None = None, annotations: Mapping[str, str] | None = None
) -> Object:
    """Return a node that is ready."""
    labels = {
        "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name,
    }  # fmt: skip
    addresses = [
        {"type": "InternalIP", "address": address},
        {"type": "Hostname", "address": name},
    ]
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    info = {
        "architecture": "amd64", "operatingSystem": "linux", "kernelVersion": "6.1.0",
        "kubeletVersion": PROXY_VERSION, "kubeProxyVersion": PROXY_VERSION,
        "containerRuntimeVersion": "containerd://1.6.20", "osImage": "Debian GNU/Linux 12",
        "machineID": "", "systemUUID": "", "bootID": "",
    }  # fmt: skip
    return {
        "metadata": {"name": name, "labels": labels, "annotations": dict(annotations or {})},
        "spec": {"podCIDR": subnet, "podCIDRs": [subnet]} if subnet else {},
        "status": {"addresses": addresses, "conditions": [ready], "nodeInfo": info},
    }


def pod_object(
    name: str, node: str, host: str, address: str | None, *,
    namespace: str = "default", image: str = "registry/web:1",
    labels: Mapping[str, str] | None = None,
) -> Object:  # fmt: skip
    """Return a pod that runs; without an address it is in its node's network namespace."""
    spec: Object = {"containers": [{"name": "main", "image": image}], "nodeName": node}
    if address is None:
        spec["hostNetwork"] = True
    uid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{namespace}/{name}"))
    metadata = {"name": name, "namespace": namespace, "uid": uid, "labels": dict(labels or {})}
    made = {"metadata": metadata, "spec": {**spec, "restartPolicy": "Always"}}
    return {**made, "status": running(made, host, address)}


def _node(lab: Known, node: Node) -> Object:
    annotations = {}
    carrier = lab.carrier
    if lab.mode.backend.startswith("flannel"):
        annotations = {
            "flannel.alpha.coreos.com/backend-type": lab.mode.backend.partition("/")[2],
            "flannel.alpha.coreos.com/kube-subnet-manager": "true",
            "flannel.alpha.coreos.com/public-ip": str(node.address),
        }
        if isinstance(carrier, Vxlan):
            data = {"VNI": carrier.vni, "VtepMAC": carrier.mac(node)}
            annotations["flannel.alpha.coreos.com/backend-data"] = json.dumps(data)
            annotations["flannel.alpha.coreos.com/backend-type"] = "vxlan"
    return node_object(node.name, str(node.address), str(node.pod_subnet), annotations)


def _pod(pod: Pod) -> Object:
    host = str(pod.node.address)
    return pod_object(pod.name, pod.node.name, host, str(pod.address), labels={"app": pod.name})


def _configuration(lab: Known) -> Iterator[Named]:
    first = lab.mode.files(lab.cluster, lab.cluster.nodes[0])
    if files.NET_CONF in first:
        conflist = next(text for path, text in first.items() if path.startswith(files.NET_D))
        data = {"cni-conf.json": conflist, "net-conf.json": first[files.NET_CONF]}
        yield "configmaps", _config_map("kube-flannel-cfg", "kube-flannel", data)
    proxy = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
        "clusterCIDR": str(lab.cluster.network), "mode": "iptables",
    }  # fmt: skip
    data = {"config.conf": yaml.safe_dump(proxy)}
    yield "configmaps", _config_map("kube-proxy", "kube-system", data)
    if files.IP_POOL in first:
        pool: Object = yaml.safe_load(first[files.IP_POOL])
        yield "ippools", {**pool, "apiVersion": _CALICO_API}
        felix = {"metadata": {"name": "default"}, "spec": {"bpfConnectTimeLoadBalancing": "TCP"}}
        yield "felixconfigurations", felix


def _daemons(lab: Known) -> Iterator[tuple[str, str, str]]:
    """Yield name, namespace and image of the DaemonSets of this mode."""
    yield "kube-proxy", "kube-system", f"registry.k8s.io/kube-proxy:{PROXY_VERSION}"
    kind = lab.mode.backend.partition("/")[0]
    if kind in ("flannel", "canal"):
        yield "kube-flannel-ds", "kube-flannel", f"docker.io/flannel/flannel:{FLANNEL_VERSION}"
    if kind in ("calico", "canal"):
        yield "calico-node", "kube-system", f"docker.io/calico/node:{CALICO_VERSION}"


def _config_map(name: str, namespace: str, data: Mapping[str, str]) -> Object:
    return {"metadata": {"name": name, "namespace": namespace}, "data": dict(data)}


def _daemon_set(name: str, namespace: str, image: str) -> Object:
    labels = {"k8s-app": name}
    container = {"name": name, "image": image}
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"hostNetwork": True, "containers": [container]},
            },
        },
    }


def _daemon_pod(name: str, namespace: str, image: str, node: Node) -> Object:
    return pod_object(
        f"{name}-{node.number:05}", node.name, str(node.address), None,
        namespace=namespace, image=image, labels={"k8s-app": name},
    )  # fmt: skip
