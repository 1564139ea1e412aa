"""Whether two network namespaces are one, told by their devices."""

from __future__ import annotations

from netdiag.model.facts.kernel import Namespace

Devices = frozenset[tuple[int | None, str, str | None]]
"""Index, name and MAC address of a namespace's devices: what tells it from others."""


def devices_of(namespace: Namespace) -> Devices:
    """Return what tells a namespace from others; empty if nothing does."""
    return frozenset(
        (link.index, link.name, link.mac)
        for link in namespace.links or ()
        if link.type != "loopback" and link.name != "lo" and link.mac is not None
    )


def is_same(namespace: Namespace, devices: Devices) -> bool:
    """Return True if all devices of a namespace are among these: it is the same one."""
    own = devices_of(namespace)
    return bool(own) and own <= devices
