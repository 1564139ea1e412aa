"""The filter language: what each expression selects of a few packets, and where errors point."""

from __future__ import annotations

import pickle
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdiag.decode.inner_filter import FILTER_HELP, FilterSyntaxError, Predicate, parse_filter
from netdiag.model.inner_packet import InnerPacket

UNKNOWN = InnerPacket("", None, None, None, None, None, None, None, None, None, None, 0, False)


def ip_packet(source: str, destination: str, protocol: int) -> InnerPacket:
    return UNKNOWN._replace(
        network=f"ipv{ip_address(source).version}",
        ip_protocol=protocol,
        source=int(ip_address(source)),
        destination=int(ip_address(destination)),
        length=20,
    )


A, B, C = "10.244.1.2", "10.244.2.3", "10.96.0.1"
A6, B6 = "fd00::1", "fd00:1::2"
A_AS_IPV6 = "::10.244.1.2"  # the same number as A

PING = ip_packet(A, B, 1)._replace(icmp_type=8, icmp_code=0, icmp_id=8448, icmp_seq=1, length=84)
TCP = ip_packet(A, C, 6)._replace(length=60)
PACKETS = {
    "ping": PING,
    "pong": PING._replace(source=PING.destination, destination=PING.source, icmp_type=0),
    "unreach": ip_packet(C, A, 1)._replace(icmp_type=3, icmp_code=4, length=576),
    "fragment": ip_packet(A, B, 1)._replace(fragment=True, length=1500),
    "ping6": ip_packet(A6, B6, 58)._replace(icmp_type=128, icmp_code=0, icmp_id=7, icmp_seq=2),
    "mapped6": ip_packet(A_AS_IPV6, A6, 1),
    "syn": TCP._replace(source_port=1000, destination_port=80, tcp_flags=0x02),
    "synack": TCP._replace(source_port=443, destination_port=1000, tcp_flags=0x12),
    "rst6": ip_packet(B6, A6, 6)._replace(source_port=22, destination_port=9, tcp_flags=0x04),
    "dns": ip_packet(A, C, 17)._replace(source_port=1000, destination_port=53),
    "sctp": ip_packet(B, C, 132)._replace(source_port=80, destination_port=80),
    "igmp": ip_packet(C, "224.0.0.22", 2),
    "esp": ip_packet(C, "1.2.3.4", 50),
    "arp": UNKNOWN._replace(
        network="arp", source=int(ip_address(A)), destination=int(ip_address(B)), length=28
    ),
    "unknown": UNKNOWN,
}
TO_OR_FROM_A = "ping pong unreach fragment syn synack dns arp"

