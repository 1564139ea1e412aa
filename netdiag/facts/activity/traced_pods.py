"""What a bundle says of its own making (``trace.json``): the pods' names, whole.

A folder is called NAMESPACE_NAME; the slash between them is told here.
"""

from __future__ import annotations

from typing import Any

import msgspec

from netdiag.facts.parsed import Parsed
from netdiag.model.facts.cluster import TracedPod

MOST_PODS = 10_000
MOST_LETTERS = 512


def parse_traced_pods(data: bytes, document: str) -> Parsed[TracedPod]:
    """Return the pods that ``trace.json`` lists; it may well list none."""
    try:
        told: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        return Parsed((), ("is no JSON",))
    listed = told.get("pods") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        return Parsed(())
    names = (name for name in listed[:MOST_PODS] if isinstance(name, str))
    return Parsed(tuple(TracedPod(name) for name in names if len(name) <= MOST_LETTERS))
