"""Where the parts of a filter lead to."""

from __future__ import annotations

from typing import NamedTuple

from netdiag_probe.filters.bpf import RETURN, Label, Program


class Ends:
    """Where all parts of a program lead to."""

    def __init__(self, snap_length: int) -> None:
        self.snap_length = snap_length
        self.echo = Label("is this echo ours?")
        self.segment = Label("is this TCP segment of our ports?")
        self.between_v4 = Label("is this IPv4 packet between the hosts?")
        self.between_v6 = Label("is this IPv6 packet between the hosts?")


class Exits(NamedTuple):
    """Where one part leads to, beside those."""

    yes: Label
    no: Label
    inside: Label
    """What looks at the IP header further inside; ``no``: nothing does."""
    frame: Label
    """What looks at the frame in a tunnel."""
    neighbours: Label
    """Where ARP and neighbour discovery go."""


def make_exits(inside: Label | None, *, has_neighbours: bool = True) -> Exits:
    """Return new exits of a part; ``inside``: None = nothing looks further inside.

    ``has_neighbours``: ARP and neighbour discovery are let through.
    """
    yes, no = Label("let it through"), Label("leave it out")
    frame = Label("frame in a tunnel")
    return Exits(yes, no, inside or no, frame, yes if has_neighbours else no)


def write_exits(program: Program, exits: Exits, ends: Ends) -> None:
    """Write what lets a packet through, and what leaves it out."""
    program.place(exits.yes)
    program.do(RETURN, ends.snap_length)
    program.place(exits.no)
    program.do(RETURN, 0)