SELECTIONS = [
    # protocols
    ("icmp", "ping pong unreach fragment"),
    ("icmp6", "ping6"),
    ("tcp", "syn synack rst6"),
    ("udp", "dns"),
    ("sctp", "sctp"),
    ("igmp", "igmp"),
    ("esp", "esp"),
    ("arp", "arp"),
    ("ip", "ping pong unreach fragment syn synack dns sctp igmp esp"),
    ("ip6", "ping6 mapped6 rst6"),
    ("proto 1", "ping pong unreach fragment mapped6"),
    ("ip proto 1", "ping pong unreach fragment"),
    ("ip6 proto tcp", "rst6"),
    (r"proto \udp or 132", "dns sctp"),
    ("proto (50 or icmp6)", "esp ping6"),
    # addresses
    ("host 10.244.1.2", TO_OR_FROM_A),
    ("10.244.1.2", TO_OR_FROM_A),
    ("ip host 10.244.1.2", "ping pong unreach fragment syn synack dns"),
    ("arp host 10.244.2.3", "arp"),
    ("arp src host 10.244.2.3", ""),
    ("src host 10.244.2.3", "pong sctp"),
    ("src 10.244.2.3", "pong sctp"),
    ("dst 10.244.2.3", "ping fragment arp"),
    ("src or dst host 10.244.2.3", "ping pong fragment sctp arp"),
    ("src and dst host 10.244.2.3", ""),
    ("dst and src net 10.244.0.0/16", "ping pong fragment arp"),
    ("host fd00::1", "ping6 mapped6 rst6"),
    ("ip6 dst FD00:0::1", "mapped6 rst6"),
    ("host ::10.244.1.2", "mapped6"),
    ("icmp host 10.96.0.1", "unreach"),
    ("igmp dst 224.0.0.22", "igmp"),
    ("icmp6 src fd00::1", "ping6"),
    ("tcp src 10.244.1.2", "syn synack"),
    ("tcp net fd00::/16", "rst6"),
    # networks
    ("net 10.96.0.0/12", "unreach syn synack dns sctp igmp esp"),
    ("src net 10.244.2.0/24", "pong sctp"),
    ("src net 10.244.2.0 mask 255.255.255.0", "pong sctp"),
    ("dst net 10.244", "ping pong unreach fragment arp"),
    ("dst net 1", "esp"),
    ("net 10.244.2", "ping pong fragment sctp arp"),
    ("net 1.2.3.4", "esp"),
    ("dst net 224/4", "igmp"),
    ("src net fd00:1::/32", "rst6"),
    ("dst net 1 or 224.0.0.0/4", "igmp esp"),
    ("net ::/0", "ping6 mapped6 rst6"),
    # ports
    ("port 80", "syn sctp"),
    ("port http", "syn sctp"),
    ("tcp port 80", "syn"),
    ("src port 1000", "syn dns"),
    ("tcp dst port 1000", "synack"),
    ("udp port domain", "dns"),
    ("port dns", "dns"),
    ("src port https", "synack"),
    ("port ssh", "rst6"),
    ("ip6 port 9", "rst6"),
    ("ip port 1000", "syn synack dns"),
    ("src and dst port 80", "sctp"),
    ("portrange 20-53", "rst6 dns"),
    ("portrange 53-20", "rst6 dns"),
    ("sctp src portrange 80", "sctp"),
    # ICMP, TCP flags, lengths, fragments
    ("icmp type 8", "ping"),
    ("icmp type echo-request", "ping"),
    ("icmp type icmp-echoreply", "pong"),
    ("icmp type icmp-unreach", "unreach"),
    ("icmp6 type echo-request", "ping6"),
    ("icmp6 type 128", "ping6"),
    ("icmp code 4", "unreach"),
    ("icmp id 8448", "ping pong"),
    ("icmp id 0x2100", "ping pong"),
    ("icmp id 7", ""),
    ("icmp6 id 7", "ping6"),
    ("icmp6 seq 2", "ping6"),
    ("icmp type 0 or echo-request", "ping pong"),
    ("tcp flags syn", "syn synack"),
    ("tcp flags syn,ack", "synack"),
    ("tcp flags 0x12", "synack"),
    ("tcp flags syn and not ack", "syn"),
    ("tcp flags rst or syn,ack", "synack rst6"),
    ("less 28", "ping6 mapped6 rst6 sctp igmp esp arp dns unknown"),
    ("greater 576", "unreach fragment"),
    ("fragment", "fragment"),
    # and, or, not
    ("tcp and port 80", "syn"),
    ("udp or arp", "dns arp"),
    ("not ip and not ip6 and not arp", "unknown"),
    ("not not udp", "dns"),
    ("udp or tcp and port 80", "syn"),
    ("udp or (tcp and port 80)", "dns syn"),
    ("arp and tcp or udp", "dns"),
    ("not udp and port 1000", "syn synack"),
    ("not (udp and port 1000) and ip src 10.244.1.2", "ping fragment syn synack"),
    # a bare value takes the qualifiers right before it
    ("tcp port 80 or 443", "syn synack"),
    ("port (80 or 443) and tcp", "syn synack"),
    ("port not 80 and tcp", "synack rst6"),
    ("host 10.244.2.3 and 10.96.0.1", "sctp"),
    ("not host 10.244.1.2 and 10.244.2.3", "sctp"),
    ("src host 10.244.2.3 or fd00::1", "pong sctp ping6"),
    ("src 10.96.0.1 and (1.2.3.4 or not 10.244.1.2)", "unreach igmp esp"),
    ("src 10.96.0.1 and igmp or 10.244.2.3", "igmp ping pong fragment sctp arp"),
    ("(tcp and src 10.244.2.3) or 10.244.2.3", "ping pong fragment sctp arp"),
]


@pytest.mark.parametrize(("expression", "names"), SELECTIONS)
def test_an_expression_selects(expression: str, names: str) -> None:
    assert select(expression) == set(names.split())


