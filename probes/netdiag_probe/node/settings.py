"""Kernel settings and counters of the namespace that this process is in, from files of /proc."""

from __future__ import annotations

import glob

SETTINGS = (
    "net/ipv4/ip_forward",
    "net/ipv4/icmp_echo_ignore_all",
    "net/ipv4/neigh/default/gc_thresh3",
    "net/ipv4/conf/*/accept_local",
    "net/ipv4/conf/*/forwarding",
    "net/ipv4/conf/*/proxy_arp",
    "net/ipv4/conf/*/rp_filter",
    "net/ipv4/conf/*/src_valid_mark",
    "net/ipv6/conf/*/disable_ipv6",
    "net/ipv6/conf/*/forwarding",
    "net/bridge/bridge-nf-call-*",
    "net/netfilter/nf_conntrack_count",
    "net/netfilter/nf_conntrack_max",
)
"""Those that decide what becomes of a packet."""

COUNTERS = ("/proc/self/net/snmp", "/proc/self/net/netstat")

_MOST_BYTES = 1024 * 1024
_SWAP = str.maketrans("./", "/.")


def read_settings(folder: str = "/proc/sys") -> str:
    """Return settings as ``sysctl`` prints them, a dot within an interface's name as a slash."""
    lines = []
    for pattern in SETTINGS:
        for path in sorted(glob.glob(f"{folder}/{pattern}")):
            name = path[len(folder) + 1 :].translate(_SWAP)
            lines.append(f"{name} = {_read(path).strip()}\n")
    return "".join(lines)


def read_counters() -> str:
    """Return the counters of the IP stack."""
    return "".join(_read(path) for path in COUNTERS)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_BYTES)
    except OSError:  # the interface is gone
        return ""
