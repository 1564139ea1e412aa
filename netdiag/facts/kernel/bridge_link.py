"""Ports of bridges: ``bridge -j link``, ``bridge link``, and what builds a port of either form."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from netdiag.facts.kernel.ip_json import build_from, parse_items, shared
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import Words, numbered_lines, whole_number
from netdiag.model.facts.kernel import BridgePort

_SWITCHES = {"on": True, "off": False}


class PortItem(Struct):
    """A port as JSON holds it."""

    ifname: str | None = None
    master: str | None = None
    state: str | None = None
    hairpin: bool | str | None = None
    isolated: bool | str | None = None


def parse_bridge_ports_json(data: bytes, document: str) -> Parsed[BridgePort]:
    """Return the ports of ``bridge -j link``; devices that are in no bridge are left out."""
    found = parse_items(data, document, PortItem, build_port)
    return found._replace(items=tuple(port for port in found.items if port.bridge))


def parse_bridge_link(text: str, document: str, first_line: int = 1) -> Parsed[BridgePort]:
    """Return the ports of ``bridge link``, with ``-d`` too."""
    found: list[tuple[int, dict[str, Any]]] = []
    bad: list[int] = []
    is_whole = False
    for number, line in numbered_lines(text, first_line):
        if line[0].isspace() and found and is_whole:
            _read_switches(Words(line), found[-1][1])
            continue
        values = _read_head(line)
        is_whole = values is not None
        if values is None:
            bad.append(number)
        else:
            found.append((number, values))
    ports = [build_from(values, PortItem, build_port, document, line) for line, values in found]
    return Parsed(tuple(p for p in ports if p is not None and p.bridge), not_understood(bad))


def build_port(item: PortItem, document: str, position: int) -> BridgePort | None:
    """Return a port, with an empty ``bridge`` if it is in none; None = it lacks a name."""
    if not item.ifname:
        return None
    return BridgePort(
        shared(item.ifname) or "",
        shared(item.master) or "",
        document,
        position,
        shared(item.state),
        _switch(item.hairpin),
        _switch(item.isolated),
    )


def _switch(value: bool | str | None) -> bool | None:
    return _SWITCHES.get(value) if isinstance(value, str) else value


def _read_head(line: str) -> dict[str, Any] | None:
    """Return a port's values out of ``5: veth1@if2: <FLAGS> mtu 1500 master cni0 state …``."""
    index, colon, rest = line.partition(": ")
    before, opening, after = rest.partition("<")
    _, closing, tail = after.partition(">")
    if not (colon and opening and closing) or whole_number(index.strip()) is None or not before:
        return None
    # old versions print "veth1 state UP @if2: <…>"
    name = before.split()[0].removesuffix(":").rpartition("@")
    values: dict[str, Any] = {"ifname": name[0] or name[2]}
    words = Words(tail)
    while word := words.take():
        if word in ("master", "state"):
            values[word] = words.take()
    _read_switches(Words(tail), values)
    return values


def _read_switches(words: Words, values: dict[str, Any]) -> None:
    while word := words.take():
        if word in ("hairpin", "isolated"):
            values[word] = words.take()