def select(expression: str) -> set[str]:
    predicate = parse_filter(expression)
    return {name for name, packet in PACKETS.items() if predicate(packet)}


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("ICMP AND Host 10.244.1.2", "icmp and host 10.244.1.2"),
        ("icmpv6||frag", "icmp6 or fragment"),
        ("tcp&&!port 80||arp", "tcp and not port 80 or arp"),
        ("\tip\r\n and(udp) ", "ip and udp"),
        ("ip4 and ipv4", "ip"),
        ("ipv6", "ip6"),
    ],
)
def test_spellings_select_the_same(expression: str, same: str) -> None:
    assert select(expression) == select(same) != set()


# The words before, a packet and its field, and values, each with the number that it stands for.
NUMBERS = [
    ("icmp type", "ping", "icmp_type", "echo-reply 0 unreachable 3 redirect 5 echo-request 8"),
    ("icmp type", "ping", "icmp_type", "time-exceeded 11 parameter-problem 12 0xff 255"),
    ("icmp type", "ping", "icmp_type", "icmp-echoreply 0 icmp-unreach 3 icmp-redirect 5"),
    ("icmp type", "ping", "icmp_type", "icmp-echo 8 icmp-timxceed 11 icmp-paramprob 12"),
    ("icmp6 type", "ping6", "icmp_type", "unreachable 1 packet-too-big 2 time-exceeded 3"),
    ("icmp6 type", "ping6", "icmp_type", "parameter-problem 4 echo-request 128 echo-reply 129"),
    ("icmp6 type", "ping6", "icmp_type", "router-solicitation 133 router-advertisement 134"),
    ("icmp6 type", "ping6", "icmp_type", "neighbor-solicitation 135 neighbor-advertisement 136"),
    ("icmp6 type", "ping6", "icmp_type", "redirect 137 icmp6-destinationunreach 1 255 255"),
    ("icmp6 type", "ping6", "icmp_type", "icmp6-packettoobig 2 icmp6-timeexceeded 3"),
    ("icmp6 type", "ping6", "icmp_type", "icmp6-parameterproblem 4 icmp6-echo 128"),
    ("icmp6 type", "ping6", "icmp_type", "icmp6-echoreply 129"),
    ("icmp code", "ping", "icmp_code", "0 0 255 255"),
    ("icmp6 id", "ping6", "icmp_id", "0 0 65535 65535"),
    ("icmp seq", "ping", "icmp_seq", "0 0 65535 65535"),
    ("proto", "ping", "ip_protocol", "icmp 1 igmp 2 ipip 4 tcp 6 udp 17 ipv6 41 gre 47 esp 50"),
    ("proto", "ping", "ip_protocol", "ah 51 icmp6 58 icmpv6 58 ospf 89 sctp 132 0 0 255 255"),
    (
        "dst port",
        "dns",
        "destination_port",
        "ssh 22 dns 53 domain 53 http 80 https 443 65535 65535",
    ),
    ("tcp flags", "syn", "tcp_flags", "fin 1 syn 2 rst 4 psh 8 ack 16 urg 32 ece 64 cwr 128"),
]


@pytest.mark.parametrize(("words", "packet_name", "field", "values"), NUMBERS)
def test_a_value_stands_for_one_number(
    words: str, packet_name: str, field: str, values: str
) -> None:
    def packet_with(number: int | None) -> InnerPacket:
        return InnerPacket(**{**PACKETS[packet_name]._asdict(), field: number})

    pairs = values.split()
    for value, number in zip(pairs[::2], map(int, pairs[1::2]), strict=True):
        predicate = parse_filter(f"{words} {value}")
        assert predicate(packet_with(number)), value
        assert not predicate(packet_with(number - 1)), value
        assert not predicate(packet_with(None)), value


NO_CONDITION = "a condition is missing here, such as 'icmp' or 'host 10.244.1.2'"
NO_NAMES = "is not an IP address: names are not resolved; give an address"
NOT_ONE = "is not one address; a network is written 'net 10.244.0.0/16'"
MASK = "'mask' stands between an IPv4 network and a mask such as 255.255.0.0"
BYTES = "bytes and comparisons such as tcp[13] = 2 are not supported; write 'tcp flags syn'"

