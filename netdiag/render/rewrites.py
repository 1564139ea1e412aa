"""Where NAT rewrote a packet: what differs from one hop to the next."""

from __future__ import annotations

from typing import NamedTuple

from netdiag.model.report import Hop


class Rewrite(NamedTuple):
    """One field that changed on the way to a hop."""

    position: int
    """Of the first hop with the new value."""
    field: str
    before: str
    after: str


def find_rewrites(hops: tuple[Hop, ...]) -> list[Rewrite]:
    """Return what changed between hops; inferred ones show no packet and are passed over."""
    found: list[Rewrite] = []
    last: Hop | None = None
    for position, hop in enumerate(hops):
        if hop.inferred:
            continue
        if last is not None:
            found += _between(last, hop, position)
        last = hop
    return found


def _between(last: Hop, hop: Hop, position: int) -> list[Rewrite]:
    fields = (
        ("source", last.source, hop.source),
        ("destination", last.destination, hop.destination),
        ("ICMP id", str(last.id), str(hop.id)),
    )
    return [
        Rewrite(position, field, before, after)
        for field, before, after in fields
        if before != after
    ]
