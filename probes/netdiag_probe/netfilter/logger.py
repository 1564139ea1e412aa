"""Who logs packets of a network namespace, by the kernel's setting, and whether that matters.

The tables of iptables-legacy tell of traced packets only through this. Where somebody has it set
already, it is left alone.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

from netdiag_probe.netfilter.table import IPV4, IPV6

NETLINK_LOGGER = "nfnetlink_log"
_SETTING = "/proc/sys/net/netfilter/nf_log/{}"
_TABLES = {
    IPV4: "/proc/thread-self/net/ip_tables_names",
    IPV6: "/proc/thread-self/net/ip6_tables_names",
}


class Logger(NamedTuple):
    """The setting for a family, as it was."""

    family: int
    former: str


def find_legacy_families() -> list[int]:
    """Return the families for which there are tables of iptables-legacy where the thread is."""
    found = []
    for family, path in _TABLES.items():
        with contextlib.suppress(OSError), open(path) as tables:
            if tables.read().strip():
                found.append(family)
    return found


def read_logger(family: int) -> Logger:
    """Return the setting. Raise OSError."""
    with open(_SETTING.format(family)) as setting:
        return Logger(family, setting.read().strip())


def set_logger(family: int, name: str) -> None:
    """Change the setting. Raise OSError."""
    with open(_SETTING.format(family), "w") as setting:
        setting.write(name)


def restore_logger(logger: Logger) -> None:
    """Put back what was, unless somebody has changed it meanwhile. Raise OSError."""
    if read_logger(logger.family).former == NETLINK_LOGGER:
        set_logger(logger.family, logger.former)
