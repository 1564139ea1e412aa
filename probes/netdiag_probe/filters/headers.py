"""The parts of a filter that each look at one header, move X behind it and go on by what it says.

They read with offsets from the packet's start, never with those from the network header: older
kernels don't find with the latter what the network card left outside a packet's linear part.
"""

from __future__ import annotations

from collections.abc import Sequence

from netdiag_probe.filters.bpf import (
    A_TO_X,
    ADD,
    ADD_X,
    AND,
    IF_ANY_BIT,
    IF_EQUAL,
    LOAD_BYTE_AT_X,
    LOAD_HALF_AT_X,
    LOAD_MEMORY,
    LOAD_WORD_AT_X,
    LOAD_X_MEMORY,
    RETURN,
    SHIFT_LEFT,
    STORE,
    STORE_X,
    X_TO_A,
    Label,
    Program,
)

IPV4, ARP, IPV6, TRANSPARENT_ETHERNET = 0x0800, 0x0806, 0x86DD, 0x6558
VLAN_TAGS = (0x8100, 0x88A8)
MOST_TAGS = 2
ICMP, TCP, UDP, ESP, ICMPV6 = 1, 6, 17, 50, 58
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

PROTOCOL, HEADER, WORDS = 0, 1, 2
"""The program's memory: the protocol that an IP header announces, where that header begins, and
from here on up to four words of an address."""

HIGH_NIBBLE, VERSION_4, VERSION_6 = 0xF0, 0x40, 0x60


class Ends:
    """Where all parts of a program lead to."""

    def __init__(self, snap_length: int) -> None:
        self.snap_length = snap_length
        self.echo = Label("is this echo ours?")
        self.between_v4 = Label("is this IPv4 packet between the hosts?")
        self.between_v6 = Label("is this IPv6 packet between the hosts?")


