"""Who made a probe pod: a process of some machine, told so that others learn nothing of it.

Whoever cleans up has to know whether a trace still runs. Of processes of this machine that can be
told: by their id, and by when they started, for ids come again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_START: Final = 19
"""Field of /proc/PID/stat, counted after the name: clock ticks after the machine's start."""


def this_maker() -> str:
    """Return what stands for this process."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid())}"


def is_gone(maker: str) -> bool:
    """Tell whether it is known that whoever made a pod has ended; False: runs, or elsewhere."""
    machine, _, process = maker.partition("/")
    number, _, started = process.partition("/")
    if machine != _machine() or not number.isdecimal():
        return False
    return _started(int(number)) != started


def _machine() -> str:
    """Return what tells this machine, since it was started, and this PID namespace from others."""
    try:
        boot = _BOOT.read_text() + os.readlink("/proc/self/ns/pid")
    except OSError:
        boot = ""
    return hashlib.sha256(boot.encode()).hexdigest()[:16]


def _started(process: int) -> str:
    """Return when a process started; empty: there is none."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return ""
    fields = told.rpartition(")")[2].split()
    return fields[_START] if len(fields) > _START and fields[0] != "Z" else ""
