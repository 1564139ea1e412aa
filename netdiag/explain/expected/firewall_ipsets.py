"""Whether a packet is in a set of ipset, whose type its elements tell.

``10.0.0.1``, ``10.0.0.0/24 nomatch``, ``10.0.0.1,tcp:80``, ``10.0.0.0/24,eth0``, ``80``, and in a
``list:set`` the name of another set. See ipset(8).
"""

from __future__ import annotations

from typing import Final

from netdiag.explain.expected.firewall_sight import WITH_PORTS, Sight
from netdiag.explain.expected.firewall_spans import address_span, address_spans, port_span
from netdiag.facts.firewall.firewall_terms import protocol_name

_DEEPEST: Final = 4
_NOMATCH: Final = " nomatch"


def in_ipset(name: str, directions: str, sight: Sight, depth: int = 0) -> bool | None:
    """Return whether a set holds what ``src,dst`` says of a packet; None = it is not known."""
    elements = sight.scene.ipsets.get(name)
    if elements is None or depth > _DEEPEST:
        return None
    sides = directions.split(",")
    if len(sides) == 1 and elements and _are_addresses(elements, sight):
        return address_spans(elements).hold(*_address(sides[0], sight))
    best: tuple[int, bool | None] = (-1, False)
    is_unknown = False
    for element in elements:
        text = element.removesuffix(_NOMATCH)
        found = _is_element(text.split(","), sides, sight, depth)
        is_unknown |= found is None
        if found:
            best = max(best, (_length(text), not element.endswith(_NOMATCH)))
    return None if is_unknown and not best[1] else best[1]


def _are_addresses(elements: tuple[str, ...], sight: Sight) -> bool:
    """Return True for a set of addresses without exceptions."""
    return address_span(elements[0]) is not None and not any(
        element.endswith(_NOMATCH) or "," in element for element in elements
    )


def _length(text: str) -> int:
    """Return how long the prefix is: of those that hold an address the longest decides."""
    length = text.partition(",")[0].partition("/")[2]
    return int(length) if length.isdecimal() and len(length) <= 3 else 128


def _is_element(parts: list[str], sides: list[str], sight: Sight, depth: int) -> bool | None:
    if len(parts) > len(sides):
        return None
    found = [_is_part(part, side, sight, depth) for part, side in zip(parts, sides, strict=False)]
    return False if False in found else None if None in found else True


def _is_part(text: str, side: str, sight: Sight, depth: int) -> bool | None:
    span = address_span(text)
    packet = sight.packet
    if span is not None:
        first, last = _address(side, sight)
        if span[0] <= first and last <= span[1]:
            return True
        return False if last < span[0] or span[1] < first else None
    if text in sight.scene.ipsets:
        return in_ipset(text, side, sight, depth + 1)
    protocol, colon, ports = text.partition(":")
    if colon and protocol_name(protocol) != sight.protocol:
        return None if ":" in ports else False
    if (colon and protocol_name(protocol) in WITH_PORTS) or text[:1].isdigit():
        return _has_port(ports if colon else text, side, sight)
    device = packet.input if side == "src" else packet.output
    return None if colon or device is None else text == device


def _has_port(text: str, side: str, sight: Sight) -> bool | None:
    span = port_span(text)
    port = sight.packet.source_port if side == "src" else sight.packet.destination_port
    if not sight.has_ports:
        return False
    return None if span is None or port is None else span[0] <= port <= span[1]


def _address(side: str, sight: Sight) -> tuple[int, int]:
    return sight.source if side == "src" else sight.destination
