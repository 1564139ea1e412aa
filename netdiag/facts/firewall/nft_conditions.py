"""Conditions of nft's rules in the terms of iptables, so that both can be compared."""

from __future__ import annotations

from collections.abc import Callable
from sys import intern
from typing import Final

from netdiag.facts.firewall.firewall_terms import (
    ICMP_TYPES,
    ICMPV6_TYPES,
    protocol_name,
    short_hex,
    with_host_length,
)
from netdiag.facts.firewall.nft_expressions import Expression
from netdiag.facts.firewall.nft_words import members
from netdiag.model.facts.firewall import Match

_NEGATIONS: Final = frozenset({"!=", "!"})
_EQUALITIES: Final = frozenset({"==", "eq"})
_FRAGMENT_OFFSET: Final = "0x1fff"
_STATISTICS: Final = ("numgen", "meta random")


def conditions_of(expression: Expression, operator: str, value: str) -> list[Match]:
    """Return a condition, after the one on the protocol that it implies."""
    key = expression.keys[0]
    if len(expression.keys) > 1 or (operator not in _NEGATIONS and operator not in _EQUALITIES):
        return [_as_text(expression, operator, value)]
    inverted = operator in _NEGATIONS
    found = (
        _masked(expression, value, inverted) if expression.masks else _plain(key, value, inverted)
    )
    if found is None:
        return [_as_text(expression, operator, value)]
    protocol = _IMPLIED_PROTOCOLS.get(key.partition(" ")[0])
    return [Match("protocol", protocol), found] if protocol else [found]


def _plain(key: str, value: str, inverted: bool) -> Match | None:
    known = _FIELDS.get(key)
    if known is None:
        return None
    field, translate = known
    if "/" in value and key == "tcp flags":
        return _tcp_flags(value, inverted)
    text = ",".join(translate(member) for member in members(value))
    return Match(field, intern(text), inverted)


def _masked(expression: Expression, value: str, inverted: bool) -> Match | None:
    key = expression.keys[0]
    operator, mask = expression.masks[0]
    if operator not in ("&", "and") or len(expression.masks) > 1:
        return None
    if key in ("meta mark", "ct mark"):
        field = _FIELDS[key][0]
        return Match(field, f"{short_hex(value)}/{short_hex(mask)}", inverted)
    if key == "ip frag-off" and short_hex(mask) == _FRAGMENT_OFFSET and short_hex(value) == "0x0":
        return Match("fragment", "", not inverted)
    if key in ("ip saddr", "ip daddr"):
        return Match(_FIELDS[key][0], f"{value}/{mask}", inverted)
    if key == "tcp flags":
        return _tcp_flags(f"{value} / {mask}", inverted)
    return None


def _tcp_flags(value: str, inverted: bool) -> Match:
    """Return ``syn / fin,syn`` as ``FIN,SYN SYN``."""
    flags, _, mask = value.partition("/")
    return Match("tcp-flags", f"{_flag_names(mask)} {_flag_names(flags)}", inverted)


def _flag_names(text: str) -> str:
    names = text.strip(" ()").upper().replace(" ", "").replace("|", ",")
    return "NONE" if names == "0X0" else names


def _as_text(expression: Expression, operator: str, value: str) -> Match:
    shown = "" if operator in _EQUALITIES and not expression.masks else f"{operator} "
    is_statistic = expression.keys[0].startswith(_STATISTICS)
    return Match("statistic" if is_statistic else "other", f"{expression.text} {shown}{value}")


def _unchanged(value: str) -> str:
    return value


def _upper(value: str) -> str:
    return value.upper()


def _interface(name: str) -> str:
    return f"{name[:-1]}+" if name.endswith("*") else name


def _port(value: str) -> str:
    return value.replace("-", ":") if value[:1].isdigit() else value


def _icmp_type(value: str) -> str:
    return ICMP_TYPES.get(value, value)


def _icmpv6_type(value: str) -> str:
    return ICMPV6_TYPES.get(value, value)


_IMPLIED_PROTOCOLS: Final = {
    "tcp": "tcp", "udp": "udp", "sctp": "sctp", "dccp": "dccp", "udplite": "udplite",
    "icmp": "icmp", "icmpv6": "ipv6-icmp",
}  # fmt: skip
_PORT_HEADERS: Final = ("tcp", "udp", "sctp", "dccp", "udplite", "th")
_FIELDS: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    **{f"{header} saddr": ("source", with_host_length) for header in ("ip", "ip6")},
    **{f"{header} daddr": ("destination", with_host_length) for header in ("ip", "ip6")},
    **{f"{header} sport": ("source-port", _port) for header in _PORT_HEADERS},
    **{f"{header} dport": ("destination-port", _port) for header in _PORT_HEADERS},
    "iifname": ("input", _interface),
    "oifname": ("output", _interface),
    "iif": ("input", _unchanged),
    "oif": ("output", _unchanged),
    "meta l4proto": ("protocol", protocol_name),
    "ip protocol": ("protocol", protocol_name),
    "ip6 nexthdr": ("protocol", protocol_name),
    "meta mark": ("mark", short_hex),
    "ct mark": ("conntrack-mark", short_hex),
    "ct state": ("conntrack-state", _upper),
    "icmp type": ("icmp-type", _icmp_type),
    "icmpv6 type": ("icmp-type", _icmpv6_type),
    "tcp flags": ("tcp-flags", _upper),
    "fib saddr type": ("source-address-type", _upper),
    "fib daddr type": ("destination-address-type", _upper),
}
"""Fields of iptables by what nft compares, and how the value is printed there."""
