"""The part of a filter that looks at an Ethernet frame: a device's own, or one in a tunnel."""

from __future__ import annotations

from netdiag_probe.filters.bpf import IF_EQUAL, LOAD_HALF_AT_X, Label, Program
from netdiag_probe.filters.exits import Exits

IPV4, ARP, IPV6 = 0x0800, 0x0806, 0x86DD
VLAN_TAGS = (0x8100, 0x88A8)
MOST_TAGS = 2


def go_by_frame(program: Program, exits: Exits) -> None:
    """Go on by the type of the frame at X, that behind its VLAN tags.

    The kernel keeps the outermost tag beside the packet most of the time, others in it.
    """
    program.move(12)
    for _ in range(MOST_TAGS):
        tagged = Label("VLAN tag")
        program.do(LOAD_HALF_AT_X, 0)
        program.test_each(VLAN_TAGS, tagged)
        _go_by_type(program, exits)
        program.place(tagged)
        program.move(4)
    program.do(LOAD_HALF_AT_X, 0)
    _go_by_type(program, exits)


def _go_by_type(program: Program, exits: Exits) -> None:
    internet = Label("IP in a frame")
    program.test_each((IPV4, IPV6), internet)
    program.test(IF_EQUAL, ARP, exits.neighbours, exits.no)
    program.place(internet)
    program.move(2)
    program.jump(exits.inside)
