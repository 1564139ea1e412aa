"""A capture point as the report names it."""

from __future__ import annotations

from msgspec import Struct


class Point(Struct, frozen=True):
    """A capture point; ``pod`` = whose namespace the interface is in."""

    node: str | None
    pod: str | None
    interface: str | None
