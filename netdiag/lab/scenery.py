"""The files that a place of the lab sees: folders of its own over those of this machine.

All of it happens in the mount namespace of the process that calls: nobody else sees it, and it is
gone with that process.
"""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Final

from netdiag.lab.kernel import (
    MOUNT_BIND,
    MOUNT_MOVE,
    MOUNT_NODEV,
    MOUNT_NOEXEC,
    MOUNT_NOSUID,
    MOUNT_PRIVATE,
    MOUNT_RDONLY,
    MOUNT_RECURSIVE,
    MOUNT_REMOUNT,
    mount,
)

SHADOWED: Final = ("/etc", "/var/lib")
"""Folders that show this machine's files, and take new ones that only the place sees."""

HIDDEN: Final = frozenset(
    {
        "/etc/bird",
        "/etc/cni",
        "/etc/calico",
        "/etc/docker",
        "/etc/kube-flannel",
        "/etc/kubernetes",
        "/var/lib/calico",
        "/var/lib/cni",
        "/var/lib/k0s",
        "/var/lib/kubelet",
        "/var/lib/rancher",
    }
)
"""What a real node of this machine has there is not shown: the place is another node."""

BENEATH: Final = ".this-machine"
"""The folder in a shadowed one that holds what it covers."""

_READ_ONLY: Final = MOUNT_BIND | MOUNT_REMOUNT | MOUNT_NOSUID | MOUNT_NODEV | MOUNT_RDONLY
_ASIDE: Final = "/run/aside"
"""Where what is covered waits, in the place's own /run."""

_QUIET: Final = MOUNT_NOSUID | MOUNT_NODEV


def detach_mounts() -> None:
    """Keep what is mounted from here on to this mount namespace."""
    mount("none", "/", flags=MOUNT_RECURSIVE | MOUNT_PRIVATE)


def mount_processes() -> None:
    """Show the processes of this PID namespace in ``/proc``, where the kernel allows it."""
    with contextlib.suppress(PermissionError):
        mount("proc", "/proc", "proc", _QUIET | MOUNT_NOEXEC)


def furnish(name: str) -> None:
    """Give this mount and UTS namespace a host name, its interfaces in /sys, its own /etc, /run."""
    socket.sethostname(name)
    with contextlib.suppress(PermissionError):
        mount("sysfs", "/sys", "sysfs", _QUIET | MOUNT_NOEXEC)
    mount("tmpfs", "/run", "tmpfs", _QUIET, "mode=755")
    for folder in SHADOWED:
        _shadow(folder)
    write_own("/etc/hostname", f"{name}\n")


def write_own(path: str, text: str, *, root: str = "") -> None:
    """Write a file below /run or a shadowed folder, never through a link to this machine's.

    ``root`` is where the place's root folder is seen from here (``/proc/PID/root``).
    """
    folder, _, name = path.rpartition("/")
    at = root
    for part in folder.strip("/").split("/"):
        at = f"{at}/{part}"
        own = f"{at}/" != f"{root}/var/"  # the one above a shadowed folder is this machine's
        if own and os.path.islink(at):
            os.unlink(at)
        if own and not os.path.isdir(at):
            os.mkdir(at, 0o755)
    target = f"{at}/{name}"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(target)
    with open(target, "x", encoding="utf-8") as file:
        file.write(text)


def _shadow(folder: str) -> None:
    names = os.listdir(folder)
    links = {name: os.readlink(at) for name in names if os.path.islink(at := f"{folder}/{name}")}
    os.mkdir(_ASIDE)
    mount(folder, _ASIDE, flags=MOUNT_BIND | MOUNT_RECURSIVE)
    mount("tmpfs", folder, "tmpfs", _QUIET, "mode=755")
    os.mkdir(f"{folder}/{BENEATH}")
    mount(_ASIDE, f"{folder}/{BENEATH}", flags=MOUNT_MOVE)
    with contextlib.suppress(PermissionError):  # where the kernel forbids it, so do the files
        mount("none", f"{folder}/{BENEATH}", flags=_READ_ONLY)
    os.rmdir(_ASIDE)
    for name in names:
        at = f"{folder}/{name}"
        if at not in HIDDEN:
            os.symlink(links.get(name, f"{BENEATH}/{name}"), at)
