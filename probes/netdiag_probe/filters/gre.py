"""The part of a filter that looks at a GRE header, at X. Source: RFC 2890 section 2."""

from __future__ import annotations

from netdiag_probe.filters.bpf import (
    IF_ANY_BIT,
    IF_EQUAL,
    LOAD_HALF_AT_X,
    LOAD_MEMORY,
    STORE,
    Label,
    Program,
)
from netdiag_probe.filters.exits import Exits
from netdiag_probe.filters.frames import IPV4, IPV6
from netdiag_probe.filters.hosts import PROTOCOL, WORDS
from netdiag_probe.filters.ports import TRANSPARENT_ETHERNET

FIELDS = (0x8000, 0x2000, 0x1000)
"""Flags that each announce four bytes more: checksum, key, sequence number."""


def go_by_gre(program: Program, exits: Exits) -> None:
    """Go on by what it carries: an IP packet, or a frame (gretap)."""
    program.do(LOAD_HALF_AT_X, 2)
    program.do(STORE, PROTOCOL)
    program.do(LOAD_HALF_AT_X, 0)
    program.do(STORE, WORDS)
    program.move(4)
    for field in FIELDS:
        absent = Label("no such field")
        program.do(LOAD_MEMORY, WORDS)
        program.test(IF_ANY_BIT, field, None, absent)
        program.move(4)
        program.place(absent)
    program.do(LOAD_MEMORY, PROTOCOL)
    program.test_each((IPV4, IPV6), exits.inside)
    program.test(IF_EQUAL, TRANSPARENT_ETHERNET, exits.frame, exits.no)
