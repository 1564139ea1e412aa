"""What is read of pods and nodes. An API server may say what it likes: nothing is taken for given.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from netdiag.sources.inventory.places import Address

MAKER = "netdiag/made-by"
"""The annotation that tells who made a probe pod."""


@dataclass(frozen=True)
class ClusterPod:
    """A pod, as the cluster tells."""

    namespace: str
    name: str
    uid: str
    node: str | None
    addresses: tuple[Address, ...]
    is_on_host_network: bool
    phase: str
    reason: str
    """Why it is not running or not ready, as far as told; empty: nothing is told."""
    is_ready: bool
    is_being_deleted: bool
    containers: tuple[str, ...]
    """Their ids, without the runtime's name."""
    host_addresses: tuple[Address, ...]
    """Of its node."""
    image: str
    """Of its first container."""
    command: tuple[str, ...]
    """Of its first container."""
    maker: str
    """Who made it, if it is a probe pod (``makers``)."""

    @property
    def full_name(self) -> str:
        """Return ``namespace/name``."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True)
class ClusterNode:
    """A node, as the cluster tells."""

    name: str
    addresses: tuple[Address, ...]
    system: str
    """``linux`` or ``windows``; empty: not told."""
    is_ready: bool
    is_lost: bool = False
    """Its kubelet tells the cluster nothing any more: no pod starts there."""


def read_pod(told: Mapping[str, Any]) -> ClusterPod:
    """Return a pod."""
    metadata, spec, status = (_table(told.get(key)) for key in ("metadata", "spec", "status"))
    listed = (status.get("podIP"), *(_table(each).get("ip") for each in _list(status, "podIPs")))
    hosts = (status.get("hostIP"), *(_table(each).get("ip") for each in _list(status, "hostIPs")))
    statuses = [_table(each) for each in _list(status, "containerStatuses")]
    containers = [_table(each) for each in _list(spec, "containers")]
    conditions = _conditions(status)
    return ClusterPod(
        _text(metadata.get("namespace")) or "default",
        _text(metadata.get("name")),
        _text(metadata.get("uid")),
        _text(spec.get("nodeName")) or None,
        tuple(dict.fromkeys(_addresses(listed))),
        spec.get("hostNetwork") is True,
        _text(status.get("phase")) or "Unknown",
        next(_reasons(status, statuses, conditions), ""),
        _table(conditions.get("Ready")).get("status") == "True",
        "deletionTimestamp" in metadata,
        tuple(_text(each.get("containerID")).rpartition("/")[2] for each in statuses),
        tuple(dict.fromkeys(_addresses(hosts))),
        _text(containers[0].get("image")) if containers else "",
        tuple(map(_text, _list(containers[0], "command"))) if containers else (),
        _text(_table(metadata.get("annotations")).get(MAKER)),
    )


def read_node(told: Mapping[str, Any]) -> ClusterNode:
    """Return a node."""
    metadata, status = _table(told.get("metadata")), _table(told.get("status"))
    addresses = [_table(each) for each in _list(status, "addresses")]
    listed = (each.get("address") for each in addresses if each.get("type") == "InternalIP")
    labels = _table(metadata.get("labels"))
    system = _table(status.get("nodeInfo")).get("operatingSystem") or labels.get("kubernetes.io/os")
    ready = _table(_conditions(status).get("Ready")).get("status")
    return ClusterNode(
        _text(metadata.get("name")), tuple(_addresses(listed)), _text(system), ready == "True",
        ready == "Unknown",
    )  # fmt: skip


def _reasons(
    status: Mapping[str, Any], statuses: list[Mapping[str, Any]], conditions: Mapping[str, Any]
) -> Iterator[str]:
    """Yield why a pod does not run, the most telling first."""
    for each in statuses:
        for state in ("waiting", "terminated"):
            told = _table(_table(each.get("state")).get(state))
            if told:
                yield _joined(told)
    scheduled = _table(conditions.get("PodScheduled"))
    if scheduled.get("status") == "False":
        yield _joined(scheduled)
    if status.get("reason") or status.get("message"):
        yield _joined(status)


def _joined(told: Mapping[str, Any]) -> str:
    words = (_text(told.get("reason")), _text(told.get("message")))
    return ": ".join(word for word in words if word)


def _conditions(status: Mapping[str, Any]) -> Mapping[str, Any]:
    listed = (_table(each) for each in _list(status, "conditions"))
    return {_text(each.get("type")): each for each in listed}


def _addresses(listed: Any) -> Iterator[Address]:
    for each in listed:
        try:
            yield ip_address(each)
        except ValueError:
            continue


def _table(told: Any) -> Mapping[str, Any]:
    return told if isinstance(told, dict) else {}


def _list(told: Mapping[str, Any], key: str) -> list[Any]:
    listed = told.get(key)
    return listed if isinstance(listed, list) else []


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""
