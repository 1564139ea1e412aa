"""The network modes: one file each."""

from __future__ import annotations

import difflib
import importlib
from typing import Final

from netdiag.lab.errors import UsageError
from netdiag.lab.mode import Mode

NAMES: Final = (
    "flannel-vxlan",
    "flannel-vxlan-directrouting",
    "flannel-hostgw",
    "flannel-udp",
    "flannel-wireguard",
    "calico-bgp",
    "calico-ipip",
    "calico-ipip-crosssubnet",
    "calico-vxlan",
    "calico-vxlan-crosssubnet",
    "calico-wireguard",
    "canal",
    "kube-router",
    "kubenet",
    "docker-nat",
    "macvlan",
)


def mode_named(name: str) -> Mode:
    """Return a mode. Raises UsageError for an unknown name."""
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f", but {near[0]!r}" if near else ""
        raise UsageError(f"there is no mode {name!r}{hint}: 'netdiag lab list' names them")
    module = importlib.import_module(f"netdiag.lab.modes.{name.replace('-', '_')}")
    mode: Mode = module.MODE
    return mode


def all_modes() -> tuple[Mode, ...]:
    """Return all modes, in the order in which they are listed."""
    return tuple(mode_named(name) for name in NAMES)
