"""The status of pods, as kubelet writes it."""

from __future__ import annotations

from tests.kubernetes.serving import Object
from tests.kubernetes.store import now


def waiting(pod: Object, reason: str, message: str) -> Object:
    """Return the status of a pod that waits."""
    state = {"waiting": {"reason": reason, "message": message}}
    return {
        "phase": "Pending",
        "conditions": _conditions(is_ready=False),
        "containerStatuses": [_container(each, state) for each in pod["spec"]["containers"]],
    }


def running(pod: Object, host: str, address: str | None = None) -> Object:
    """Return the status of a pod that runs; without an address it has its node's."""
    address = address or host
    state = {"running": {"startedAt": now()}}
    return {
        "phase": "Running",
        "startTime": now(),
        "conditions": _conditions(is_ready=True),
        "hostIP": host,
        "hostIPs": [{"ip": host}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "containerStatuses": [
            _container(each, state, is_ready=True)
            | {"containerID": f"containerd://{pod['metadata']['uid'].replace('-', '') * 2}"}
            for each in pod["spec"]["containers"]
        ],
    }


def ended(pod: Object, phase: str, status: int, why: str = "") -> Object:
    """Return the status of a pod whose process has ended, or whose time is over.

    ``why``: its process was not even started, as containerd tells.
    """
    reason = "StartError" if why else "Error" if status else "Completed"
    state = {"terminated": {"exitCode": status, "reason": reason, "message": why}}
    told: Object = {}
    if status == 137 and phase == "Failed":
        words = "Pod was active on the node longer than the specified deadline"
        told = {"reason": "DeadlineExceeded", "message": words}
    return {
        "phase": phase,
        **told,
        "conditions": _conditions(is_ready=False),
        "containerStatuses": [_container(each, state) for each in pod["spec"]["containers"]],
    }


def _container(spec: Object, state: Object, *, is_ready: bool = False) -> Object:
    return {
        "name": spec["name"], "image": spec.get("image", ""), "imageID": "", "ready": is_ready,
        "started": is_ready, "restartCount": 0, "lastState": {}, "state": state,
    }  # fmt: skip


def _conditions(*, is_ready: bool) -> list[Object]:
    shown = {"PodScheduled": True, "Initialized": True, "ContainersReady": is_ready}
    return [
        {"type": kind, "status": str(value), "lastTransitionTime": now(), "lastProbeTime": None}
        for kind, value in {**shown, "Ready": is_ready}.items()
    ]
