"""Modes, faults and labs as objects for JSON."""

from __future__ import annotations

from typing import Any

from netdiag.lab.build import cluster_of
from netdiag.lab.faults import all_faults
from netdiag.lab.modes import all_modes, mode_named
from netdiag.lab.running import Known
from netdiag.lab.state import Lab


def catalogue() -> dict[str, Any]:
    """Return all modes and faults, as ``netdiag lab list --json`` prints them."""
    modes = []
    for mode in all_modes():
        lack = mode.lacking()
        modes.append(
            {"name": mode.name, "summary": mode.summary, "available": lack is None,
             "why_not": lack}
        )  # fmt: skip
    faults = [
        {
            "name": fault.name,
            "summary": fault.summary,
            "modes": list(fault.modes),
            "finding": fault.finding,
            "node": fault.node,
            "shown_by": fault.shown_by,
        }
        for fault in all_faults()
    ]
    return {"modes": modes, "faults": faults}


def known_lab(lab: Lab) -> Known:
    """Return a lab that is up with its plan."""
    mode = mode_named(lab.mode)
    return Known(lab, mode, cluster_of(mode, nodes=lab.nodes, routed=lab.routed))


def status_object(known: Known) -> dict[str, Any]:
    """Return a lab that is up, as ``netdiag lab status --json`` prints it."""
    lab, cluster = known.lab, known.cluster
    return {
        "name": lab.name,
        "mode": lab.mode,
        "routed": lab.routed,
        "faults": list(lab.faults),
        "stand_ins": list(lab.stand_ins),
        "missing": list(known.lacks),
        "nodes": [
            {
                "name": node.name,
                "address": str(node.address),
                "pod_subnet": str(node.pod_subnet),
                "pid": lab.places[node.name],
            }
            for node in cluster.nodes
        ],
        "pods": [
            {
                "name": pod.name,
                "node": pod.node.name,
                "address": str(pod.address),
                "interface": known.mode.pods.host_interface(pod),
                "pid": lab.places[pod.name],
            }
            for pod in cluster.pods
        ],
    }
