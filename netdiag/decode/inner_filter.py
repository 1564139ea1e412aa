"""The filter of ``netdiag packets --inner``: compile an expression to a predicate on packets.

The language is that of pcap-filter(7), where both have a word: ``and`` and ``or`` have the same
precedence and group from the left, ``not`` binds tightest, and a bare value takes the qualifiers
right before it. Unlike there, any protocol may precede an address, and ICMP fields have names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from netdiag.decode.filter_tokens import (
    KINDS,
    FilterSyntaxError,
    Kind,
    Token,
    Value,
    read_value,
    suggest,
    tokenize,
)
from netdiag.model.inner_packet import InnerPacket

__all__ = ["FILTER_HELP", "FilterSyntaxError", "Predicate", "parse_filter"]

Predicate = Callable[[InnerPacket], bool]

FILTER_HELP = """\
EXPR selects by the innermost packet, in the language of tcpdump:
  ip  ip6  arp  icmp  icmp6  tcp  udp  sctp  igmp  esp  proto N
  [src|dst] host ADDR, or just ADDR    no names; also in ARP packets
  [src|dst] net 10.244.0.0/16          or net 10.244, or net A mask M
  [src|dst] port N, portrange A-B      N: number, dns, http, https, ssh
  icmp type|code|id|seq N              N: decimal, 0x hex, name of type
  tcp flags syn,ack                    at least these flags are set
  less N, greater N, fragment          bytes from the IP header on
A protocol may precede host, net and port: tcp port 80. Directions are
also 'src or dst' and 'src and dst'. Combine with and, or, not (&&, ||,
!) and parentheses; as in tcpdump, 'and' and 'or' bind alike, from left
to right, and a bare value repeats the words before it: port 80 or 443.
  icmp type echo-request and icmp id 8448
  tcp flags syn and not ack and dst net 10.96.0.0/12
  host 10.244.1.2 and (icmp or port dns)
"""


def parse_filter(text: str) -> Predicate:
    """Compile an expression in the language of FILTER_HELP; raises FilterSyntaxError."""
    return _Parser(tokenize(text)).parse()


_CONDITIONS: Mapping[str, Predicate] = {
    "ip": lambda packet: packet.network == "ipv4",
    "ip6": lambda packet: packet.network == "ipv6",
    "arp": lambda packet: packet.network == "arp",
    "icmp": lambda packet: packet.ip_protocol == 1 and packet.network == "ipv4",
    "icmp6": lambda packet: packet.ip_protocol == 58 and packet.network == "ipv6",
    "igmp": lambda packet: packet.ip_protocol == 2 and packet.network == "ipv4",
    "tcp": lambda packet: packet.ip_protocol == 6,
    "udp": lambda packet: packet.ip_protocol == 17,
    "esp": lambda packet: packet.ip_protocol == 50,
    "sctp": lambda packet: packet.ip_protocol == 132,
    "fragment": lambda packet: packet.fragment,
}
_IP_VERSIONS = {"ip": 4, "arp": 4, "icmp": 4, "igmp": 4, "ip6": 6, "icmp6": 6}
_KIND_WORDS = tuple(dict.fromkeys(kind.word for kind in KINDS))
_RESERVED = (*_CONDITIONS, *_KIND_WORDS, "src", "dst", "mask", "and", "or", "not", "(", ")", "")
_MAX_NESTING = 64


class _Qualifiers(NamedTuple):
    """The words before a value; protocol and direction are empty where they are not given."""

    protocol: str
    direction: str
    kind: Kind


class _Parser:
    """Recursive descent over the tokens; each ``_read`` ends behind what it has read."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0
        self._carried: _Qualifiers | None = None  # what a bare value takes from the one before

    def parse(self) -> Predicate:
        predicate = self._read_chain(self._read_primitive)
        if self._next.word:
            raise self._next.error("this ')' closes nothing")
        return predicate

    @property
    def _next(self) -> Token:
        return self._tokens[self._index]

    def _take(self) -> Token:
        self._index += 1
        return self._tokens[self._index - 1]

    def _read_chain(self, read_operand: Callable[[], Predicate]) -> Predicate:
        terms = [(False, self._read_term(read_operand))]
        while self._next.word in ("and", "or"):
            is_or = self._take().word == "or"
            terms.append((is_or, self._read_term(read_operand)))
        if self._next.word not in ("", ")"):
            raise _misplaced(self._next)
        return _chain(terms)

    def _read_term(self, read_operand: Callable[[], Predicate]) -> Predicate:
        negated = False
        while self._next.word == "not":
            self._take()
            negated = not negated
        predicate = self._read_group(read_operand) if self._next.word == "(" else read_operand()
        return (lambda packet: not predicate(packet)) if negated else predicate

    def _read_group(self, read_operand: Callable[[], Predicate]) -> Predicate:
        opening = self._take()
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise opening.error(f"parentheses are nested more than {_MAX_NESTING} deep")
        predicate = self._read_chain(read_operand)
        if not self._next.word:
            raise opening.error("this '(' is never closed")
        self._take()
        self._depth -= 1
        self._carried = None
        return predicate

    def _read_primitive(self) -> Predicate:
        protocol = self._take().word if self._next.word in _CONDITIONS else ""
        direction = self._read_direction()
        kind = KINDS[0] if direction else None
        if self._next.word in _KIND_WORDS:
            kind = _find_kind(self._take(), protocol, direction)
        if not protocol and kind is None:
            return self._read_bare_value()
        self._carried = None
        if kind is None:
            return _CONDITIONS[protocol]
        qualifiers = _Qualifiers(protocol, direction, kind)
        predicate = self._read_term(partial(self._read_value, qualifiers))
        self._carried = qualifiers
        return predicate

    def _read_direction(self) -> str:
        """Read ``src``, ``dst``, or both of them with ``or`` or ``and`` between, if one is next."""
        if self._next.word not in ("src", "dst"):
            return ""
        direction = self._take().word
        ahead = [token.word for token in self._tokens[self._index : self._index + 2]]
        if ahead[0] in ("and", "or") and {direction, ahead[1]} == {"src", "dst"}:
            self._index += 2
            return f"src {ahead[0]} dst"
        return direction

    def _read_bare_value(self) -> Predicate:
        token = self._next
        if token.word in _RESERVED:
            raise token.error("a condition is missing here, such as 'icmp' or 'host 10.244.1.2'")
        qualifiers = self._carried or _Qualifiers("", "", KINDS[0])
        kind = qualifiers.kind
        if not (token.looks_like_value() or token.word.split(",")[0] in kind.names):
            raise _misplaced(token)
        is_address = "." in token.word or ":" in token.word
        if kind.word != "net" and is_address != (kind.word == "host"):
            example = "host 10.244.1.2" if is_address else "port 443"
            raise token.error(f"{token.quoted()} needs a word before it, as in '{example}'")
        self._carried = qualifiers
        return self._read_value(qualifiers)

    def _read_value(self, qualifiers: _Qualifiers) -> Predicate:
        protocol, direction, kind = qualifiers
        token = self._next
        if token.word in _RESERVED and token.word not in kind.names:
            raise token.error(f"{kind.noun} must follow {self._tokens[self._index - 1].quoted()}")
        self._take()
        mask = None
        if kind.word == "net" and self._next.word == "mask":
            self._take()
            mask = self._take()
        value = read_value(token, mask, kind)
        version = value.ip_version
        if version not in (0, _IP_VERSIONS.get(protocol, version)):
            raise token.error(f"{token.quoted()} is an IPv{version} address; {protocol} has none")
        test = _test(direction, kind, value)
        return _chain([(False, _CONDITIONS[protocol]), (False, test)]) if protocol else test


