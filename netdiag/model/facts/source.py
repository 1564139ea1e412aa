"""Where a fact stands: the document, and the place in it."""

from __future__ import annotations

from msgspec import Struct


class Source(Struct, frozen=True, gc=False):
    """A place in a document."""

    document: str
    """Its path below ``facts/``, or below the bundle for ``kubernetes/``: ``ip_route.json``."""
    key: str = ""
    """``[3]`` for an item of a JSON array, ``line 3`` of a text, or the path of a key or object."""


class Problem(Struct, frozen=True, gc=False):
    """What is wrong with a document; what could be read of it counts all the same."""

    node: str | None
    """None = a document of the cluster."""
    document: str
    reason: str
    """A few words: ``line 7 is not understood``."""


def place_in(document: str, position: int) -> Source:
    """Return the source of item ``position`` (JSON, from 0) or line ``position`` (text, from 1)."""
    key = f"[{position}]" if document.endswith(".json") else f"line {position}"
    return Source(document, key)