ERRORS = [
    ("", 0, NO_CONDITION),
    (" \t", 2, NO_CONDITION),
    ("icmp and", 8, NO_CONDITION),
    ("not ", 4, NO_CONDITION),
    ("and tcp", 0, NO_CONDITION),
    ("()", 1, NO_CONDITION),
    ("mask 255.0.0.0", 0, NO_CONDITION),
    ("icmp and hots 10.0.0.1", 9, "unknown word 'hots'; did you mean 'host'?"),
    ("icmp adn tcp", 5, "unknown word 'adn'; did you mean 'and'?"),
    ("tcp syn", 4, "unknown word 'syn'; did you mean 'flags syn'?"),
    ("host 10.0.0.1 or ssh", 17, "unknown word 'ssh'; did you mean 'port ssh'?"),
    ("Q" * 40, 0, f"unknown word '{'Q' * 40}'"),
    ("Q" * 41, 0, f"unknown word '{'Q' * 37}...'"),
    ("(tcp", 0, "this '(' is never closed"),
    ("((tcp)", 0, "this '(' is never closed"),
    ("tcp)", 3, "this ')' closes nothing"),
    ("tcp udp", 4, "'and' or 'or' is missing before 'udp'"),
    ("tcp not udp", 4, "'and' or 'or' is missing before 'not'"),
    ("tcp (udp)", 4, "'and' or 'or' is missing before '('"),
    ("tcp 80", 4, "'and' or 'or' is missing before '80'"),
    ("host", 4, "an address must follow 'host'"),
    ("host TCP", 5, "an address must follow 'host'"),
    ("host src", 5, "an address must follow 'host'"),
    ("host dst", 5, "an address must follow 'host'"),
    ("host ()", 6, "an address must follow '('"),
    ("src or dst", 10, "an address must follow 'dst'"),
    ("src or tcp", 4, "an address must follow 'src'"),
    ("dst port ", 9, "a port must follow 'port'"),
    ("port 65536", 5, "'65536' is out of range; a port is 0 to 65535"),
    ("port 80-90", 5, "'80-90' is not a port; give a number from 0 to 65535"),
    ("port 080", 5, "'080' is not a port; give a number from 0 to 65535"),
    ("port htp", 5, "'htp' is not a port; did you mean 'http'?"),
    ("portrange 1-2-3", 10, "'1-2-3' is not a port; give a number from 0 to 65535"),
    ("portrange 1-", 10, "'1-' is not a port; give a number from 0 to 65535"),
    ("proto 256", 6, "'256' is out of range; an IP protocol is 0 to 255"),
    ("icmp type 256", 10, "'256' is out of range; an ICMP type is 0 to 255"),
    (
        "icmp type echo-requst",
        10,
        "'echo-requst' is not an ICMP type; did you mean 'echo-request'?",
    ),
    ("icmp6 type -1", 11, "'-1' is not an ICMPv6 type; give a number from 0 to 255"),
    ("icmp code 256", 10, "'256' is out of range; an ICMP code is 0 to 255"),
    ("icmp6 seq 65536", 10, "'65536' is out of range; an ICMP seq is 0 to 65535"),
    ("icmp id 0x10000", 8, "'0x10000' is out of range; an ICMP id is 0 to 65535"),
    ("tcp flags sin", 10, "'sin' is not a TCP flag; did you mean 'syn'?"),
    ("tcp flags syn,", 10, "'syn,' is not a TCP flag; give a number from 0 to 255"),
    ("less x", 5, "'x' is not a length; give a number from 0 to 4294967295"),
    ("less 4294967296", 5, "'4294967296' is out of range; a length is 0 to 4294967295"),
    ("greater", 7, "a length must follow 'greater'"),
    ("type 8", 0, "'type' needs icmp or icmp6 before it"),
    ("icmp id 1 and seq 2", 14, "'seq' needs icmp or icmp6 before it"),
    ("flags syn", 0, "'flags' needs tcp before it"),
    ("icmp src port 80", 9, "'port' cannot follow 'icmp src'"),
    ("src proto 6", 4, "'proto' cannot follow 'src'"),
    ("tcp less 9", 4, "'less' cannot follow 'tcp'"),
    ("443", 0, "'443' needs a word before it, as in 'port 443'"),
    ("host 10.0.0.1 or 80", 17, "'80' needs a word before it, as in 'port 443'"),
    ("port 80 or ::1", 11, "'::1' needs a word before it, as in 'host 10.244.1.2'"),
    ("host 10.0.0.256", 5, "'10.0.0.256' is not an IP address"),
    ("host 10.0.0.01", 5, "'10.0.0.01' is not an IP address"),
    ("host aa:bb:cc:dd:ee:ff", 5, "'aa:bb:cc:dd:ee:ff' is not an IP address"),
    ("host web-0", 5, f"'web-0' {NO_NAMES}"),
    ("tcp and web.example.com", 8, f"'web.example.com' {NO_NAMES}"),
    ("net ", 4, "a network must follow 'net'"),
    ("net web", 4, f"'web' {NO_NAMES}"),
    ("10.244", 0, f"'10.244' {NOT_ONE}"),
    ("src 10.0.0.0/8", 4, f"'10.0.0.0/8' {NOT_ONE}"),
    ("ip host ::1", 8, "'::1' is an IPv6 address; ip has none"),
    ("icmp6 net 10", 10, "'10' is an IPv4 address; icmp6 has none"),
    ("arp host ::1", 9, "'::1' is an IPv6 address; arp has none"),
    ("icmp src fe80::1", 9, "'fe80::1' is an IPv6 address; icmp has none"),
    ("igmp dst ff02::1", 9, "'ff02::1' is an IPv6 address; igmp has none"),
    ("ip6 dst 10.0.0.1", 8, "'10.0.0.1' is an IPv4 address; ip6 has none"),
    ("net 10.0.0.0/33", 4, "bad prefix length or mask in '10.0.0.0/33'"),
    ("net ::/129", 4, "bad prefix length or mask in '::/129'"),
    ("net 10.0.0.0/", 4, "bad prefix length or mask in '10.0.0.0/'"),
    ("net 10.0.0.0 mask 255.0.255.0", 18, "bad prefix length or mask in '255.0.255.0'"),
    ("net 10.0.0.0 mask 0.0.0.255", 18, "bad prefix length or mask in '0.0.0.255'"),
    ("net 10.0.0.0 mask", 17, MASK),
    ("net 10.0.0.0/8 mask 255.0.0.0", 20, MASK),
    ("net fd00:: mask 255.0.0.0", 16, MASK),
    ("host 10.0.0.1 mask 255.0.0.0", 14, "'and' or 'or' is missing before 'mask'"),
    (
        "src net 10.244.1.0/16",
        8,
        "non-network bits set in '10.244.1.0/16'; the network is 10.244.0.0/16",
    ),
    (
        "net 10.0.1.0 mask 255.255.0.0",
        4,
        "non-network bits set in '10.0.1.0'; the network is 10.0.0.0/16",
    ),
    ("net fd00::1/16", 4, "non-network bits set in 'fd00::1/16'; the network is fd00::/16"),
    ("icmp[0] = 8", 4, BYTES),
    ("less < 9", 5, BYTES),
    ("tcp & udp", 4, "unexpected character '&'"),
    ("tcp\x1b[31m", 3, "unexpected character '?'"),
    ("tcp and \u202e", 8, "unexpected character '?'"),
    ("(" * 65 + "tcp" + ")" * 65, 64, "parentheses are nested more than 64 deep"),
    ("(udp) or " * 2 + "(" * 65, 82, "parentheses are nested more than 64 deep"),
    ("x" * 4097, 4096, "the expression is longer than 4096 characters"),
]


