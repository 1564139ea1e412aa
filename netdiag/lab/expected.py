"""What a recording of a lab must lead to: its backend, path, truths and finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netdiag.lab.blocks.underlay import ROUTER, port_of
from netdiag.lab.cluster import NIC, Node, Pod
from netdiag.lab.fault import Fault
from netdiag.lab.running import Running

Hop = tuple[str, str | None, str, bool]
"""(node, pod whose namespace it is or None, interface, encapsulated)"""


def path_of(lab: Running, source: Pod, destination: Pod) -> tuple[Hop, ...]:
    """Return the interfaces that a packet between two pods crosses in a healthy lab."""
    out = list(_from_pod(lab, source))
    into = list(reversed(list(_from_pod(lab, destination))))
    if source.node == destination.node:
        own_bridge = [hop for hop in (*out, *into) if hop[2] != lab.mode.pods.bridge]
        return tuple(own_bridge)
    return (*out, *_between(lab, source.node, destination.node), *into)


def _from_pod(lab: Running, pod: Pod) -> Iterator[Hop]:
    yield pod.node.name, pod.name, "eth0", False
    veth = lab.mode.pods.host_interface(pod)
    if veth is not None:
        yield pod.node.name, None, veth, False
    if lab.mode.pods.bridge is not None:
        yield pod.node.name, None, lab.mode.pods.bridge, False


def _between(lab: Running, source: Node, destination: Node) -> Iterator[Hop]:
    carrier = lab.carrier
    wrapped = carrier.encapsulation != "none"
    if carrier.device is not None:
        yield source.name, None, carrier.device, False
    yield source.name, None, NIC, wrapped
    if lab.cluster.routed:
        yield ROUTER, None, port_of(source.number), wrapped
        yield ROUTER, None, port_of(destination.number), wrapped
    yield destination.name, None, NIC, wrapped
    if carrier.device is not None:
        yield destination.name, None, carrier.device, False


def expected_of(lab: Running, fault: Fault | None) -> dict[str, Any]:
    """Return what ``expected.json`` of a recording says."""
    answered = fault.answered if fault else "all"
    count = fault.ping.count if fault else 3
    said: dict[str, Any] = {"backend": (fault and fault.backend) or lab.mode.backend}
    if answered in ("all", "none"):
        said["answered"] = count if answered == "all" else 0
    said["finding"] = None
    if fault is not None and fault.spares_pings:
        said["finding"] = fault.by_ping and {"code": fault.by_ping, "node": None}
        said["also_ok"] = [{"code": code} for code in fault.also]
    elif fault is not None and fault.finding is not None:
        said["finding"] = {"code": fault.finding, "node": fault.node}
        said["also_ok"] = [{"code": code} for code in fault.also]
    if fault is None and not lab.mode.translated:
        pods = lab.cluster.pod("pod-a"), lab.cluster.pod("pod-c")
        said["request_path"] = _as_objects(path_of(lab, *pods))
        said["reply_path"] = _as_objects(path_of(lab, *reversed(pods)))
        truth = {"encapsulation": lab.carrier.encapsulation}
        said["mode"] = {"configured": truth, "programmed": truth, "observed": truth, "agree": True}
    return said


def _as_objects(path: tuple[Hop, ...]) -> list[dict[str, Any]]:
    keys = ("node", "pod", "interface", "encapsulated")
    return [dict(zip(keys, hop, strict=True)) for hop in path]
