"""Network namespaces with processes, and whose they are: by /proc alone, without a runtime.

A control group's path tells a pod's UID and a container's id: of kubelet's cgroupfs driver
(``/kubepods/burstable/pod1234-…/0123…``) and of its systemd driver
(``kubepods-burstable-pod1234_….slice/cri-containerd-0123….scope``), in version 1 and 2.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from netdiag_probe.lifeline import Lifeline
from netdiag_probe.messages import explain
from netdiag_probe.netns import OWN, Namespace, identify, run_in_namespace
from netdiag_probe.node.command_lines import processes
from netdiag_probe.node.documents import POD_PROGRAMS, Answers, ask, ask_kernel
from netdiag_probe.rtnetlink.addresses import global_addresses
from netdiag_probe.rtnetlink.netlink import Netlink

MOST_NAMESPACES = 2000

_CLONE_NEWUTS = 0x04000000
_POD = re.compile(r"pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})")
"""The second form is that of static pods."""
_CONTAINER = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 64 * 1024


@dataclass
class Pod:
    """A network namespace that is not the probe's own."""

    netns: int | None
    """What ``ls -i`` shows of it."""
    pid: int | None
    """The process in it with the lowest id; None = there is none."""
    label: str | None = None
    uid: str | None = None
    container: str | None = None
    hostname: str | None = None
    addresses: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as an object of the document."""
        found = dict(vars(self))
        if self.label is None:
            del found["label"]
        return found


def read_pods(
    labelled: list[Namespace], lifeline: Lifeline, *, with_documents: bool
) -> tuple[list[Pod], list[str]]:
    """Return the namespaces that were asked for, then all others, and what is wrong.

    ``with_documents``: the others have documents, too.
    """
    found, unseen = _find_namespaces()
    problems: list[str] = []
    pods = []
    for namespace in labelled:
        number = identify(namespace)
        pod = Pod(number, found.pop(number, None) if number else None, namespace.label)
        if _describe(pod, namespace, problems):
            _take(ask(namespace, POD_PROGRAMS, lifeline), pod, problems)
        pods.append(pod)
    others = unseen if with_documents else []  # what nobody asked for is nobody's problem
    for number, process in sorted(found.items(), key=lambda item: item[1]):
        lifeline.wait(0)
        if lifeline.is_over:
            others.append("pods: ended early, not all namespaces were looked at")
            break
        namespace = Namespace(f"process {process}", f"/proc/{process}/ns/net")
        pod = Pod(number, process)
        if _describe(pod, namespace, others) and with_documents:
            _take(ask_kernel(namespace, POD_PROGRAMS), pod, others)
        pods.append(pod)
    return pods, [*problems, *(others if with_documents else ())]


def _take(answers: Answers, pod: Pod, problems: list[str]) -> None:
    pod.documents.update(answers.documents)
    name = pod.label or f"process {pod.pid}"
    problems += [f"{name}: {problem}" for problem in answers.problems]


def _find_namespaces() -> tuple[dict[int, int], list[str]]:
    """Return all namespaces but the own, each with its process of the lowest id."""
    own = identify(OWN)
    found: dict[int, int] = {}
    denied = 0
    for process in processes():
        try:
            number = os.stat(f"/proc/{process}/ns/net").st_ino
        except PermissionError:
            denied += 1
            continue
        except OSError:  # it has ended
            continue
        if number == own or number in found:
            continue
        if len(found) == MOST_NAMESPACES:
            return found, [f"pods: more than {MOST_NAMESPACES} namespaces, the rest left out"]
        found[number] = process
    if denied:
        return found, [f"pods: root alone may look at {denied} of the processes"]
    return found, []


def _describe(pod: Pod, namespace: Namespace, problems: list[str]) -> bool:
    """Add what the namespace and its process tell; return False if it cannot be entered."""
    if pod.pid is not None:
        pod.uid, pod.container = read_owner(_read(f"/proc/{pod.pid}/cgroup"))
    try:
        found = run_in_namespace(namespace, lambda: _look_around(pod.pid))
    except OSError as error:
        if pod.label is not None or pod.pid is None or os.path.exists(f"/proc/{pod.pid}"):
            problems.append(explain(error))
        return False
    pod.addresses, pod.hostname = found
    return True


def read_owner(cgroup: str) -> tuple[str | None, str | None]:
    """Return the UID of the pod and the id of the container that a ``/proc/PID/cgroup`` tells."""
    pod = _POD.search(cgroup)
    containers = _CONTAINER.findall(cgroup)
    uid = pod[1].replace("_", "-") if pod else None
    return uid, containers[-1] if containers else None


def _look_around(process: int | None) -> tuple[list[str], str | None]:
    """Return addresses, and the host name that the process sees; in a thread of its own."""
    with Netlink() as netlink:
        addresses = global_addresses(netlink)
    return addresses, None if process is None else next(_hostnames(process), None)


def _hostnames(process: int) -> Iterator[str]:
    """Yield the host name of a process, if it has one that is not the node's."""
    try:
        own = os.stat("/proc/self/ns/uts").st_ino
        file = os.open(f"/proc/{process}/ns/uts", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_own = os.fstat(file).st_ino == own
        if not is_own and ctypes.CDLL(None).setns(file, _CLONE_NEWUTS) == 0:
            yield socket.gethostname()
    finally:
        os.close(file)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return ""