def _find_kind(token: Token, protocol: str, direction: str) -> Kind:
    kinds = [kind for kind in KINDS if kind.word == token.word]
    for kind in kinds:
        takes_direction = len(kind.fields) == 2
        if (kind.after is None or protocol in kind.after) and (takes_direction or not direction):
            return kind
    before = f"{protocol} {direction}".strip()
    needed = " or ".join(name for kind in kinds for name in kind.after or ())
    wrong = f"cannot follow '{before}'" if before else f"needs {needed} before it"
    raise token.error(f"{token.quoted()} {wrong}")


def _misplaced(token: Token) -> FilterSyntaxError:
    """Make the error for a token where only ``and``, ``or`` or an end could be, or a condition."""
    if token.looks_like_value() or token.word in _RESERVED:
        return token.error(f"'and' or 'or' is missing before {token.quoted()}")
    owner = next((kind.word for kind in KINDS if token.word in kind.names), None)
    named = f"; did you mean '{owner} {token.word}'?" if owner else suggest(token.word, _RESERVED)
    return token.error(f"unknown word {token.quoted()}{named}")


def _test(direction: str, kind: Kind, value: Value) -> Predicate:
    """Test the fields of a kind; of two fields that the direction leaves, one is enough."""
    low, high, version = value
    if kind.word == "flags":
        return lambda packet: (packet.tcp_flags or 0) & low == low
    fields = {"src": kind.fields[:1], "dst": kind.fields[1:]}.get(direction, kind.fields)
    one_is_enough = direction != "src and dst"
    test = _chain([(one_is_enough, _in_range(field, low, high)) for field in fields])
    if not version:
        return test
    is_ipv6 = version == 6
    return lambda packet: (packet.network == "ipv6") == is_ipv6 and test(packet)


def _in_range(field: str, low: int, high: int) -> Predicate:
    get = attrgetter(field)
    return lambda packet: (number := get(packet)) is not None and low <= number <= high


def _chain(terms: Sequence[tuple[bool, Predicate]]) -> Predicate:
    """Join from the left, each with ``or`` (True) or ``and``; in a loop, as a chain may be long."""
    (_, first), *rest = terms
    if not rest:
        return first

    def matches(packet: InnerPacket) -> bool:
        result = first(packet)
        for is_or, predicate in rest:
            if result != is_or:  # "true or" and "false and" are decided
                result = predicate(packet)
        return result

    return matches
