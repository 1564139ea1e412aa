"""Whose a network namespace is: by control groups, host names and folders, without a runtime.

A control group's path tells a pod's UID and a container's id: of kubelet's cgroupfs driver
(``/kubepods/burstable/pod1234-…/0123…``) and of its systemd driver
(``kubepods-burstable-pod1234_….slice/cri-containerd-0123….scope``), in version 1 and 2.
Kubelet calls the folder of a pod's logs ``NAMESPACE_NAME_UID``.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LOGS = "/var/log/pods"

_CLONE_NEWUTS = 0x04000000
_UID = r"[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32}"
"""The second form is that of static pods."""
_POD = re.compile(rf"pod({_UID})")
_LOG_FOLDER = re.compile(rf"([a-z0-9.-]{{1,253}})_([a-z0-9.-]{{1,253}})_({_UID})")
_CONTAINER = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 64 * 1024
_MOST_FOLDERS = 10_000


@dataclass(frozen=True)
class Owner:
    """What the processes in a namespace tell."""

    uid: str | None = None
    """Of the pod."""
    containers: tuple[str, ...] = ()
    hostname: str | None = None
    """As they see it; None = it is the node's."""


def identify_owner(processes: Iterable[int]) -> Owner:
    """Return whose a namespace is; for a thread of its own, whose host name changes."""
    uid: str | None = None
    containers: dict[str, None] = {}
    hostname: str | None = None
    for process in processes:
        pod, container = read_owner(_read(f"/proc/{process}/cgroup"))
        uid = uid or pod
        containers.update({container: None} if container else {})
        hostname = hostname or next(_hostnames(process), None)
    return Owner(uid, tuple(containers), hostname)


def read_owner(cgroup: str) -> tuple[str | None, str | None]:
    """Return the UID of the pod and the id of the container that a ``/proc/PID/cgroup`` tells."""
    pod = _POD.search(cgroup)
    containers = _CONTAINER.findall(cgroup)
    uid = pod[1].replace("_", "-") if pod else None
    return uid, containers[-1] if containers else None


def read_names(folder: str = LOGS) -> Mapping[str, str]:
    """Return the names of pods that kubelet runs, ``namespace/name``, by UID."""
    names: dict[str, str] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                match = _LOG_FOLDER.fullmatch(entry.name)
                if match and len(names) < _MOST_FOLDERS:
                    names[match[3]] = f"{match[1]}/{match[2]}"
    except OSError:  # no kubelet
        pass
    return names


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