@pytest.mark.parametrize(("expression", "position", "reason"), ERRORS)
def test_an_error_says_what_and_where(expression: str, position: int, reason: str) -> None:
    with pytest.raises(FilterSyntaxError) as caught:
        parse_filter(expression)
    error = caught.value
    assert (error.text, error.position, error.reason) == (expression, position, reason)


MIDDLE = "arp or " * 10 + "hots" + " or arp" * 10


@pytest.mark.parametrize(
    ("expression", "pointer"),
    [
        ("icmp and hots 10.0.0.1", "icmp and hots 10.0.0.1\n         ^"),
        ("icmp and", "icmp and\n        ^"),
        ("icmp\tand\thots", "icmp and hots\n         ^"),
        ("icmp \x1b]0;\u202e\u5bbf\x00", "icmp ?]0;???\n     ^"),
        ("tcp ~", "tcp ~\n    ^"),
        ("x" * 300, "x" * 100 + "\n^"),
        (MIDDLE, f"{MIDDLE[20:120]}\n{' ' * 50}^"),
        ("udp or " * 40, "r " + "udp or " * 14 + f"\n{' ' * 100}^"),
    ],
)
def test_the_pointer_is_aligned_and_printable(expression: str, pointer: str) -> None:
    with pytest.raises(FilterSyntaxError) as caught:
        parse_filter(expression)
    assert caught.value.pointer() == pointer


def test_an_error_reads_with_its_column_and_survives_pickling() -> None:
    error = FilterSyntaxError("icmp and hots", 9, "unknown word 'hots'")
    assert str(error) == "unknown word 'hots' (column 10)"
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.text, copy.position, copy.reason) == (error.text, error.position, error.reason)


