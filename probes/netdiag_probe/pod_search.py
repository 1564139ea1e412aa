"""Which process is a pod's, by /proc alone: by its control group, else by its addresses.

A control group's path has the pod's UID, with dashes or underscores, and the container's id,
whatever the runtime. Where it has neither (other kubelets' nodes, lost mounts), the addresses of
the namespace tell: they can be read without entering it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator

PREFIX = "pod:"
"""What a pod's name as an argument begins with: ``pod:UID,CONTAINER-ID,@ADDRESS``; any may lack."""

_MOST_BYTES = 1 << 20


def find_pod(text: str, proc: str = "/proc") -> int | None:
    """Return the pod's process with the lowest id; None: there is none."""
    words = [word for word in text.removeprefix(PREFIX).split(",") if word]
    ids = [word for word in words if not word.startswith("@")]
    addresses = [word[1:] for word in words if word.startswith("@")]
    elsewhere = list(_processes_elsewhere(proc))
    for wanted in ids:  # the UID is the pod's alone, and stands first
        forms = (wanted, wanted.replace("-", "_"))
        for process in elsewhere:
            cgroup = _read(f"{proc}/{process}/cgroup")
            if any(form in cgroup for form in forms):
                return process
    with_address = (each for each in elsewhere if _has_address(f"{proc}/{each}/net", addresses))
    return next(with_address, None)


def _processes_elsewhere(proc: str) -> Iterator[int]:
    """Yield the processes that are in another network namespace."""
    own = os.stat(f"{proc}/self/ns/net").st_ino
    for process in sorted(int(name) for name in os.listdir(proc) if name.isdecimal()):
        try:
            if os.stat(f"{proc}/{process}/ns/net").st_ino != own:
                yield process
        except OSError:  # it has ended, or may not be looked at
            continue


def _has_address(folder: str, addresses: list[str]) -> bool:
    routes = _read(f"{folder}/fib_trie") if addresses else ""
    listed = _read(f"{folder}/if_inet6") if addresses else ""
    return any(_is_told(address, routes, listed) for address in addresses)


def _is_told(address: str, routes: str, listed: str) -> bool:
    if ":" not in address:
        return bool(re.search(rf"\|-- {re.escape(address)}\n\s+/32 host LOCAL", routes))
    try:
        return ipaddress.IPv6Address(address).packed.hex() in listed
    except ValueError:
        return False


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return ""
