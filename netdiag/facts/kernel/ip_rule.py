"""Policy routing rules: ``ip -j rule``, ``ip rule``, and what builds a rule of either form.

Names of fields are those of iproute2's ``ip/iprule.c``.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from netdiag.facts.kernel.addresses import canonical_prefix, is_ipv6
from netdiag.facts.kernel.ip_json import MAX_32_BITS, bounded, build_from, parse_items, shared
from netdiag.facts.kernel.ip_route import table_name
from netdiag.facts.parsed import Parsed
from netdiag.facts.text_lines import Words, parse_lines, whole_number
from netdiag.model.facts.kernel import RoutingRule

Number = int | str | None
Present = bool | UnsetType | None
"""A key whose presence matters: its value is null."""

_OTHER_SELECTORS = {
    "tos": "tos", "dsfield": "tos", "uidrange": "uid_start", "sport": "sport", "dport": "dport",
    "tun_id": "tun_id", "dscp": "dscp", "flowlabel": "flowlabel",
}  # fmt: skip
_VALUES = {
    "from": "src", "to": "dst", "iif": "iif", "oif": "oif", "ipproto": "ipproto", "goto": "goto",
    "lookup": "table", "table": "table", "suppress_prefixlength": "suppress_prefixlen",
}  # fmt: skip
_ACTIONS = frozenset({"blackhole", "unreachable", "prohibit"})
_NO_FACTS_VALUES = frozenset({"realms", "proto", "protocol", "suppress_ifgroup", "map-to"})
_NO_FACTS_FLAGS = frozenset({"[detached]", "[unresolved]", "masquerade"})
_FAMILIES = {"inet": False, "inet6": True}
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,16}")
_L3MDEV = "[l3mdev-table]"


class RuleItem(Struct):
    """A rule as JSON holds it."""

    priority: int | None = None
    family: str | None = None
    """``inet`` or ``inet6``: told by whoever asked for both; ``ip`` does not print it."""
    src: str | None = None
    srclen: int | None = None
    dst: str | None = None
    dstlen: int | None = None
    inverted: Present = msgspec.field(default=UNSET, name="not")
    fwmark: Number = None
    fwmask: Number = None
    iif: str | None = None
    oif: str | None = None
    ipproto: Number = None
    table: Number = None
    action: str | None = None
    goto: Number = None
    nop: Present = UNSET
    l3mdev: Present = UNSET
    suppress_prefixlen: Number = None
    tos: Number = None
    dscp: Number = None
    flowlabel: Number = None
    uid_start: Number = None
    sport: Number = None
    sport_start: Number = None
    dport: Number = None
    dport_start: Number = None
    tun_id: Number = None


def parse_rules_json(data: bytes, document: str) -> Parsed[RoutingRule]:
    """Return the rules of ``ip -j rule``."""
    return parse_items(data, document, RuleItem, build_rule)


def parse_ip_rule(text: str, document: str, first_line: int = 1) -> Parsed[RoutingRule]:
    """Return the rules of ``ip rule``; a line with a word that is not known is no rule.

    What is not understood may be a selector, without which the rule would apply to all.
    """
    return parse_lines(text, document, first_line, _parse_line)


def build_rule(item: RuleItem, document: str, position: int) -> RoutingRule | None:
    """Return a rule; None = it lacks a priority, or has a prefix or a mark that is none.

    The rule for VRFs (``l3mdev``) has no table, and counts as one that selects by other things.
    """
    source, destination = _prefix(item.src, item.srclen), _prefix(item.dst, item.dstlen)
    mark, mask = _value(item.fwmark), _value(item.fwmask)
    priority = bounded(item.priority, MAX_32_BITS)
    if priority is None or "" in (source, destination) or -1 in (mark, mask):
        return None
    family = source or destination
    action = _action(item)
    return RoutingRule(
        priority,
        document,
        position,
        inverted=item.inverted is not UNSET and item.inverted is not False,
        source=shared(source),
        destination=shared(destination),
        input_device=shared(item.iif),
        output_device=shared(item.oif),
        mark=mark,
        mask=mask,
        protocol=None if item.ipproto is None else shared(str(item.ipproto)),
        has_other_selectors=_has_other_selectors(item),
        action=action,
        table=table_name(item.table) if action == "lookup" else None,
        is_ipv6=_FAMILIES.get(item.family or "") if family is None else is_ipv6(family),
        suppressed_length=_value(item.suppress_prefixlen),
        goto=_value(item.goto),
    )


def _action(item: RuleItem) -> str:
    if item.goto is not None:
        return "goto"
    if item.nop is not UNSET:
        return "nop"
    return shared(item.action) or "lookup"


def _has_other_selectors(item: RuleItem) -> bool:
    selectors = (
        item.tos, item.dscp, item.flowlabel, item.uid_start, item.sport, item.sport_start,
        item.dport, item.dport_start, item.tun_id,
    )  # fmt: skip
    return item.l3mdev is not UNSET or any(value is not None for value in selectors)


def _prefix(address: str | None, length: int | None) -> str | None:
    """Return a prefix; None = all, an empty text = it is none."""
    if address is None or address in ("all", "any", "default"):
        return None
    return canonical_prefix(address if length is None else f"{address}/{length}") or ""


def _value(number: Number) -> int | None:
    """Return a number from its decimal or hexadecimal form; -1 = it is none."""
    if number is None or isinstance(number, int):
        return number
    if _HEXADECIMAL.fullmatch(number):
        return int(number, 16)
    value = whole_number(number)
    return -1 if value is None else value


def _parse_line(line: str, document: str, number: int) -> RoutingRule | None:
    priority, colon, rest = line.partition(":")
    values: dict[str, Any] = {"priority": whole_number(priority.strip())}
    if not colon or not _read_selectors(Words(rest), values):
        return None
    if not values.keys() & {"table", "action", "goto", "nop", "l3mdev"}:
        return None
    return build_from(values, RuleItem, build_rule, document, number)


def _read_selectors(words: Words, values: dict[str, Any]) -> bool:
    """Read all words of a rule; return whether all are understood."""
    while word := words.take():
        if word in _VALUES and words.peek() == _L3MDEV:
            values["l3mdev"] = words.take() == _L3MDEV
        elif word in _VALUES:
            values[_VALUES[word]] = words.take() or None
        elif word in _OTHER_SELECTORS:
            values[_OTHER_SELECTORS[word]] = words.take()
        elif word == "fwmark":
            mark, slash, mask = words.take().partition("/")
            values.update(fwmark=mark, fwmask=mask if slash else None)
        elif word in _ACTIONS:
            values["action"] = word
        elif word in ("not", "nop"):
            values[word] = True
        elif word in _NO_FACTS_VALUES:
            words.take()
        elif word not in _NO_FACTS_FLAGS:
            return False
    return None not in values.values() or values.get("fwmask", "") is None
