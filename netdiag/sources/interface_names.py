"""Interface names by index, from a node's ``ip -j link``."""

from __future__ import annotations

import json
from typing import Any

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
