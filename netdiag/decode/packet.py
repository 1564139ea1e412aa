"""Where the decoder stands in one packet, and what it found so far.

``Packet`` is the ground that the header modules build on. A header's method reads at ``at``,
moves it past the header, narrows ``end`` where the header knows how long its payload is, and
returns the kind of the header that follows (``STOP``: none that can be read).
"""

from __future__ import annotations

from array import array

from netdiag.decode.problems import CUT, OVERLONG, SHORT, TOO_DEEP
from netdiag.model.layers import (
    ENCAPSULATION_BITS,
    MAX_ENCAPSULATIONS,
    MAX_LAYERS,
    STOP,
)


class Packet:
    """One packet under the decoder's eyes; all offsets count from the start of the buffer."""

    def __init__(self) -> None:
        self.buffer = bytearray(1)
        """The buffer that holds the packet, and its neighbours, as an object to take slices of."""
        self.b = self.buffer
        """The same, to read bytes from."""
        self.start = 0
        self.at = 0
        """Where the next header starts."""
        self.end = 0
        """Where the bytes end that belong to the header at ``at``."""
        self.limit = 0
        """Where the captured packet ends, whatever the headers say."""
        self.wire_end = 0
        """Where the packet would end if all of it had been captured."""
        self.partial = 0
        """Not 0 if fewer bytes than promised are no fault: 1 cut or quote, 2 first fragment."""
        self.count = 0
        """How many layers were found."""
        self.layers = array("q", bytes(8 * MAX_LAYERS))
        """For each layer its offset, and in the low eight bits its kind."""
        self.problem = 0
        self.problem_layer = 0
        self.tags = 0
        """How many VLAN tags and MPLS labels were found."""
        self.depth = 0
        """How many tunnels were found, those inside a quoted packet included."""
        self.tunnel_kinds = array("i", bytes(4 * MAX_ENCAPSULATIONS))
        self.tunnel_networks = array("i", bytes(4 * MAX_ENCAPSULATIONS))
        """Where each tunnel's outer IP header starts; -1 = it has none."""
        self.tunnel_offsets = array("i", bytes(4 * MAX_ENCAPSULATIONS))
        """Where each tunnel's own header starts, or its payload where it has no header."""
        self.encapsulations = 0
        """The stack of tunnels, packed (``unpack_encapsulations``); quoted ones left out."""
        self.quote = 0
        """Index of the first layer that an ICMP error quotes; 0 = nothing quoted."""
        self.quote_depth = 0
        """How many tunnels came before the quote."""
        self.direction = 0
        """What the link header says: 0 nothing, 1 in, 2 out."""
        self.ifindex = 0
        """The interface's index as the link header gives it (SLL2); 0 = not given."""
        self.network = STOP
        """The latest network header: ``ARP``, ``IPV4``, ``IPV6`` or ``STOP``; its place follows."""
        self.network_at = 0
        self.protocol = -1
        """The protocol number that the latest IP header (with its extensions) carries."""
        self.fragment = 0
        """Of the latest IP header: 0 whole, 1 first fragment, 2 a later one."""
        self.transport = STOP
        """The latest transport header: ``TCP``, ``UDP``, ``ICMP``, ``ICMPV6`` or ``STOP``."""
        self.transport_at = 0
        self.transport_end = 0
        """Where the bytes end that belong to the latest transport header and its payload."""

    def u16(self, at: int) -> int:
        """Read a 16-bit number in network order."""
        return self.b[at] << 8 | self.b[at + 1]

    def u32(self, at: int) -> int:
        """Read a 32-bit number in network order."""
        top = self.b[at]
        return top << 24 | self.b[at + 1] << 16 | self.b[at + 2] << 8 | self.b[at + 3]

    def layer(self, index: int) -> int:
        """Return the kind of the layer at this index, outermost first."""
        return self.layers[index] & 0xFF

    def layer_offset(self, index: int) -> int:
        """Return where the layer at this index starts."""
        return self.layers[index] >> 8

    def tunnel(self, index: int) -> tuple[int, int, int]:
        """Return kind, outer IP header's place (-1: none) and own place of a tunnel."""
        return self.tunnel_kinds[index], self.tunnel_networks[index], self.tunnel_offsets[index]

    def byte(self, at: int) -> int:
        """Read one byte of the buffer."""
        return self.b[at]

    def octets(self, at: int, size: int) -> bytes:
        """Copy up to ``size`` bytes out of the buffer, no further than the buffer goes."""
        return bytes(self.buffer[at : at + size])

    def note(self, problem: int) -> int:
        """Record a problem of the current layer, unless one is known already; return ``STOP``."""
        if self.problem == 0 and self.quote == 0:
            self.problem = problem
            self.problem_layer = self.layers[self.count - 1] & 0xFF if self.count else STOP
        return STOP

    def reject(self, problem: int) -> int:
        """Record a problem and drop the current layer: its header could not be read."""
        self.note(problem)
        self.count -= 1
        return STOP

    def lacks(self, size: int) -> int:
        """Return 1, the layer rejected, if fewer than ``size`` bytes are left; else 0."""
        if self.end - self.at >= size:
            return 0
        self.reject_short()
        return 1

    def reject_short(self) -> int:
        """Drop the current layer because its header does not end; return ``STOP``."""
        return self.reject(CUT if self.partial == 1 else SHORT)

    def ends_within(self, size: int) -> int:
        """Return 1, the problem noted but the layer kept, if fewer than ``size`` bytes are left."""
        if self.end - self.at >= size:
            return 0
        self.note(CUT if self.partial == 1 else SHORT)
        return 1

    def narrow(self, size: int) -> None:
        """Let the payload end ``size`` bytes after ``at``, as the header at ``at`` says."""
        if self.at + size <= self.end:
            self.end = self.at + size
        elif not self.partial:
            self.note(OVERLONG)

    def enter_tunnel(self, kind: int, following: int) -> int:
        """Record a tunnel whose header or payload is at ``at``; return what follows it."""
        depth = self.depth
        if depth == MAX_ENCAPSULATIONS:
            return self.note(TOO_DEEP)
        self.tunnel_kinds[depth] = kind
        self.tunnel_networks[depth] = self.network_at if self.network != STOP else -1
        self.tunnel_offsets[depth] = self.at
        self.depth = depth + 1
        if self.quote == 0:
            self.encapsulations = self.encapsulations << ENCAPSULATION_BITS | kind
        return following
