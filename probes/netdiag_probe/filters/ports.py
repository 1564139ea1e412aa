"""The parts of a filter that look at the ports of TCP and UDP, at X: ours, and those of tunnels."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag_probe.filters.bpf import (
    AND,
    IF_EQUAL,
    LOAD_BYTE_AT_X,
    LOAD_HALF_AT_X,
    LOAD_WORD_AT_X,
    RETURN,
    Label,
    Program,
)
from netdiag_probe.filters.exits import Ends, Exits
from netdiag_probe.filters.frames import go_by_frame
from netdiag_probe.filters.hosts import HIGH_NIBBLE, VERSION_4, VERSION_6, go_by_hosts

TRANSPARENT_ETHERNET = 0x6558
VXLAN_HEAD = 0x08000000
"""Its first word: the flag I alone (RFC 7348 section 5)."""


def look_for_ports(program: Program, ports: Sequence[int], ours: Label) -> None:
    """Go to ``ours`` if the source or the destination port is one of these; A is that one."""
    for at in (0, 2):
        program.do(LOAD_HALF_AT_X, at)
        program.test_each(ports, ours)


def write_segment(program: Program, ends: Ends, ports: Sequence[int]) -> None:
    """Decide about a TCP segment."""
    ours = Label("our segment")
    program.place(ends.segment)
    look_for_ports(program, ports, ours)
    program.do(RETURN, 0)
    program.place(ours)
    program.do(RETURN, ends.snap_length)


def go_by_tunnel(program: Program, ends: Ends, exits: Exits, tunnel_ports: Sequence[int]) -> None:
    """Tell tunnels apart by what follows the eight bytes of the UDP header.

    VXLAN: RFC 7348 section 5. GENEVE: RFC 8926 section 3.4. WireGuard: its paper, section 5.4.
    flannel's UDP backend puts the IP packet there as it is. At a port that nobody has told, as on
    a router between nodes, it may still be VXLAN: that begins with the flag I and 24 zero bits.
    """
    tunnel, geneve, encrypted = Label("tunnel"), Label("GENEVE"), Label("WireGuard")
    bare, vxlan = Label("flannel's UDP"), Label("VXLAN")
    program.do(LOAD_HALF_AT_X, 2)
    program.test_each(tunnel_ports, tunnel)
    program.do(LOAD_WORD_AT_X, 8)
    program.test(IF_EQUAL, VXLAN_HEAD, vxlan, exits.no)
    program.place(tunnel)
    program.do(LOAD_HALF_AT_X, 10)
    program.test(IF_EQUAL, TRANSPARENT_ETHERNET, geneve)
    program.do(LOAD_WORD_AT_X, 8)
    program.test_each([kind << 24 for kind in (1, 2, 3, 4)], encrypted)
    program.do(AND, HIGH_NIBBLE << 24)
    program.test_each([VERSION_4 << 24, VERSION_6 << 24], bare)
    program.place(vxlan)
    program.move(8 + 8)
    program.jump(exits.frame)
    program.place(encrypted)
    go_by_hosts(program, ends)
    program.place(bare)
    program.move(8)
    program.jump(exits.inside)
    program.place(geneve)
    program.do(LOAD_BYTE_AT_X, 8)
    program.do(AND, 0x3F)
    program.move_by_units(2)
    program.move(8 + 8)
    program.place(exits.frame)
    go_by_frame(program, exits)
