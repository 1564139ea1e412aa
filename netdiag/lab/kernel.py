"""Namespaces and mounts by libc: Python has ``unshare`` and ``setns`` only from 3.12 on.

All functions raise OSError with the kernel's error number. Flags: ``linux/sched.h``,
``linux/mount.h``, ``linux/prctl.h``.
"""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Final

NEW_MOUNT: Final = 0x00020000
NEW_UTS: Final = 0x04000000
NEW_IPC: Final = 0x08000000
NEW_USER: Final = 0x10000000
NEW_PID: Final = 0x20000000
NEW_NET: Final = 0x40000000

MOUNT_RDONLY: Final = 0x1
MOUNT_NOSUID: Final = 0x2
MOUNT_NODEV: Final = 0x4
MOUNT_NOEXEC: Final = 0x8
MOUNT_REMOUNT: Final = 0x20
MOUNT_BIND: Final = 0x1000
MOUNT_MOVE: Final = 0x2000
MOUNT_RECURSIVE: Final = 0x4000
MOUNT_PRIVATE: Final = 0x40000

_SET_DEATH_SIGNAL: Final = 1
_SET_NAME: Final = 15

_libc = ctypes.CDLL(None, use_errno=True)


def unshare(kinds: int) -> None:
    """Give this process (its children, for PID namespaces) new namespaces of these kinds."""
    _check(_libc.unshare(kinds))


def set_namespace(descriptor: int, kinds: int) -> None:
    """Move this thread into the namespaces of an open ``/proc/PID/ns`` file or of a pidfd."""
    _check(_libc.setns(descriptor, kinds))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount a file system, or change how one is mounted."""
    words = (source.encode(), target.encode(), kind.encode() or None)
    _check(_libc.mount(*words, ctypes.c_ulong(flags), options.encode() or None), target)


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that made it is gone."""
    _check(_libc.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))


def set_process_name(name: str) -> None:
    """Set what ``ps`` shows of this process: its first 15 bytes."""
    _check(_libc.prctl(_SET_NAME, name.encode()[:15], 0, 0, 0))


def _check(result: int, name: str | None = None) -> None:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
