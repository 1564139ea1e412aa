"""A packet on its way through packet filters, and ways that it may have gone instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netdiag.explain.expected.packet import Packet


class World(NamedTuple):
    """A packet after some rules."""

    packet: Packet
    unknown_mark: int = 0
    """Bits of its mark that are not known."""
    masqueraded: bool | None = False
    """It leaves with an address of the node; None = not known."""
    redirected: bool | None = False
    """It goes to the node itself; None = not known."""
    is_bound: bool = False
    """A NAT rule of this hook has decided: the others are not asked."""
    others: tuple[Packet, ...] = ()
    """What it may have become instead, with other addresses or ports."""


def merge(worlds: Sequence[World]) -> World:
    """Return the first of some worlds with what the others make unknown in it."""
    first = worlds[0]
    if all(world is first for world in worlds):
        return first
    packet, unknown_mark = first.packet, first.unknown_mark
    state, masqueraded, redirected = packet.state, first.masqueraded, first.redirected
    others = dict.fromkeys(first.others)
    for world in worlds[1:]:
        others.update(dict.fromkeys(world.others))
        if not _have_same_ends(world.packet, packet):
            others[world.packet] = None
            continue
        unknown_mark |= world.unknown_mark | (world.packet.mark ^ packet.mark)
        state = state if world.packet.state == state else None
        masqueraded = masqueraded if world.masqueraded == masqueraded else None
        redirected = redirected if world.redirected == redirected else None
    if state != packet.state:
        packet = packet._replace(state=state)
    others.pop(packet, None)
    return World(packet, unknown_mark, masqueraded, redirected, first.is_bound, tuple(others))


def _have_same_ends(left: Packet, right: Packet) -> bool:
    return (
        left.destination == right.destination
        and left.source == right.source
        and left.destination_port == right.destination_port
        and left.source_port == right.source_port
    )
