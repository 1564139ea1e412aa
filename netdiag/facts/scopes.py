"""Which part of the whole a command asks for, and what it therefore leaves out of each line."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from netdiag.facts.kernel.addresses import ANY_IPV4, ANY_IPV6
from netdiag.facts.kernel.ip_route import table_name
from netdiag.facts.parsed import Parsed
from netdiag.model.facts.kernel import Route, RoutingRule

Family = Literal["ip", "ip6"]

_SHOW: Final = (["show"], ["list"], ["ls"], ["lst"], ["sh"], ["s"], ["l"])
_PROGRAMS: Final = (["ip"], ["bridge"], ["route"], ["netstat"], ["ifconfig"], ["brctl"])
_FAMILIES: Final = frozenset(("inet", "inet6"))
_END: Final = re.compile(r"[;&<>]")
_FILTERS: Final = re.compile(r"(?:^|/)(?:[ef]?grep|rg|awk|sed|head|tail|cut|uniq)$")
_DEVICE_WORDS: Final = frozenset(("dev", "oif", "brport"))
_BARE_DEVICE: Final = frozenset(("ip_link", "ip_addr", "bridge_fdb", "ifconfig"))
_KEYWORDS: Final = frozenset((
    "up", "type", "master", "group", "vrf", "nomaster", "scope", "to", "label", "dynamic",
    "permanent", "br", "vlan", "state",
))  # fmt: skip
"""Arguments where a device may stand without ``dev``, and that are none."""

_OF_IP: Final = frozenset(("ip_link", "ip_addr", "ip_route", "ip_rule", "ip_neigh"))
_OF_TOOLS: Final = _OF_IP | {"bridge_fdb", "bridge_link", "route_n", "ifconfig", "brctl"}
_KEYS: Final = {"bridge_fdb": "ifname", "ip_neigh": "dev", "ip_route": "dev"}
"""What an entry's device is called in JSON; commands that name a device leave it out."""
_HAS_DEVICE: Final = re.compile(r"\sdev\s")


class Scope(NamedTuple):
    """What a command was asked for."""

    family: Family | None = None
    """None = both, or not told."""
    table: str | None = None
    """A routing table; None = each line tells its own."""
    device: str | None = None
    is_filtered: bool = False
    """It shows some entries only, other than those of a family, a table or a device."""

    @property
    def is_part(self) -> bool:
        """Return True if there may be more than what it shows."""
        return self.is_filtered or self.device is not None


WHOLE: Final = Scope()


def scope_of(form: str, command: tuple[str, ...]) -> Scope:
    """Return what a command was asked for that prints documents of this form."""
    if form not in _OF_TOOLS or list(command[:1]) not in _PROGRAMS:
        return WHOLE
    told, _, after = " ".join(command).partition("|")
    is_filtered = any(_FILTERS.search(word) for word in after.split())
    words = _words(told)
    family = _family(words)
    if form == "route_n":
        return Scope(family, is_filtered=is_filtered)
    arguments = [word for word in words[1:] if word[0] != "-" and word not in _FAMILIES]
    if form != "ifconfig":
        arguments = arguments[1:]
    scope = _of_arguments(form, arguments[arguments[:1] in _SHOW :], Scope(family))
    if form in ("ip_route", "ip_rule") and family is None and scope.table != "all":
        scope = scope._replace(family="ip")
    if is_filtered:
        scope = scope._replace(is_filtered=True)
    return scope._replace(table=None) if scope.table == "all" else scope


def with_device(text: str, form: str, device: str | None) -> str:
    """Return a text with the device at the end of those lines that leave it out."""
    if device is None or form not in _KEYS:
        return text
    lines = text.split("\n")
    return "\n".join(
        line if not line.strip() or line[0].isspace() or _HAS_DEVICE.search(f"{line} ")
        else f"{line} dev {device}"
        for line in lines
    )  # fmt: skip


def json_with_device(data: bytes, form: str, device: str | None) -> bytes:
    """Return JSON with the device in those entries that leave it out."""
    key = _KEYS.get(form)
    if device is None or key is None:
        return data
    try:
        values: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return data
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict) and not value.keys() & {key, "nexthops"}:
            value[key] = device
    return msgspec.json.encode(values)


def scoped(parsed: Parsed[Any], scope: Scope) -> Parsed[Any]:
    """Return items with what only the command tells: the table of routes, and the family."""
    if scope.table in (None, "main") and scope.family != "ip6":
        return parsed
    return Parsed(tuple(_scoped_item(item, scope) for item in parsed.items), parsed.problems)


def _scoped_item(item: Any, scope: Scope) -> Any:
    if isinstance(item, RoutingRule) and scope.family == "ip6":
        return replace(item, is_ipv6=True)
    if not isinstance(item, Route):
        return item
    if scope.table is not None and item.table == "main":
        item = replace(item, table=scope.table)
    if scope.family == "ip6" and item.destination == ANY_IPV4:
        item = replace(item, destination=ANY_IPV6)
    return item


def _words(text: str) -> list[str]:
    """Return the words of a command up to a redirection, or to the next command."""
    words = text.split()
    end = next((i for i, word in enumerate(words) if _END.search(word)), len(words))
    return words[:end]


def _family(words: list[str]) -> Family | None:
    if {"-6", "inet6", "--inet6"} & set(words):
        return "ip6"
    return "ip" if {"-4", "inet"} & set(words) else None


def _of_arguments(form: str, arguments: list[str], scope: Scope) -> Scope:
    words = iter(arguments)
    for word in words:
        if word in ("table", "t") and form in ("ip_route", "ip_rule"):
            table = table_name(next(words, None))
            scope = scope._replace(table=table, is_filtered=form == "ip_rule")
        elif word in _DEVICE_WORDS:
            scope = scope._replace(device=next(words, None))
        elif form in _BARE_DEVICE and word not in _KEYWORDS:
            scope = scope._replace(device=word)
        else:
            next(words, None)
            scope = scope._replace(is_filtered=True)
    return scope
