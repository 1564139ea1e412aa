"""The path's MTU, as a sweep over sizes found it; sizes are bytes of IP packets."""

from __future__ import annotations

from msgspec import Struct

from netdiag.model.point import Point


class SweptDirection(Struct, frozen=True):
    """How large packets may be from one end to the other."""

    source: str
    destination: str
    interface: str
    """The device that they left by, in the sender's namespace."""
    path_mtu: int | None
    """The largest packet with DF that arrived; None = none did."""
    sent_mtu: int
    """The MTU of that device, or of the route: the largest packet that was sent."""
    told: bool | None
    """Whether one who sends that, and then what it is told to, learns by ICMP of what passes.

    None = all that is sent passes.
    """
    told_by: str | None
    told_mtu: int | None
    lost_at: Point | None
    """Where such a packet that is too big was seen last."""
    fragmented: bool
    """Packets, or the tunnel packets around them, went in fragments."""
    fragments_lost: bool
    sizes: tuple[tuple[int, bool], ...]
    """The sizes that were tried with DF, and whether one of that size was answered."""


class MtuHop(Struct, frozen=True):
    """An interface on the way from the source to the destination, and its MTU by facts."""

    node: str | None
    pod: str | None
    interface: str | None
    mtu: int | None
    """None = not known."""
    overhead: int | None
    """Bytes that tunnels add to a packet here; None = not known."""


class PathMtu(Struct, frozen=True):
    """What a sweep found in both directions."""

    source_to_destination: SweptDirection | None
    destination_to_source: SweptDirection | None
    """None = it was not swept."""
    chain: tuple[MtuHop, ...]
    smallest: MtuHop | None
    """The one of them that lets the least pass, overhead subtracted."""
