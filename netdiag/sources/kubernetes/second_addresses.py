"""Whose an address is that is no pod's first: the API finds pods by their first addresses alone.

https://kubernetes.io/docs/concepts/services-networking/dual-stack/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Final, NamedTuple

from netdiag.sources.inventory.places import Address
from netdiag.sources.kubernetes.kubectl import Kubectl, Object, pods_path
from netdiag.sources.kubernetes.listing import NODES, RUNNING, pages
from netdiag.sources.kubernetes.objects import read_node, read_pod
from netdiag.sources.kubernetes.refusals import KubectlError

MOST_NODES: Final = 1_000
MOST_PODS: Final = 2_000
"""Looked through where nodes do not tell which pods they have."""

OF_NODE: Final = 500
NAME_IT: Final = "if it is a pod's, type the pod's name, as NAMESPACE/NAME"


class Holder(NamedTuple):
    """Who has an address: a pod, or else a node."""

    pod: Object | None = None
    node: Object | None = None


def holder_of(kubectl: Kubectl, address: Address, warn: Callable[[str], None]) -> Holder:
    """Return the pod or node with an address, neither if it is nobody's; some pods are looked at.

    ``warn`` gets a sentence if that takes long, or is not the last word.
    """
    try:
        node = _node_of(kubectl, address)
        if node is not None and address in read_node(node).addresses:
            return Holder(node=node)
        if node is not None:
            where = f"spec.nodeName={read_node(node).name}"
            listed = pages(kubectl, pods_path(None), OF_NODE, fieldSelector=where)
            return Holder(_pod_of(listed, address))
        warn(f"looking for {address} among pods: the cluster finds none by a second address")
        listed = pages(kubectl, pods_path(None), MOST_PODS, fieldSelector=RUNNING)
        found = _pod_of(listed, address)
    except KubectlError as error:
        warn(f"whose {address} is cannot be looked for: {error}; {NAME_IT}")
        return Holder()
    if found is None:
        warn(f"{address} is none of those of the first {MOST_PODS} pods; {NAME_IT}")
    return Holder(found)


def _node_of(kubectl: Kubectl, address: Address) -> Object | None:
    """Return the node with an address, or whose pods have such addresses."""
    for page in pages(kubectl, NODES, MOST_NODES):
        for told in page:
            if address in read_node(told).addresses or _has_in_its_subnets(told, address):
                return told
    return None


def _has_in_its_subnets(node: Object, address: Address) -> bool:
    spec = node.get("spec")
    subnets = spec.get("podCIDRs") if isinstance(spec, dict) else None
    for subnet in subnets if isinstance(subnets, list) else ():
        try:
            if address in ip_network(subnet, strict=False):
                return True
        except ValueError:
            continue
    return False


def _pod_of(listed: Iterable[list[Object]], address: Address) -> Object | None:
    for page in listed:
        for told in page:
            pod = read_pod(told)
            if pod.phase == "Running" and address in pod.addresses:
                return told
    return None
