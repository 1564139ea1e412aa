"""The headers that the decoder knows, and the encapsulations that it sees through.

Both are small numbers, because the compiled decoder stores millions of them; ``LAYER_NAMES`` and
``ENCAPSULATION_NAMES`` turn them into the words used in text, JSON and documentation.
"""

STOP = 0
ETH = 1
VLAN = 2
LLC = 3
SLL = 4
SLL2 = 5
NULL = 6
LOOP = 7
MPLS = 8
PPPOE = 9
PPP = 10
ARP = 11
IPV4 = 12
IPV6 = 13
HOPOPTS = 14
ROUTING = 15
FRAGMENT = 16
DSTOPTS = 17
AH = 18
ESP = 19
TCP = 20
UDP = 21
ICMP = 22
ICMPV6 = 23
VXLAN = 24
VXLAN_GPE = 25
GENEVE = 26
GRE = 27
ERSPAN2 = 28
ERSPAN3 = 29
WIREGUARD = 30

LAYER_NAMES = (
    "",
    "eth",
    "vlan",
    "llc",
    "sll",
    "sll2",
    "null",
    "loop",
    "mpls",
    "pppoe",
    "ppp",
    "arp",
    "ipv4",
    "ipv6",
    "ipv6.hopopts",
    "ipv6.routing",
    "ipv6.fragment",
    "ipv6.dstopts",
    "ah",
    "esp",
    "tcp",
    "udp",
    "icmp",
    "icmpv6",
    "vxlan",
    "vxlan-gpe",
    "geneve",
    "gre",
    "erspan",
    "erspan",
    "wireguard",
)
"""The name of each layer, by its number; ``STOP`` (nothing follows) has none."""

OVER_VXLAN = 1
OVER_VXLAN_GPE = 2
OVER_GENEVE = 3
OVER_GRE = 4
OVER_ERSPAN = 5
OVER_IPIP = 6
OVER_6IN4 = 7
OVER_4IN6 = 8
OVER_6IN6 = 9
OVER_UDP = 10
OVER_WIREGUARD = 11
OVER_ESP = 12

ENCAPSULATION_NAMES = (
    "none",
    "vxlan",
    "vxlan-gpe",
    "geneve",
    "gre",
    "erspan",
    "ipip",
    "6in4",
    "4in6",
    "6in6",
    "udp",
    "wireguard",
    "esp",
)
"""The name of each encapsulation; ``udp`` is a bare IP packet in UDP, flannel's udp backend."""

ENCAPSULATION_BITS = 4
"""An encapsulation stack is packed into one number, this many bits each, the innermost lowest."""

MAX_ENCAPSULATIONS = 16
"""How many tunnels inside each other are followed; sixteen times four bits fill a 64-bit word."""

MAX_LAYERS = 128
"""How many headers of one packet are followed."""


def unpack_encapsulations(packed: int) -> tuple[int, ...]:
    """Return the encapsulations, outermost first, of a stack packed by the decoder."""
    stack = []
    while packed:
        stack.append(packed & (1 << ENCAPSULATION_BITS) - 1)
        packed >>= ENCAPSULATION_BITS
    return tuple(reversed(stack))
