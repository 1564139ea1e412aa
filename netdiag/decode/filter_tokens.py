"""The words of the inner filter: cut an expression into tokens, and read what each value means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import reduce
from ipaddress import AddressValueError, IPv4Interface, IPv6Interface, NetmaskValueError
from operator import or_
from types import MappingProxyType
from typing import NamedTuple

MAX_EXPRESSION_LENGTH = 4096
"""Characters; a longer expression is an error, which bounds the work of parsing and matching."""

_MAX_QUOTED_LENGTH = 40
_POINTER_WIDTH = 100
_PIECE = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<token>&&|\|\||[()!]|[0-9A-Za-z_.:/,\\-]+)|(?P<other>.)", re.DOTALL
)
_SPELLINGS = {"&&": "and", "||": "or", "!": "not", "frag": "fragment"}
_SPELLINGS |= {"ip4": "ip", "ipv4": "ip", "ipv6": "ip6", "icmpv6": "icmp6"}
_NUMBER = re.compile(r"0x[0-9a-f]+|0|[1-9][0-9]*")


class FilterSyntaxError(ValueError):
    """An expression that is not in the filter language.

    ``text`` is the whole expression, ``position`` the 0-based column of the offending token (where
    one is missing, the end), ``reason`` one printable sentence without the position.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(text, position, reason)
        self.text = text
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason} (column {self.position + 1})"

    def pointer(self) -> str:
        """Show where: the expression (of a long one, the part around it), and below it a caret."""
        start = max(0, min(self.position - _POINTER_WIDTH // 2, len(self.text) - _POINTER_WIDTH))
        shown = _printable(self.text[start : start + _POINTER_WIDTH])
        return f"{shown}\n{' ' * (self.position - start)}^"


class Token(NamedTuple):
    """One word, operator or parenthesis of an expression, or its end."""

    word: str
    """In lower case and one spelling (``&&`` is ``and``, ``ipv6`` is ``ip6``); empty at the end."""
    text: str
    """As written."""
    position: int
    expression: str
    """The whole expression, for errors."""

    def error(self, reason: str) -> FilterSyntaxError:
        """Make the error that points at this token."""
        return FilterSyntaxError(self.expression, self.position, reason)

    def looks_like_value(self) -> bool:
        """Tell a number, an address or host name, and an escaped name from a misspelled keyword."""
        return re.match(r"[0-9\\]|.*[.:]", self.word) is not None

    def quoted(self) -> str:
        """Quote the token for a message: printable, and cut where it is long."""
        return _quote(self.text)


class Kind(NamedTuple):
    """A word that takes a value (``port``), and what that value is."""

    word: str
    noun: str
    """The value with its article, for errors."""
    fields: tuple[str, ...]
    """Where an InnerPacket has the value; for two, ``src`` and ``dst`` choose one."""
    after: tuple[str, ...] | None
    """The protocols that may stand before, of which an empty one is none; None for any."""
    highest: int = 0xFFFF
    names: Mapping[str, int] = MappingProxyType({})
    """Names of numbers; a number itself is 0 to ``highest``."""


class Value(NamedTuple):
    """What a value means: numbers from ``low`` to ``high``, for addresses with their version."""

    low: int
    high: int
    ip_version: int = 0


_TYPES = {"echo-reply": 0, "unreachable": 3, "redirect": 5, "echo-request": 8, "time-exceeded": 11}
_TYPES |= {"icmp-echoreply": 0, "icmp-unreach": 3, "icmp-redirect": 5, "icmp-echo": 8}
_TYPES |= {"icmp-timxceed": 11, "parameter-problem": 12, "icmp-paramprob": 12}
_TYPES6 = {"unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4}
_TYPES6 |= {"icmp6-destinationunreach": 1, "icmp6-packettoobig": 2, "icmp6-timeexceeded": 3}
_TYPES6 |= {"icmp6-parameterproblem": 4, "icmp6-echo": 128, "icmp6-echoreply": 129}
_TYPES6 |= {"echo-request": 128, "echo-reply": 129, "router-solicitation": 133}
_TYPES6 |= {"router-advertisement": 134, "neighbor-solicitation": 135}
_TYPES6 |= {"neighbor-advertisement": 136, "redirect": 137}
_PORTS = {"ssh": 22, "dns": 53, "domain": 53, "http": 80, "https": 443}
_NUMBERS = {"icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51}
_NUMBERS |= {"ip6": 41, "icmp6": 58, "ospf": 89, "sctp": 132}
_FLAGS = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ece": 64, "cwr": 128}
_ADDRESSES = ("source", "destination")
_PORT_ENDS = ("source_port", "destination_port")
_PORT_OWNERS = ("", "tcp", "udp", "sctp", "ip", "ip6")
_ICMP = ("icmp", "icmp6")
KINDS = (
    Kind("host", "an address", _ADDRESSES, None),
    Kind("net", "a network", _ADDRESSES, None),
    Kind("port", "a port", _PORT_ENDS, _PORT_OWNERS, 0xFFFF, _PORTS),
    Kind("portrange", "a port", _PORT_ENDS, _PORT_OWNERS, 0xFFFF, _PORTS),
    Kind("proto", "an IP protocol", ("ip_protocol",), ("", "ip", "ip6"), 0xFF, _NUMBERS),
    Kind("type", "an ICMP type", ("icmp_type",), ("icmp",), 0xFF, _TYPES),
    Kind("type", "an ICMPv6 type", ("icmp_type",), ("icmp6",), 0xFF, _TYPES6),
    Kind("code", "an ICMP code", ("icmp_code",), _ICMP, 0xFF),
    Kind("id", "an ICMP id", ("icmp_id",), _ICMP),
    Kind("seq", "an ICMP seq", ("icmp_seq",), _ICMP),
    Kind("flags", "a TCP flag", ("tcp_flags",), ("tcp",), 0xFF, _FLAGS),
    Kind("less", "a length", ("length",), ("",), 0xFFFFFFFF),
    Kind("greater", "a length", ("length",), ("",), 0xFFFFFFFF),
)


def tokenize(expression: str) -> tuple[Token, ...]:
    """Cut an expression into tokens, of which the last is the end; raises FilterSyntaxError."""
    if len(expression) > MAX_EXPRESSION_LENGTH:
        reason = f"the expression is longer than {MAX_EXPRESSION_LENGTH} characters"
        raise FilterSyntaxError(expression, MAX_EXPRESSION_LENGTH, reason)
    tokens = []
    for piece in _PIECE.finditer(expression):
        text = piece.group()
        if piece.lastgroup == "other":
            raise FilterSyntaxError(expression, piece.start(), _why_unexpected(text))
        if piece.lastgroup == "token":
            word = _SPELLINGS.get(text, text.lower())
            tokens.append(Token(word, text, piece.start(), expression))
    return (*tokens, Token("", "", len(expression), expression))


def suggest(word: str, choices: Iterable[str]) -> str:
    """Return ``; did you mean 'host'?`` for a word close to one of the choices, else nothing."""
    close = get_close_matches(word, tuple(choices), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def read_value(token: Token, mask: Token | None, kind: Kind) -> Value:
    """Read the value of a kind; flags are one number with all their bits. Only a net has a mask."""
    match kind.word:
        case "host":
            return _read_host(token)
        case "net":
            return _read_network(token, mask)
        case "portrange":
            ends = _read_numbers(token, token.word.split("-", 1), kind)
            return Value(min(ends), max(ends))
        case "flags":
            bits = reduce(or_, _read_numbers(token, token.word.split(","), kind))
            return Value(bits, bits)
        case "less":
            return Value(0, _read_number(token, kind))
        case "greater":
            return Value(_read_number(token, kind), kind.highest)
        case _:
            number = _read_number(token, kind)
            return Value(number, number)


def _read_numbers(token: Token, words: list[str], kind: Kind) -> list[int]:
    return [_read_number(token._replace(word=word), kind) for word in words]


def _read_number(token: Token, kind: Kind) -> int:
    word = token.word.removeprefix("\\")  # tcpdump escapes a name that is a keyword: proto \tcp
    if word in kind.names:
        return kind.names[word]
    if not _NUMBER.fullmatch(word):
        hint = suggest(word, kind.names) or f"; give a number from 0 to {kind.highest}"
        raise token.error(f"{token.quoted()} is not {kind.noun}{hint}")
    number = int(word, 0)
    if number > kind.highest:
        raise token.error(f"{token.quoted()} is out of range; {kind.noun} is 0 to {kind.highest}")
    return number


def _read_host(token: Token) -> Value:
    if "/" in token.word or re.fullmatch(r"\d+(\.\d+){0,2}", token.word):
        hint = "a network is written 'net 10.244.0.0/16'"
        raise token.error(f"{token.quoted()} is not one address; {hint}")
    return _read_network(token, None)


def _read_network(token: Token, mask: Token | None) -> Value:
    """Read ``10.244.0.0/16``, with a mask, or short as ``10.244``, which is a /16."""
    address, slash, length = token.word.partition("/")
    is_ipv6 = ":" in address
    octets_left_out = 0 if is_ipv6 else max(0, 3 - address.count("."))
    if mask and (slash or is_ipv6 or "." not in mask.word):
        raise mask.error("'mask' stands between an IPv4 network and a mask such as 255.255.0.0")
    if not slash:
        length = mask.word if mask else "128" if is_ipv6 else str(32 - 8 * octets_left_out)
    read = IPv6Interface if is_ipv6 else IPv4Interface
    try:
        interface = read(f"{address}{'.0' * octets_left_out}/{length}")
        network = interface.network
        if length not in (str(network.prefixlen), str(network.netmask)):
            raise NetmaskValueError  # ipaddress takes 0.0.255.255 for 255.255.0.0
    except AddressValueError:
        raise token.error(_why_not_address(token)) from None
    except NetmaskValueError:
        wrong = mask or token
        raise wrong.error(f"bad prefix length or mask in {wrong.quoted()}") from None
    if interface.ip != network.network_address:
        raise token.error(f"non-network bits set in {token.quoted()}; the network is {network}")
    return Value(int(network[0]), int(network[-1]), network.version)


def _why_not_address(token: Token) -> str:
    if ":" in token.word or re.fullmatch(r"[0-9./]+", token.word):
        return f"{token.quoted()} is not an IP address"
    return f"{token.quoted()} is not an IP address: names are not resolved; give an address"


def _why_unexpected(character: str) -> str:
    if character in "[]<>=":
        return "bytes and comparisons such as tcp[13] = 2 are not supported; write 'tcp flags syn'"
    return f"unexpected character {_quote(character)}"


def _quote(text: str) -> str:
    shown = _printable(text)
    if len(shown) > _MAX_QUOTED_LENGTH:
        shown = shown[: _MAX_QUOTED_LENGTH - 3] + "..."
    return f"'{shown}'"


def _printable(text: str) -> str:
    """Replace what is not printable ASCII, one for one, so that a caret below stays aligned."""
    return "".join(c if " " <= c <= "~" else " " if c == "\t" else "?" for c in text)
