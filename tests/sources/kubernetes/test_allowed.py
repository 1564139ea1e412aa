"""Of the cluster's objects only fields of a list are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from netdiag.facts.kubernetes.by_kind import parse_kubernetes
from netdiag.model.facts.configuration import FlannelNetwork, KubeProxySettings
from netdiag.sources.kubernetes.allowed import OBJECTS, allowed

SECRET = "hunter2"
CONTAINER = {
    "name": "kube-flannel", "image": "flannel:v0.25.5", "command": ["/opt/bin/flanneld"],
    "args": ["--ip-masq", "--iface", "eth1", "--etcd-password", SECRET, f"--token={SECRET}"],
    "env": [{"name": "PASSWORD", "value": SECRET}],
    "envFrom": [{"secretRef": {"name": SECRET}}],
    "volumeMounts": [{"name": SECRET, "mountPath": "/x"}],
}  # fmt: skip
METADATA = {
    "name": "x", "namespace": "n",
    "annotations": {
        "kubectl.kubernetes.io/last-applied-configuration": SECRET, "mine": SECRET,
        "flannel.alpha.coreos.com/public-ip": "10.0.0.1",
    },
    "managedFields": [{"manager": SECRET}],
}  # fmt: skip
DATA = {
    "net-conf.json": json.dumps(
        {"Network": "10.244.0.0/16", "Backend": {"Type": "wireguard", "PSK": SECRET}}
    ),
    "config.conf": f"mode: ipvs\nclusterCIDR: 10.244.0.0/16\nclientConnection: {{token: {SECRET}}}",
    "cni_network_config": f'{{"mtu": __CNI_MTU__, "k8s_auth_token": "{SECRET}"}}',
    "other": SECRET,
}


def whole(kind: str) -> dict[str, Any]:
    spec = {"containers": [CONTAINER], "nodeName": "n1", "secret": SECRET,
            "template": {"spec": {"containers": [CONTAINER]}}}  # fmt: skip
    return {"apiVersion": "v1", "kind": kind, "metadata": METADATA, "spec": spec, "data": DATA,
            "status": {"phase": "Running", "message": SECRET}}  # fmt: skip


@pytest.mark.parametrize("kind", [*OBJECTS, "Secret"])
def test_no_secret_is_kept(kind: str) -> None:
    assert SECRET not in json.dumps(allowed(whole(kind), kind))


def test_secrets_are_not_kept_at_all() -> None:
    assert allowed(whole("Secret"), "Secret") == {}


def test_what_matters_is_kept() -> None:
    daemon_set = allowed(whole("DaemonSet"), "DaemonSet")
    (container,) = daemon_set["spec"]["template"]["spec"]["containers"]
    assert container["command"] == ["/opt/bin/flanneld", "--ip-masq", "--iface", "eth1"]
    config_map = allowed(
        whole("ConfigMap") | {"metadata": {"name": "kube-proxy", "namespace": "kube-system"}},
        "ConfigMap",
    )
    found = parse_kubernetes(json.dumps(config_map).encode(), "configmaps.json").items
    (network,) = [each for each in found if isinstance(each, FlannelNetwork)]
    assert (network.backend, network.network) == ("wireguard", "10.244.0.0/16")
    (proxy,) = [each for each in found if isinstance(each, KubeProxySettings)]
    assert proxy.mode == "ipvs"


@pytest.mark.parametrize("odd", [None, 7, "x", [], [[[]]], {"a": {"b": 1}}])
def test_odd_objects(odd: object) -> None:
    for kind in OBJECTS:
        for key in ("metadata", "spec", "status", "data"):
            allowed({"kind": kind, key: odd}, kind)