class HeaderWriter:
    """Writes the part of a program that looks at one header, at X."""

    def __init__(
        self, program: Program, ends: Ends, tunnel_ports: Sequence[int], inside: Label | None
    ) -> None:
        self._program = program
        self._ends = ends
        self._tunnel_ports = tunnel_ports
        self._yes, self._no = Label("let it through"), Label("leave it out")
        self._inside = inside or self._no
        """What looks at the IP header further inside; None: nothing does."""

    def write_frame(self) -> None:
        """Write the part for an Ethernet frame; up to two VLAN tags are passed over."""
        self._go_by_frame()
        self._write_ends()

    def write_ip(self) -> None:
        """Write the part for an IP header of either version and for what it carries."""
        program = self._program
        version_6, carried = Label("IPv6 header"), Label("what the IP header carries")
        program.do(STORE_X, HEADER)
        self._load_version()
        program.test(IF_EQUAL, VERSION_6, version_6)
        program.test(IF_EQUAL, VERSION_4, None, self._no)
        self._read_ipv4(carried)
        program.place(version_6)
        self._read_ipv6(carried)
        program.place(carried)
        self._go_by_protocol()
        self._write_ends()

    def _write_ends(self) -> None:
        self._program.place(self._yes)
        self._program.do(RETURN, self._ends.snap_length)
        self._program.place(self._no)
        self._program.do(RETURN, 0)

    def _load_version(self) -> None:
        self._program.do(LOAD_BYTE_AT_X, 0)
        self._program.do(AND, HIGH_NIBBLE)

    def _read_ipv4(self, carried: Label) -> None:
        """Move X behind the header and its options, unless it is of a later fragment."""
        program = self._program
        program.do(LOAD_BYTE_AT_X, 9)
        program.test(IF_EQUAL, TCP, self._no)
        program.do(STORE, PROTOCOL)
        program.do(LOAD_HALF_AT_X, 6)
        program.test(IF_ANY_BIT, LATER_FRAGMENT, self._ends.between_v4)
        program.do(LOAD_BYTE_AT_X, 0)
        program.do(AND, 0x0F)
        self._pass_units(2)
        program.jump(carried)

    def _read_ipv6(self, carried: Label) -> None:
        """Move X behind the header and its extensions, unless it is of a later fragment."""
        program = self._program
        program.do(LOAD_BYTE_AT_X, 6)
        program.test(IF_EQUAL, TCP, self._no)
        program.do(STORE, PROTOCOL)
        self._pass(40)
        for _ in range(MOST_EXTENSIONS):
            self._read_extension(carried)

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
        self._pass(8)
        program.jump(onward)
        program.place(extension)
        program.do(LOAD_BYTE_AT_X, 0)
        program.do(STORE, PROTOCOL)
        program.do(LOAD_BYTE_AT_X, 1)
        program.do(ADD, 1)
        self._pass_units(3)
        program.place(onward)

    def _go_by_protocol(self) -> None:
        program = self._program
        icmp, icmpv6, udp = Label("ICMP"), Label("ICMPv6"), Label("UDP")
        program.do(LOAD_MEMORY, PROTOCOL)
        program.test(IF_EQUAL, ICMP, icmp)
        program.test(IF_EQUAL, UDP, udp)
        program.test_each(TUNNEL_PROTOCOLS, self._inside)
        program.test(IF_EQUAL, ICMPV6, icmpv6)
        program.test(IF_EQUAL, ESP, None, self._no)
        self._go_by_hosts()
        program.place(icmp)
        self._go_by_message(ECHOES, ERRORS)
        program.place(icmpv6)
        self._go_by_message(ECHOES_V6, ERRORS_V6, NEIGHBOUR_DISCOVERY)
        program.place(udp)
        self._go_by_port()

    def _go_by_hosts(self) -> None:
        """Let the addresses of this IP header decide."""
        self._program.do(LOAD_X_MEMORY, HEADER)
        self._load_version()
        self._program.test(IF_EQUAL, VERSION_4, self._ends.between_v4, self._ends.between_v6)

    def _go_by_message(
        self, echoes: Sequence[int], errors: Sequence[int], discovery: Sequence[int] = ()
    ) -> None:
        """Go on by the type of an ICMP message; an error quotes a packet behind eight bytes."""
        program = self._program
        quoted = Label("ICMP error")
        program.do(LOAD_BYTE_AT_X, 0)
        program.test_each(echoes, self._ends.echo)
        program.test_each(discovery, self._yes)
        program.test_each(errors, quoted)
        program.jump(self._no)
        program.place(quoted)
        self._pass(8)
        program.jump(self._inside)

    def _go_by_port(self) -> None:
        """Tell tunnels apart by what follows the eight bytes of the UDP header.

        VXLAN: RFC 7348 section 5. GENEVE: RFC 8926 section 3.4. WireGuard: its paper, section 5.4.
        flannel's UDP backend puts the IP packet there as it is.
        """
        program = self._program
        tunnel, geneve, encrypted = Label("tunnel"), Label("GENEVE"), Label("WireGuard")
        bare, frame = Label("flannel's UDP"), Label("frame in a tunnel")
        program.do(LOAD_HALF_AT_X, 2)
        program.test_each(self._tunnel_ports, tunnel)
        program.jump(self._no)
        program.place(tunnel)
        program.do(LOAD_HALF_AT_X, 10)
        program.test(IF_EQUAL, TRANSPARENT_ETHERNET, geneve)
        program.do(LOAD_WORD_AT_X, 8)
        program.test_each([kind << 24 for kind in (1, 2, 3, 4)], encrypted)
        program.do(AND, HIGH_NIBBLE << 24)
        program.test_each([VERSION_4 << 24, VERSION_6 << 24], bare)
        self._pass(8 + 8)
        program.jump(frame)
        program.place(encrypted)
        self._go_by_hosts()
        program.place(bare)
        self._pass(8)
        program.jump(self._inside)
        program.place(geneve)
        program.do(LOAD_BYTE_AT_X, 8)
        program.do(AND, 0x3F)
        self._pass_units(2)
        self._pass(8 + 8)
        program.place(frame)
        self._go_by_frame()

    def _go_by_frame(self) -> None:
        """Go on by the type of an Ethernet frame, that behind its VLAN tags.

        The kernel keeps the outermost tag beside the packet most of the time, others in it.
        """
        program = self._program
        self._pass(12)
        for _ in range(MOST_TAGS):
            tagged = Label("VLAN tag")
            program.do(LOAD_HALF_AT_X, 0)
            program.test_each(VLAN_TAGS, tagged)
            self._go_by_type()
            program.place(tagged)
            self._pass(4)
        program.do(LOAD_HALF_AT_X, 0)
        self._go_by_type()

    def _go_by_type(self) -> None:
        program = self._program
        internet = Label("IP in a frame")
        program.test_each((IPV4, IPV6), internet)
        program.test(IF_EQUAL, ARP, self._yes, self._no)
        program.place(internet)
        self._pass(2)
        program.jump(self._inside)

    def _pass(self, size: int) -> None:
        """Move X on; A is lost."""
        self._program.do(X_TO_A)
        self._program.do(ADD, size)
        self._program.do(A_TO_X)

    def _pass_units(self, shift: int) -> None:
        """Move X on by A units of 4 (2) or 8 bytes (3)."""
        self._program.do(SHIFT_LEFT, shift)
        self._program.do(ADD_X)
        self._program.do(A_TO_X)
