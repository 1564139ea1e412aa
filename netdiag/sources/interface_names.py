"""Interface names: by index, from a node's ``ip -j link``; by what a capture file calls them."""

from __future__ import annotations

import json
from typing import Any

from netdiag.model.capture_point import CapturePoint
from netdiag.sources.layout import could_be_interface

_MOST_PLACES = 2
"""Before the interface: a node, a pod."""

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024


def read_interface_names(document: bytes) -> dict[int, str]:
    """Return ifindex -> ifname of an ``ip_link.json``; empty if it cannot be read."""
    if len(document) > MAX_DOCUMENT_BYTES:
        return {}
    try:
        links: Any = json.loads(document)
    except (ValueError, RecursionError):
        return {}
    names: dict[int, str] = {}
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict):
            index, name = link.get("ifindex"), link.get("ifname")
            if isinstance(index, int) and isinstance(name, str):
                names[index] = name
    return names


def point_of_name(name: str, file_point: CapturePoint) -> CapturePoint:
    """Return the capture point that a capture file names as an interface, in a file from a point.

    ``eth0``; ``node-1/eth0`` and ``node-1/pod-a/eth0`` as ``netdiag capture`` writes them: Linux
    has no interface with a slash in its name.
    """
    *places, interface = name.split("/")
    if places and len(places) <= _MOST_PLACES and all(places) and could_be_interface(interface):
        return CapturePoint(
            places[0], places[1] if len(places) == _MOST_PLACES else None, interface
        )
    return file_point._replace(interface=name or file_point.interface)