@pytest.mark.parametrize(
    ("expression", "selects_ping"),
    [
        ("(" * 64 + "icmp" + ")" * 64, True),
        ("not (" * 63 + "icmp" + ")" * 63, False),
        ("!" * 4091 + "icmp", False),
        (" " * 4092 + "icmp", True),
        ("(udp)||" * 584 + "icmp", True),
        ("udp||" * 818 + "icmp", True),
        ("icmp||tcp&&" * 371 + "icmp", True),
    ],
)
def test_the_largest_expressions_are_compiled_and_run(expression: str, selects_ping: bool) -> None:
    assert parse_filter(expression)(PING) is selects_ping


def test_the_help_fits_a_terminal_and_its_examples_select() -> None:
    lines = FILTER_HELP.splitlines()
    assert max(map(len, lines)) <= 72
    examples = [" ".join(sorted(select(line))) for line in lines[-3:]]
    assert examples == ["ping", "syn", "dns fragment ping pong unreach"]


VOCABULARY = """
    host net port portrange proto type code id seq flags less greater src dst mask and or not ( )
    && || ! icmp icmp6 tcp udp sctp arp ip ip6 fragment 10.244.1.2 10.244 10.0.0.0/8 fd00::1
    255.0.0.0 80 443 20-90 0x2100 http syn syn,ack echo-request web \\tcp
"""
WORD_SALAD = st.lists(st.sampled_from(VOCABULARY.split()), max_size=12).map(" ".join)


@given(st.text(max_size=60) | WORD_SALAD)
def test_any_text_is_a_predicate_or_a_syntax_error_inside_it(text: str) -> None:
    try:
        predicate = parse_filter(text)
    except FilterSyntaxError as error:
        assert 0 <= error.position <= len(text)
        shown, caret = error.pointer().split("\n")
        assert (shown + caret + error.reason).isprintable()
    else:
        assert {predicate(packet) for packet in PACKETS.values()} <= {True, False}


def fold(terms: list[tuple[str, Predicate]], operators: list[str]) -> tuple[str, Predicate]:
    """Write terms with operators between, and what this means when it is read from the left."""

    def expected(packet: InnerPacket) -> bool:
        result = terms[0][1](packet)
        for operator, (_, term) in zip(operators, terms[1:], strict=False):
            other = term(packet)
            result = result or other if operator in ("or", "||") else result and other
        return result

    words = [terms[0][0]]
    for operator, (text, _) in zip(operators, terms[1:], strict=False):
        words += [operator, text]
    return f"({' '.join(words)})", expected


def negate(term: tuple[str, Predicate]) -> tuple[str, Predicate]:
    text, expected = term
    return f"not {text}", lambda packet: not expected(packet)


OPERATORS = st.lists(st.sampled_from(["and", "or", "&&", "||"]), min_size=3, max_size=3)
SYN, DNS, SCTP = PACKETS["syn"], PACKETS["dns"], PACKETS["sctp"]
PRIMITIVES: list[tuple[str, Predicate]] = [
    ("tcp", lambda packet: packet.ip_protocol == 6),
    ("icmp type 8", lambda packet: packet == PING),
    ("ip6", lambda packet: packet.network == "ipv6"),
    ("src 10.244.1.2", lambda packet: packet.network != "ipv6" and packet.source == PING.source),
    ("portrange 50-80", lambda packet: packet in (SYN, DNS, SCTP)),
    ("less 60", lambda packet: packet.length <= 60),
]
EXPRESSIONS = st.recursive(
    st.sampled_from(PRIMITIVES),
    lambda terms: (
        st.builds(fold, st.lists(terms, min_size=1, max_size=4), OPERATORS) | terms.map(negate)
    ),
    max_leaves=12,
)


@given(EXPRESSIONS, EXPRESSIONS)
def test_expressions_obey_boolean_algebra(
    one: tuple[str, Predicate], other: tuple[str, Predicate]
) -> None:
    (text, expected), (other_text, other_expected) = one, other
    found, negated = parse_filter(text), parse_filter(f"not ({text})")
    both = parse_filter(f"not (not ({text}) or not ({other_text}))")
    for packet in PACKETS.values():
        assert found(packet) == expected(packet)
        assert negated(packet) != expected(packet)
        assert both(packet) == (expected(packet) and other_expected(packet))
