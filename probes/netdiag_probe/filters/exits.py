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


def make_exits(inside: Label | None) -> Exits:
    """Return new exits of a part; ``inside``: None = nothing looks further inside."""
    no = Label("leave it out")
    return Exits(Label("let it through"), no, inside or no)


def write_exits(program: Program, exits: Exits, ends: Ends) -> None:
    """Write what lets a packet through, and what leaves it out."""
    program.place(exits.yes)
    program.do(RETURN, ends.snap_length)
    program.place(exits.no)
    program.do(RETURN, 0)
