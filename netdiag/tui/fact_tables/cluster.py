"""Kubernetes objects that tell how pods are reached."""

from __future__ import annotations

from netdiag.model.facts.cluster import (
    Cluster,
    DaemonSet,
    EndpointSlice,
    IpamBlock,
    NetworkPolicy,
    Node,
    Pod,
    Service,
)
from netdiag.tui.fact_tables.configuration import configuration_table
from netdiag.tui.fact_tables.table import FactTable, Tone, joined, own_source, told

ENDED = ("Succeeded", "Failed")


def cluster_tables(cluster: Cluster) -> list[FactTable]:
    """Return the tables of a cluster's objects."""
    return [
        FactTable("Pods", ("pod", "node", "addresses", "phase", "about"), cluster.pods or (),
                  _pod, own_source, _pod_tone),
        FactTable("Nodes", ("node", "addresses", "pod subnets", "about"), cluster.nodes or (),
                  _node, own_source),
        FactTable("Services", ("service", "type", "addresses", "ports"), cluster.services or (),
                  _service, own_source),
        FactTable("Endpoints", ("service", "ports", "addresses"), cluster.endpoint_slices or (),
                  _slice, own_source),
        FactTable("Policies", ("policy", "kind", "types", "selects"),
                  cluster.network_policies or (), _policy, own_source),
        FactTable("Daemon sets", ("daemon set", "ready", "images"), cluster.daemon_sets or (),
                  _daemon_set, own_source),
        FactTable("Address blocks", ("block", "node"), cluster.ipam_blocks or (), _block,
                  own_source),
        configuration_table(cluster.configuration),
    ]  # fmt: skip


def _pod(pod: Pod) -> tuple[str, ...]:
    about = joined(["host network" if pod.host_network else "", *pod.containers])
    return told(pod.full_name, pod.node, " ".join(pod.addresses), pod.phase, about)


def _pod_tone(pod: Pod) -> Tone:
    return "quiet" if pod.phase in ENDED else ""


def _node(node: Node) -> tuple[str, ...]:
    flannel = node.flannel_backend and f"flannel {node.flannel_backend}"
    about = joined([node.os, flannel, node.calico_ipv4 and f"calico {node.calico_ipv4}"])
    return told(node.name, " ".join(node.internal_ips), " ".join(node.pod_cidrs), about)


def _service(service: Service) -> tuple[str, ...]:
    ports = joined(f"{port.port}/{port.protocol}" for port in service.ports)
    addresses = joined([*service.cluster_ips, *service.external_ips])
    return told(service.full_name, service.type, addresses, ports)


def _slice(part: EndpointSlice) -> tuple[str, ...]:
    ports = joined(f"{number}/{protocol}" for _, protocol, number in part.ports)
    addresses = joined(
        f"{address}{'' if ready else ' (not ready)'}" for address, _, _, ready in part.addresses
    )
    return told(f"{part.namespace}/{part.service}", ports, addresses)


def _policy(policy: NetworkPolicy) -> tuple[str, ...]:
    name = joined([policy.namespace]) + ("/" if policy.namespace else "") + policy.name
    selector = policy.selector
    words = (
        joined(f"{key}={value}" for key, value in selector.items())
        if isinstance(selector, dict)
        else selector
    )
    return told(name, policy.kind, " ".join(policy.types), words or "all")


def _daemon_set(item: DaemonSet) -> tuple[str, ...]:
    ready = "" if item.desired is None else f"{item.ready or 0}/{item.desired}"
    return told(f"{item.namespace}/{item.name}", ready, " ".join(item.images))


def _block(block: IpamBlock) -> tuple[str, ...]:
    return block.cidr, block.node
