"""The pod that a probe runs in: on the node's network, with no more privileges than it needs."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from netdiag.sources.kubernetes.kubectl import Object

IMAGE: Final = "python:3.12-alpine"
PYTHON: Final = "python3"
CONTAINER: Final = "probe"
MANAGED_BY: Final = "app.kubernetes.io/managed-by"
COMPONENT: Final = "app.kubernetes.io/component"
LABELS: Final = {MANAGED_BY: "netdiag", "app.kubernetes.io/name": "netdiag-probe"}
TEMPORARY: Final = "temporary"
DAEMON: Final = "daemon"
CAPABILITIES: Final = (
    "NET_RAW",  # captures, pings
    "NET_ADMIN",  # the rules of packet filters can only be read with it
    "SYS_ADMIN",  # to enter pods' network namespaces, to be told by the kernel why it drops packets
    "SYS_PTRACE",  # to find them by their processes, and the node's files by process 1
    "SYS_CHROOT",  # to read the node's files and run its ip, nft, iptables-save
)
_RESOURCES: Final = {
    "requests": {"cpu": "10m", "memory": "32Mi"},
    "limits": {"memory": "512Mi"},
}
_UNFIT: Final = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True)
class ProbeWanted:
    """What probes run in."""

    image: str = IMAGE
    pull_policy: str | None = None
    namespace: str | None = None
    """Of the probes; None: that of the context."""
    seconds: int = 600
    """After so long the kubelet ends them, whatever has become of us."""


def new_name(node: str) -> str:
    """Return a name for a pod on a node: nobody else's."""
    fit = _UNFIT.sub("-", node.lower())[:40].strip("-")
    return f"netdiag-{fit}-{secrets.token_hex(4)}" if fit else f"netdiag-{secrets.token_hex(4)}"


def probe_pod(name: str, namespace: str, node: str, wanted: ProbeWanted) -> Object:
    """Return the pod, as it is sent to the API."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": {**LABELS, COMPONENT: TEMPORARY},
            "annotations": {
                # by this name all versions know it
                f"container.apparmor.security.beta.kubernetes.io/{CONTAINER}": "unconfined"
            },
        },
        "spec": {
            "nodeName": node,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": wanted.seconds,
            "terminationGracePeriodSeconds": 0,
            **pod_spec(wanted, sleep_command(wanted.seconds)),
        },
    }


def pod_spec(wanted: ProbeWanted, command: list[str]) -> dict[str, Any]:
    """Return what a temporary pod and those of the DaemonSet have in common."""
    policy = {"imagePullPolicy": wanted.pull_policy} if wanted.pull_policy else {}
    return {
        "hostNetwork": True,
        "hostPID": True,
        "dnsPolicy": "Default",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "tolerations": [{"operator": "Exists"}],
        "containers": [
            {
                "name": CONTAINER,
                "image": wanted.image,
                **policy,
                "command": command,
                "resources": _RESOURCES,
                "securityContext": {
                    "runAsUser": 0,
                    "runAsNonRoot": False,
                    "allowPrivilegeEscalation": True,  # SYS_ADMIN implies it
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"], "add": list(CAPABILITIES)},
                    "seccompProfile": {"type": "Unconfined"},
                },
            }
        ],
    }


def sleep_command(seconds: int) -> list[str]:
    """Return what the pod does by itself: nothing, for so long."""
    return [PYTHON, "-I", "-S", "-c", f"import time; time.sleep({seconds})"]
