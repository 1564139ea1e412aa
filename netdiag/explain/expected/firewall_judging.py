"""Whether a packet meets all conditions of a rule; concatenations and maps of nft are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from netdiag.explain.expected.firewall_matches import FIELDS, Judge, judge_match, turn
from netdiag.explain.expected.firewall_sight import Sight
from netdiag.facts.firewall.nft_conditions import conditions_of
from netdiag.facts.firewall.nft_expressions import Expression
from netdiag.facts.firewall.nft_words import members
from netdiag.model.facts.firewall import FirewallRule, Match
from netdiag.model.prefixes import REMEMBERED

_PROTOCOL_KEYS: Final = ("meta nfproto", "meta protocol", "ether type")
_VERSIONS: Final = {"ipv4": 4, "ip": 4, "0x0800": 4, "ipv6": 6, "ip6": 6, "0x86dd": 6}


class Looked(NamedTuple):
    """A verdict of a map, ``goto service-x``, and whether the packet has its key."""

    verdict: str
    found: bool | None


def judge_rule(rule: FirewallRule, sight: Sight) -> bool | None:
    """Return whether a rule matches; None = a condition of it cannot be judged, and none fails."""
    result: bool | None = True
    for match in rule.matches:
        judge = _JUDGES.get(match.field)
        found = judge(match, sight) if judge is not None else None
        if found is False:
            return False
        if found is None:
            result = None
    return result


def look_up(argument: str | None, sight: Sight) -> list[Looked] | None:
    """Return the verdicts of a map that a packet may get, a certain one last; None = not known.

    ``numgen random mod 2 vmap { 0 : goto a, 1 : goto b }`` certainly gives one of its verdicts:
    the last of them counts as certain, as with the last rule of kube-proxy's ``statistic``.
    """
    text, _, name = (argument or "").partition(" vmap ")
    elements = _elements(name, sight)
    if elements is None:
        return None
    found: list[Looked] = []
    for element in elements:
        key, _, verdict = element.partition(" : ")
        is_meant = _has_key(text, key, sight)
        if is_meant is not False:
            found.append(Looked(verdict.strip(), is_meant))
        if is_meant:
            break
    if text.startswith("numgen") and found:
        found[-1] = Looked(found[-1].verdict, True)
    return found


def _elements(text: str, sight: Sight) -> tuple[str, ...] | None:
    text = text.strip()
    return sight.scene.sets.get(text[1:]) if text[:1] == "@" else tuple(members(text))


def _has_key(keys: str, key: str, sight: Sight) -> bool | None:
    """Return whether a packet has ``10.96.0.1 . tcp . 443`` as ``ip daddr . meta l4proto …``."""
    result: bool | None = True
    for part, value in _pairs(keys, key):
        for match in _conditions(part, value):
            found = judge_match(match, sight)
            if found is False:
                return False
            result = result and found
    return result


def _pairs(keys: str, key: str) -> Iterator[tuple[str, str]]:
    parts, values = keys.split(" . "), key.split(" . ")
    if len(parts) != len(values):
        return iter([("", key)])
    return zip(parts, (value.strip() for value in values), strict=True)


@lru_cache(REMEMBERED)
def _conditions(key: str, value: str) -> tuple[Match, ...]:
    return tuple(conditions_of(Expression((key,)), "==", value))


def _other(match: Match, sight: Sight) -> bool | None:
    text = match.value
    packet = sight.packet
    if text == "syn":
        return None if sight.protocol == "tcp" else False
    if text.startswith("nfacct "):
        return turn(True, match)
    if text.startswith("physdev --physdev-is-"):
        return turn(_is_bridged(text, sight), match)
    if text == "ct status dnat":
        return turn(True if packet.is_translated else False if _is_new(sight) else None, match)
    if text.startswith(_PROTOCOL_KEYS):
        return turn(_has_version(text, sight), match)
    return turn(_is_listed(text, sight), match) if " . " in text else None


def _is_new(sight: Sight) -> bool:
    return sight.state == "NEW"


def _is_bridged(text: str, sight: Sight) -> bool | None:
    packet = sight.packet
    has_input, has_output = packet.bridge_input is not None, packet.bridge_output is not None
    if text.endswith("-is-in"):
        return has_input or None
    if has_output and (has_input or text.endswith("-is-out")):
        return True
    is_routed = None not in (packet.input, packet.output) and packet.input != packet.output
    return False if is_routed else None


def _has_version(text: str, sight: Sight) -> bool | None:
    words = text.split()[2:]
    version = _VERSIONS.get(words[-1]) if words else None
    if version is None or words[:-1] not in ([], ["!="]):
        return None
    return (sight.packet.source.version == version) is (len(words) == 1)


def _is_listed(text: str, sight: Sight) -> bool | None:
    """Judge ``ip saddr . tcp dport @set``, ``ip saddr . tcp dport != { 10.0.0.1 . 80 }``."""
    place = max(text.find("@"), text.find("{"))
    elements = _elements(text[place:], sight) if place > 0 else None
    if elements is None:
        return None
    keys = text[:place].strip()
    is_inverted = keys.endswith("!=")
    keys = keys.removesuffix("!=").strip()
    result: bool | None = False
    for element in elements:
        found = _has_key(keys, element, sight)
        if found:
            return not is_inverted
        result = None if found is None else result
    return result if result is None else result is not is_inverted


_JUDGES: Final[dict[str, Judge]] = {**FIELDS, "other": _other}
