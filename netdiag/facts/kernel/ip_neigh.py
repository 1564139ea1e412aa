"""Neighbours: ``ip -j neigh``, ``ip neigh``, and what builds a neighbour of either form."""

from __future__ import annotations

import re
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from netdiag.facts.kernel.addresses import canonical_address
from netdiag.facts.kernel.ip_json import build_from, parse_items, shared, shared_words
from netdiag.facts.parsed import Parsed
from netdiag.facts.text_lines import Words, parse_lines
from netdiag.model.facts.kernel import Neighbour

_LINK_ADDRESS = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){0,31}")
_STATES = frozenset({
    "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT", "NONE",
})  # fmt: skip
_FLAGS = frozenset({"router", "extern_learn", "offload", "managed", "extern_valid", "sticky"})
_NO_FACTS = frozenset({"used", "ref", "probes", "proto", "protocol", "nhid", "vlan"})


class NeighbourItem(Struct, gc=False):
    """A neighbour as JSON holds it."""

    dst: str | None = None
    dev: str | None = None
    lladdr: str | None = None
    state: list[str] | None = None
    proxy: bool | UnsetType | None = UNSET
    """Its presence matters: its value is null."""


def parse_neighbours_json(data: bytes, document: str) -> Parsed[Neighbour]:
    """Return the neighbours of ``ip -j neigh``."""
    return parse_items(data, document, NeighbourItem, build_neighbour)


def parse_ip_neigh(text: str, document: str, first_line: int = 1) -> Parsed[Neighbour]:
    """Return the neighbours of ``ip neigh``, with ``-s`` too, and of busybox."""
    return parse_lines(text, document, first_line, _parse_line)


def build_neighbour(item: NeighbourItem, document: str, position: int) -> Neighbour | None:
    """Return a neighbour; None = it lacks an address or a device."""
    address = canonical_address(item.dst) if item.dst else None
    if address is None or not item.dev:
        return None
    return Neighbour(
        shared(address) or "",
        shared(item.dev) or "",
        document,
        position,
        shared(item.lladdr) if _is_link_address(item.lladdr) else None,
        shared_words(item.state) if item.state else (),
        item.proxy is not UNSET and item.proxy is not False,
    )


def _is_link_address(text: str | None) -> bool:
    """Return True for a MAC address of any length, or an address as tunnels have them."""
    if not text:
        return False
    return _LINK_ADDRESS.fullmatch(text) is not None or canonical_address(text) is not None


def _parse_line(line: str, document: str, number: int) -> Neighbour | None:
    words = Words(line)
    values: dict[str, Any] = {"dst": words.take()}
    while word := words.take():
        if word in ("dev", "lladdr"):
            values[word] = words.take()
        elif word in _STATES:
            values.setdefault("state", []).append(word)
        elif word == "proxy":
            values["proxy"] = True
        elif word in _NO_FACTS:
            if words.take().endswith("probes"):
                words.take()  # ``-s`` prints "used 0/60/0probes 3" without a space
        elif word not in _FLAGS:
            return None
    if not values.keys() & {"state", "proxy"}:
        return None  # one or the other is always printed: the line breaks off
    return build_from(values, NeighbourItem, build_neighbour, document, number)
