"""IP protocol numbers; names of protocols and of ICMP messages, as tcpdump spells them."""

from __future__ import annotations

PROTOCOL_HOPOPTS = 0
PROTOCOL_ICMP = 1
PROTOCOL_IPV4 = 4
PROTOCOL_TCP = 6
PROTOCOL_UDP = 17
PROTOCOL_IPV6 = 41
PROTOCOL_ROUTING = 43
PROTOCOL_FRAGMENT = 44
PROTOCOL_GRE = 47
PROTOCOL_ESP = 50
PROTOCOL_AH = 51
PROTOCOL_ICMPV6 = 58
PROTOCOL_DSTOPTS = 60
PROTOCOL_MPLS = 137

IP_PROTOCOL_NAMES = {
    0: "hopopts",
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    41: "ipv6",
    43: "routing",
    44: "fragment",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmp6",
    60: "dstopts",
    88: "eigrp",
    89: "ospf",
    103: "pim",
    108: "ipcomp",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
    136: "udplite",
    137: "mpls",
}

ICMP_NAMES = {
    0: "echo reply",
    3: "unreachable",
    4: "source quench",
    5: "redirect",
    8: "echo request",
    9: "router advertisement",
    10: "router solicitation",
    11: "time exceeded",
    12: "parameter problem",
    13: "time stamp query",
    14: "time stamp reply",
    17: "address mask request",
    18: "address mask reply",
}

ICMP_CODE_NAMES = {
    (3, 0): "net unreachable",
    (3, 1): "host unreachable",
    (3, 2): "protocol unreachable",
    (3, 3): "port unreachable",
    (3, 4): "need to frag",
    (3, 5): "source route failed",
    (3, 6): "net unknown",
    (3, 7): "host unknown",
    (3, 9): "net prohibited",
    (3, 10): "host prohibited",
    (3, 13): "admin prohibited",
    (5, 0): "net redirect",
    (5, 1): "host redirect",
    (11, 0): "time exceeded in-transit",
    (11, 1): "ip reassembly time exceeded",
}

ICMPV6_NAMES = {
    1: "unreachable",
    2: "packet too big",
    3: "time exceeded",
    4: "parameter problem",
    128: "echo request",
    129: "echo reply",
    130: "multicast listener query",
    131: "multicast listener report",
    132: "multicast listener done",
    133: "router solicitation",
    134: "router advertisement",
    135: "neighbor solicitation",
    136: "neighbor advertisement",
    137: "redirect",
    143: "multicast listener report v2",
}

ICMPV6_CODE_NAMES = {
    (1, 0): "no route to destination",
    (1, 1): "administratively prohibited",
    (1, 3): "address unreachable",
    (1, 4): "port unreachable",
    (3, 0): "hop limit exceeded in transit",
    (3, 1): "reassembly time exceeded",
}

TCP_FLAG_LETTERS = (
    (0x01, "F"),
    (0x02, "S"),
    (0x04, "R"),
    (0x08, "P"),
    (0x10, "."),
    (0x20, "U"),
    (0x40, "E"),
    (0x80, "W"),
)


def tcp_flags_text(flags: int) -> str:
    """Return flags as tcpdump prints them: ``S.`` is SYN with ACK, ``none`` no flag at all."""
    return "".join(letter for bit, letter in TCP_FLAG_LETTERS if flags & bit) or "none"


def icmp_name(number: int, code: int) -> str:
    """Return what an ICMP message is called."""
    name = ICMP_CODE_NAMES.get((number, code)) or ICMP_NAMES.get(number)
    return name or f"type {number} code {code}"


def icmpv6_name(number: int, code: int) -> str:
    """Return what an ICMPv6 message is called."""
    name = ICMPV6_CODE_NAMES.get((number, code)) or ICMPV6_NAMES.get(number)
    return name or f"type {number} code {code}"


def ip_protocol_name(number: int) -> str:
    """Return ``proto N`` with the protocol's name where it has a well-known one."""
    name = IP_PROTOCOL_NAMES.get(number)
    return f"proto {number} ({name})" if name else f"proto {number}"
