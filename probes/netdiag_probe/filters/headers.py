"""The part of a filter that looks at an IP header, moves X behind it and goes on by what it says.

It reads with offsets from the packet's start, never with those from the network header: older
kernels don't find with the latter what the network card left outside a packet's linear part.
"""

from __future__ import annotations

from collections.abc import Sequence

from netdiag_probe.filters.bpf import (
    ADD,
    AND,
    IF_ANY_BIT,
    IF_EQUAL,
    LOAD_BYTE_AT_X,
    LOAD_HALF_AT_X,
    LOAD_MEMORY,
    STORE,
    STORE_X,
    Label,
    Program,
)
from netdiag_probe.filters.exits import Ends, Exits, write_exits
from netdiag_probe.filters.gre import go_by_gre
from netdiag_probe.filters.hosts import (
    HEADER,
    PROTOCOL,
    VERSION_4,
    VERSION_6,
    go_by_hosts,
    load_version,
)
from netdiag_probe.filters.ports import go_by_tunnel, look_for_ports

ICMP, TCP, UDP, GRE, ESP, ICMPV6 = 1, 6, 17, 47, 50, 58
TUNNEL_PROTOCOLS = (4, 41)
"""An IP header follows: IPv4 (IPIP, 4in6), IPv6 (6in4, 6in6)."""
EXTENSION_HEADERS = (0, 43, 60)
"""Of IPv6: hop-by-hop options, routing, destination options (RFC 8200 section 4)."""
FRAGMENT_HEADER = 44
MOST_EXTENSIONS = 3

ECHOES, ECHOES_V6 = (8, 0), (128, 129)
ERRORS, ERRORS_V6 = (3, 4, 5, 11, 12), (1, 2, 3, 4)
NEIGHBOUR_DISCOVERY = (133, 134, 135, 136, 137)

LATER_FRAGMENT, LATER_FRAGMENT_V6 = 0x1FFF, 0xFFF8
"""The bits of a fragment's offset; of the first fragment they are 0."""


class HeaderWriter:
    """Writes the part of a program that looks at one IP header, at X, and what it carries."""

    def __init__(
        self,
        program: Program,
        ends: Ends,
        tunnel_ports: Sequence[int],
        ports: Sequence[int],
        exits: Exits,
    ) -> None:
        self._program = program
        self._ends = ends
        self._tunnel_ports = tunnel_ports
        self._ports = ports
        self._exits = exits

    def write(self) -> None:
        """Write the part for an IP header of either version."""
        program = self._program
        version_6, carried = Label("IPv6 header"), Label("what the IP header carries")
        program.do(STORE_X, HEADER)
        load_version(program)
        program.test(IF_EQUAL, VERSION_6, version_6)
        program.test(IF_EQUAL, VERSION_4, None, self._exits.no)
        self._read_ipv4(carried)
        program.place(version_6)
        self._read_ipv6(carried)
        program.place(carried)
        self._go_by_protocol()
        write_exits(program, self._exits, self._ends)

    def _read_ipv4(self, carried: Label) -> None:
        """Move X behind the header and its options, unless it is of a later fragment."""
        program = self._program
        program.do(LOAD_BYTE_AT_X, 9)
        self._leave_out_tcp()
        program.do(STORE, PROTOCOL)
        program.do(LOAD_HALF_AT_X, 6)
        program.test(IF_ANY_BIT, LATER_FRAGMENT, self._ends.between_v4)
        program.do(LOAD_BYTE_AT_X, 0)
        program.do(AND, 0x0F)
        program.move_by_units(2)
        program.jump(carried)

    def _read_ipv6(self, carried: Label) -> None:
        """Move X behind the header and its extensions, unless it is of a later fragment."""
        program = self._program
        program.do(LOAD_BYTE_AT_X, 6)
        self._leave_out_tcp()
        program.do(STORE, PROTOCOL)
        program.move(40)
        for _ in range(MOST_EXTENSIONS):
            self._read_extension(carried)

    def _leave_out_tcp(self) -> None:
        """Be done with most packets at once, unless some of them may be ours."""
        if not self._ports:
            self._program.test(IF_EQUAL, TCP, self._exits.no)

    def _read_extension(self, carried: Label) -> None:
        program = self._program
        extension, onward = Label("extension header"), Label("behind it")
        program.do(LOAD_MEMORY, PROTOCOL)
        program.test_each(EXTENSION_HEADERS, extension)
        program.test(IF_EQUAL, FRAGMENT_HEADER, None, carried)
        program.do(LOAD_HALF_AT_X, 2)
        program.test(IF_ANY_BIT, LATER_FRAGMENT_V6, self._ends.between_v6)
        program.do(LOAD_BYTE_AT_X, 0)
        program.do(STORE, PROTOCOL)
        program.move(8)
        program.jump(onward)
        program.place(extension)
        program.do(LOAD_BYTE_AT_X, 0)
        program.do(STORE, PROTOCOL)
        program.do(LOAD_BYTE_AT_X, 1)
        program.do(ADD, 1)
        program.move_by_units(3)
        program.place(onward)

    def _go_by_protocol(self) -> None:
        program = self._program
        icmp, icmpv6, udp, gre = Label("ICMP"), Label("ICMPv6"), Label("UDP"), Label("GRE")
        program.do(LOAD_MEMORY, PROTOCOL)
        if self._ports:
            program.test(IF_EQUAL, TCP, self._ends.segment)
        program.test(IF_EQUAL, ICMP, icmp)
        program.test(IF_EQUAL, UDP, udp)
        program.test_each(TUNNEL_PROTOCOLS, self._exits.inside)
        program.test(IF_EQUAL, ICMPV6, icmpv6)
        program.test(IF_EQUAL, GRE, gre)
        program.test(IF_EQUAL, ESP, None, self._exits.no)
        go_by_hosts(program, self._ends)
        program.place(icmp)
        self._go_by_message(ECHOES, ERRORS)
        program.place(icmpv6)
        self._go_by_message(ECHOES_V6, ERRORS_V6, NEIGHBOUR_DISCOVERY)
        program.place(gre)
        go_by_gre(program, self._exits)
        program.place(udp)
        if self._ports:
            look_for_ports(program, self._ports, self._exits.yes)
        go_by_tunnel(program, self._ends, self._exits, self._tunnel_ports)

    def _go_by_message(
        self, echoes: Sequence[int], errors: Sequence[int], discovery: Sequence[int] = ()
    ) -> None:
        """Go on by the type of an ICMP message; an error quotes a packet behind eight bytes."""
        program = self._program
        quoted = Label("ICMP error")
        program.do(LOAD_BYTE_AT_X, 0)
        program.test_each(echoes, self._ends.echo)
        program.test_each(discovery, self._exits.neighbours)
        program.test_each(errors, quoted)
        program.jump(self._exits.no)
        program.place(quoted)
        program.move(8)
        program.jump(self._exits.inside)
