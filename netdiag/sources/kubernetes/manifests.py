"""The pod that a probe runs in: on the node's network, with no more privileges than it needs."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from netdiag.sources.kubernetes.kubectl import Object
from netdiag.sources.kubernetes.makers import this_maker
from netdiag.sources.kubernetes.objects import MAKER

IMAGE: Final = "python:3.12-alpine"
PYTHON: Final = "python3"
CONTAINER: Final = "probe"
DAEMON_COMMAND: Final = (
    PYTHON, "-I", "-S", "-c",
    "import signal, sys; assert sys.version_info >= (3, 9); signal.pause()",
)  # fmt: skip
"""What pods of the DaemonSet do by themselves: as long as they do, they have a Python that will do.
"""
INSTANCE: Final = "app.kubernetes.io/instance"
"""The label that pods of one trace share, and no others."""
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
UNCONFINED: Final = {f"container.apparmor.security.beta.kubernetes.io/{CONTAINER}": "unconfined"}
"""The annotation by which servers before 1.30 know it."""
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


def new_instance() -> str:
    """Return what pods of one trace have in common: a word that nobody else uses."""
    return secrets.token_hex(4)


def new_name(node: str, instance: str) -> str:
    """Return a name for a pod on a node: nobody else's."""
    fit = _UNFIT.sub("-", node.lower())[:40].strip("-")
    tail = f"{instance}-{secrets.token_hex(2)}"
    return f"netdiag-{fit}-{tail}" if fit else f"netdiag-{tail}"


def probe_pod(
    node: str, namespace: str, instance: str, wanted: ProbeWanted, *, by_python: bool = False
) -> Object:
    """Return the pod, as it is sent to the API; ``by_python``: what sleeps in it."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": new_name(node, instance),
            "namespace": namespace,
            "labels": {**LABELS, COMPONENT: TEMPORARY, INSTANCE: instance},
            "annotations": {**UNCONFINED, MAKER: this_maker()},
        },
        "spec": {
            "nodeName": node,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": wanted.seconds,
            "terminationGracePeriodSeconds": 0,
            **pod_spec(wanted, sleep_command(wanted.seconds, by_python=by_python)),
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
                    "appArmorProfile": {"type": "Unconfined"},  # since 1.30; UNCONFINED before
                    "seLinuxOptions": {"type": "spc_t"},  # nothing where SELinux is off
                },
            }
        ],
    }


def sleep_command(seconds: int, *, by_python: bool) -> list[str]:
    """Return what the pod does by itself: nothing, for so long.

    Few images have no ``sleep``; those of Python alone, without a shell, are among them.
    """
    if by_python:
        return [PYTHON, "-I", "-S", "-c", f"import time; time.sleep({seconds})"]
    return ["sleep", str(seconds)]
