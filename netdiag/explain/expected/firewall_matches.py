"""Whether a packet meets one condition of a rule: yes, no, or it cannot be judged (None)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from netdiag.explain.expected.firewall_address_types import has_address_type
from netdiag.explain.expected.firewall_ipsets import in_ipset
from netdiag.explain.expected.firewall_sight import Sight
from netdiag.explain.expected.firewall_spans import Spans, address_spans, port_spans
from netdiag.facts.firewall.firewall_terms import (
    ICMP_TYPES,
    ICMPV6_TYPES,
    WHOLE_MARK,
    number_or_none,
    protocol_name,
)
from netdiag.model.facts.firewall import Match
from netdiag.model.prefixes import REMEMBERED

Judge = Callable[[Match, Sight], bool | None]

_ECHO_TYPES: Final = frozenset({0, 8, 128, 129})
"""Their code is always 0."""
_STATES: Final = frozenset({"NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED"})


def judge_match(match: Match, sight: Sight) -> bool | None:
    """Return whether a packet meets a condition that has a field of its own."""
    judge = FIELDS.get(match.field)
    return judge(match, sight) if judge is not None else None


def turn(found: bool | None, match: Match) -> bool | None:
    """Return the answer to a condition that may be inverted."""
    return found if found is None else found is not match.inverted


def _source(match: Match, sight: Sight) -> bool | None:
    found = _addresses(match.value, sight).hold(*sight.source)
    return found if found is None else found is not match.inverted


def _destination(match: Match, sight: Sight) -> bool | None:
    found = _addresses(match.value, sight).hold(*sight.destination)
    return found if found is None else found is not match.inverted


def _addresses(value: str, sight: Sight) -> Spans:
    return address_spans(_members(value, sight) if value[:1] == "@" else value)


def _members(value: str, sight: Sight) -> str | tuple[str, ...]:
    """Return the members of a named set of nft, or its name, which is no member of anything."""
    return sight.scene.sets.get(value[1:], value) if value[:1] == "@" else value


def _input(match: Match, sight: Sight) -> bool | None:
    device = sight.packet.input
    if device is None:
        is_made_here = sight.scene.hook in ("output", "postrouting")
        return turn(False if is_made_here else None, match)
    return turn(_has_device(match.value, device, sight), match)


def _output(match: Match, sight: Sight) -> bool | None:
    device = sight.packet.output
    if sight.scene.hook in ("prerouting", "input"):
        return turn(False, match)
    return turn(None if device is None else _has_device(match.value, device, sight), match)


def _port_of_bridge_in(match: Match, sight: Sight) -> bool | None:
    device = sight.packet.bridge_input
    if device is None:
        return turn(False if sight.scene.hook == "output" else None, match)
    return turn(_has_device(match.value, device, sight), match)


def _port_of_bridge_out(match: Match, sight: Sight) -> bool | None:
    packet = sight.packet
    if packet.bridge_output is None:
        is_routed = None not in (packet.input, packet.output) and packet.input != packet.output
        return turn(False if is_routed else None, match)
    return turn(_has_device(match.value, packet.bridge_output, sight), match)


def _has_device(value: str, device: str, sight: Sight) -> bool | None:
    members = _members(value, sight)
    if members is value and value[:1] == "@":
        return None
    names, beginnings = _devices(members)
    return device in names or device.startswith(beginnings)


@lru_cache(REMEMBERED)
def _devices(members: str | tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    names = members.split(",") if isinstance(members, str) else members
    beginnings = tuple(name[:-1] for name in names if name[-1:] in ("+", "*"))
    return frozenset(names), beginnings


def _protocol(match: Match, sight: Sight) -> bool | None:
    if match.value[:1] == "@" and match.value[1:] not in sight.scene.sets:
        return None
    names = _protocols(_members(match.value, sight))
    return (sight.protocol in names or "all" in names) is not match.inverted


@lru_cache(REMEMBERED)
def _protocols(members: str | tuple[str, ...]) -> frozenset[str]:
    names = members.split(",") if isinstance(members, str) else members
    return frozenset("all" if name == "0" else protocol_name(name.lower()) for name in names)


def _source_port(match: Match, sight: Sight) -> bool | None:
    return sight.has_ports and turn(_has_port(match, sight, sight.packet.source_port), match)


def _destination_port(match: Match, sight: Sight) -> bool | None:
    return sight.has_ports and turn(_has_port(match, sight, sight.packet.destination_port), match)


def _either_port(match: Match, sight: Sight) -> bool | None:
    packet = sight.packet
    found = [_has_port(match, sight, p) for p in (packet.source_port, packet.destination_port)]
    either = True if True in found else None if None in found else False
    return sight.has_ports and turn(either, match)


def _has_port(match: Match, sight: Sight, port: int | None) -> bool | None:
    first, last = (0, 0xFFFF) if port is None else (port, port)
    return port_spans(_members(match.value, sight)).hold(first, last)


def _icmp_type(match: Match, sight: Sight) -> bool | None:
    if not sight.is_icmp:
        return False
    kind = sight.packet.icmp_type
    names = ICMPV6_TYPES if sight.protocol == "ipv6-icmp" else ICMP_TYPES
    found = [_has_icmp_type(member, names, kind) for member in match.value.split(",")]
    return turn(True if True in found else None if None in found else False, match)


def _has_icmp_type(text: str, names: dict[str, str], kind: int | None) -> bool | None:
    if text in ("any", "255"):
        return True
    name, slash, code = text.partition("/")
    number = number_or_none(names.get(name, name))
    if number is None or kind is None:
        return None
    if number != kind or not slash:
        return number == kind
    return code == "0" if kind in _ECHO_TYPES else None


def _mark(match: Match, sight: Sight) -> bool | None:
    members = _members(match.value, sight)
    texts = members.split(",") if isinstance(members, str) else members
    found = [_has_mark(text, sight) for text in texts]
    return turn(True if True in found else None if None in found else False, match)


def _has_mark(text: str, sight: Sight) -> bool | None:
    value, mask = read_mark(text)
    if value is None or mask is None:
        return None
    unknown = sight.unknown_mark & mask
    if ((sight.packet.mark & mask) ^ value) & ~unknown:
        return False
    return None if unknown else True


@lru_cache(REMEMBERED)
def read_mark(text: str) -> tuple[int | None, int | None]:
    """Return value and mask of ``0x4000/0x4000``; without a mask all bits count."""
    value, slash, mask = text.partition("/")
    return number_or_none(value), number_or_none(mask) if slash else WHOLE_MARK


def _state(match: Match, sight: Sight) -> bool | None:
    found = [_has_state(name, sight) for name in _state_names(match.value)]
    return turn(True if True in found else None if None in found else False, match)


@lru_cache(REMEMBERED)
def _state_names(value: str) -> tuple[str, ...]:
    return tuple(name.strip().upper() for name in value.split(","))


def _has_state(name: str, sight: Sight) -> bool | None:
    if name in _STATES:
        return None if sight.state is None else name == sight.state
    if name == "DNAT" and sight.packet.is_translated:
        return True
    return False if name in ("DNAT", "SNAT") and sight.state == "NEW" else None


def _source_type(match: Match, sight: Sight) -> bool | None:
    return turn(has_address_type(sight.packet.source, match.value, sight), match)


def _destination_type(match: Match, sight: Sight) -> bool | None:
    return turn(has_address_type(sight.packet.destination, match.value, sight), match)


def _set(match: Match, sight: Sight) -> bool | None:
    name, _, directions = match.value.partition(" ")
    return turn(in_ipset(name, directions, sight), match)


def _fragment(match: Match, sight: Sight) -> bool:
    return sight.packet.is_fragment is not match.inverted


def _tcp_flags(match: Match, sight: Sight) -> bool | None:
    return None if sight.protocol == "tcp" and sight.has_ports else False


def _comment(match: Match, sight: Sight) -> bool:
    return True


FIELDS: Final[dict[str, Judge]] = {
    "source": _source, "destination": _destination, "input": _input, "output": _output,
    "physdev-in": _port_of_bridge_in, "physdev-out": _port_of_bridge_out,
    "protocol": _protocol, "source-port": _source_port, "destination-port": _destination_port,
    "port": _either_port, "icmp-type": _icmp_type, "mark": _mark, "conntrack-state": _state,
    "source-address-type": _source_type, "destination-address-type": _destination_type,
    "set": _set, "fragment": _fragment, "tcp-flags": _tcp_flags, "comment": _comment,
}  # fmt: skip
"""Fields that can be judged; ``statistic``, ``limit`` and ``conntrack-mark`` never can."""
