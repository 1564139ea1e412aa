"""Whose a typed address is, where a pod or a node has two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netdiag.sources.kubernetes.ends import ClusterEnd, find_ends
from netdiag.sources.kubernetes.kubectl import Kubectl
from tests.kubernetes.cluster import Cluster, needs_kubectl, small_cluster
from tests.kubernetes.lab_objects import node_object, pod_object
from tests.kubernetes.serving import Object

pytestmark = needs_kubectl


def with_two_addresses(pod: Object, second: str) -> Object:
    status = pod["status"]
    return {**pod, "status": {**status, "podIPs": [*status["podIPs"], {"ip": second}]}}


@pytest.fixture
def there() -> Iterator[Cluster]:
    with small_cluster() as made:
        node = node_object("node-3", "10.1.10.11", "10.244.3.0/24")
        node["spec"]["podCIDRs"].append("fd00:3::/64")
        node["status"]["addresses"].append({"type": "InternalIP", "address": "fd00:9::3"})
        made.add("nodes", node)
        pod = pod_object("dual", "node-3", "10.1.10.11", "10.244.3.2")
        made.add("pods", with_two_addresses(pod, "fd00:3::2"))
        other = pod_object("other", "node-3", "10.1.10.11", "10.244.3.3")
        made.add("pods", with_two_addresses(other, "fd00:77::2"))
        yield made


def found(there: Cluster, typed: str) -> tuple[ClusterEnd, list[str]]:
    """Return what an address is, where a pod's first address is known to be IPv4."""
    said: list[str] = []
    kubectl = Kubectl(kubeconfig=str(there.kubeconfig))
    _, end = find_ends(kubectl, ("web-1", typed), "default", lambda: None, said.append)
    return end, said


def test_a_pods_second_address_by_its_nodes_subnets(there: Cluster) -> None:
    end, said = found(there, "fd00:3::2")
    assert end.pod is not None
    assert (end.pod.name, end.node, end.typed, said) == ("dual", "node-3", "ip/fd00:3::2", [])
    lists = [asked for asked in there.requests if (asked.verb, asked.resource) == ("list", "pods")]
    assert [asked.query["fieldSelector"] for asked in lists] == [
        ["status.podIP=fd00:3::2"], ["spec.nodeName=node-3"],
    ]  # fmt: skip


def test_a_nodes_second_address(there: Cluster) -> None:
    end, said = found(there, "fd00:9::3")
    assert (end.pod, end.node, said) == (None, "node-3", [])


def test_a_pods_second_address_outside_its_nodes_subnets(there: Cluster) -> None:
    end, (said,) = found(there, "fd00:77::2")
    assert end.pod is not None
    assert end.pod.name == "other"
    assert said.startswith("looking for fd00:77::2 among pods")


def test_an_address_that_is_nobodys(there: Cluster) -> None:
    end, said = found(there, "2001:db8::1")
    assert (end.pod, end.node) == (None, None)
    assert said[-1].endswith("if it is a pod's, type the pod's name, as NAMESPACE/NAME")
    there.forbid("list", "nodes")
    end, (why,) = found(there, "2001:db8::1")
    assert end.node is None
    assert why.startswith("whose 2001:db8::1 is cannot be looked for: not allowed to list nodes")


def test_first_addresses_are_asked_for_once(there: Cluster) -> None:
    end, said = found(there, "8.8.8.8")
    assert (end.node, said) == (None, [])
    assert len([asked for asked in there.requests if asked.verb == "list"]) == 1
