"""What ``netdiag lab`` prints: the modes, the faults, and a lab that is up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netdiag.lab.running import Known

_INDENT = "  "


def modes_text(modes: Sequence[dict[str, Any]]) -> str:
    """Return the modes as ``netdiag lab list`` prints them; what is missing below each."""
    rows = []
    for mode in modes:
        rows.append((mode["name"], mode["summary"]))
        if not mode["available"]:
            rows.append(("", f"not available: {mode['why_not']}"))
    return "\n".join(["Modes", *_aligned(rows)])


def faults_text(faults: Sequence[dict[str, Any]]) -> str:
    """Return the faults: name, what is broken, and what must be found."""
    rows = [(each["name"], each["summary"], each["finding"] or "(healthy)") for each in faults]
    return "\n".join(["Faults, and the finding that each leads to", *_aligned(rows)])


def cluster_text(known: Known) -> str:
    """Return a lab that is up: nodes, pods, faults, stand-ins, and what to try."""
    lab, cluster = known.lab, known.cluster
    head = f"Lab {lab.name}: {lab.mode}, {len(cluster.nodes)} nodes"
    lines = [f"{head}, each behind the router rtr" if cluster.routed else head, ""]
    rows = [("node", "address", "pods", "")]
    for node in cluster.nodes:
        rows.append((node.name, str(node.nic), str(node.pod_subnet), ""))
    rows.append(("", "", "", ""))
    rows.append(("pod", "address", "on", "its end there"))
    for pod in cluster.pods:
        end = known.mode.pods.host_interface(pod) or ""
        rows.append((pod.name, str(pod.address), pod.node.name, end))
    lines += _aligned(rows)
    lines += _remarks(known)
    return "\n".join([*lines, "", *_aligned(list(_to_try(known)))])


def _remarks(known: Known) -> Iterator[str]:
    from netdiag.lab.faults import fault_named

    if known.lab.faults or known.lab.stand_ins or known.lacks:
        yield ""
    for name in known.lab.faults:
        yield f"Fault {name}: {fault_named(name).summary}"
    for stand_in in known.lab.stand_ins:
        yield f"Stand-in: {stand_in}"
    for lack in known.lacks:
        yield f"Missing: {lack}"


def _to_try(known: Known) -> Iterator[tuple[str, str]]:
    option = "" if known.lab.name == "lab" else f" --name {known.lab.name}"
    pods = known.cluster.pods
    target = known.reached_at(pods[0].name, pods[-1].name)
    command = f"netdiag lab exec{option} {pods[0].name} -- ping -c 3 {target}"
    yield command, f"{pods[0].name} to {pods[-1].name}"
    yield f"netdiag lab down{option}", "take it down"


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = (_INDENT + _INDENT.join(map(str.ljust, row, widths)) for row in rows)
    return [line.rstrip() for line in lines]
