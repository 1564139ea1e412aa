"""Which kinds of network devices this kernel makes, told without making or loading anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

TUN: Final = "/dev/net/tun"


def kernel_has(module: str) -> bool:
    """Tell whether the kernel has a module: loaded, built in, or at hand to be loaded.

    One without parameters and version that is built in shows only where the kernel's
    ``modules.builtin`` is installed; ``ipip`` and ``wireguard`` have them.
    """
    if os.path.isdir(f"/sys/module/{module}"):
        return True
    return module in _installed(f"/lib/modules/{os.uname().release}")


def lacks_tun(needing: str) -> str | None:
    """Return that this user may not make TUN devices for what needs them; None if they may."""
    try:
        os.close(os.open(TUN, os.O_RDWR | os.O_CLOEXEC))
    except PermissionError:
        return f"{needing} needs {TUN}, which is for root"
    except OSError as error:
        return f"{needing} needs {TUN}, which cannot be opened: {error.strerror}"
    return None


def _installed(folder: str) -> Iterator[str]:
    for name in ("modules.builtin", "modules.dep"):
        try:
            with open(f"{folder}/{name}", encoding="utf-8") as lines:
                for line in lines:
                    file = line.partition(":")[0].strip().rpartition("/")[2]
                    yield file.partition(".ko")[0].replace("-", "_")
        except FileNotFoundError:
            continue
