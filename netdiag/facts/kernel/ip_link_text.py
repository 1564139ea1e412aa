"""Devices as people paste them: ``ip link``, ``ip addr``, with ``-d``, ``-s``, ``-o``, ``-br``."""

from __future__ import annotations

from typing import Any

from netdiag.facts.kernel.ip_blocks import Line, read_brief, read_head, read_lines
from netdiag.facts.kernel.ip_json import build_from
from netdiag.facts.kernel.ip_link import TUNNEL_KINDS, VXLAN_KINDS, LinkItem, build_link
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import Words, whole_number
from netdiag.model.facts.kernel import Link

_LINK, _SLAVE = "link/", "_slave"
_NO_KIND = frozenset({
    "RX:", "TX:", "RX", "TX", "alias", "altname", "vf", "inet", "inet6", "prog/xdp", "xdp",
    "valid_lft",
})  # fmt: skip
"""What begins a line that follows the one of ``link/`` where there is no kind."""
_ENDPOINTS = {"remote": "remote", "group": "group", "local": "local", "dev": "link"}
_NUMBERS = {"id": "id", "dstport": "port"}
_COUNTERS = ("bytes", "packets", "errors", "dropped")


def parse_ip_link(text: str, document: str, first_line: int = 1) -> Parsed[Link]:
    """Return the devices of ``ip link`` or ``ip addr``."""
    links: list[Link] = []
    bad: list[int] = []
    for block in _read_blocks(text, first_line, bad):
        link = build_from(_values(block), LinkItem, build_link, document, block[0].number)
        if link is None:
            bad.append(block[0].number)
        else:
            links.append(link)
    return Parsed(tuple(links), not_understood(sorted(set(bad))))


def _read_blocks(text: str, first_line: int, bad: list[int]) -> list[list[Line]]:
    """Return the lines of each device, the head first; all others go to ``bad``."""
    blocks: list[list[Line]] = []
    is_device = False
    for line in read_lines(text, first_line):
        if line.is_head:
            is_device = _head_values(line.text) is not None
            if is_device:
                blocks.append([])
        if is_device:
            blocks[-1].append(line)
        else:
            bad.append(line.number)
    return blocks


def _values(block: list[Line]) -> dict[str, Any]:
    """Return what the JSON form would hold."""
    values = _head_values(block[0].text) or {}
    after_address = False
    for index, line in enumerate(block[1:], 1):
        words = Words(line.text)
        first = words.take()
        if first.startswith(_LINK):
            values["link_type"] = first.removeprefix(_LINK)
            _read_address(words, values)
        elif first in ("RX:", "TX:") and index + 1 < len(block):
            _read_counters(first, words, Words(block[index + 1].text), values)
        elif first == "alias":
            values["ifalias"] = line.text.strip().removeprefix("alias ")
        elif first == "vf":
            values.setdefault("vfinfo_list", []).append(words.take())
        elif after_address and "promiscuity" in values and first not in _NO_KIND:
            values["linkinfo"] = _read_kind(first, Words(line.text))
        elif first.endswith(_SLAVE) and "linkinfo" in values:
            values["linkinfo"]["info_slave_kind"] = first.removesuffix(_SLAVE)
        after_address = first.startswith(_LINK)
    return values


def _head_values(line: str) -> dict[str, Any] | None:
    values = read_head(line)
    brief = None if values is not None else read_brief(line)
    if brief is None:
        return values
    values, words = brief
    for word in words:
        if word.startswith("<"):
            values["flags"] = [flag for flag in word.strip("<>").split(",") if flag]
    if words and words[0].count(":") >= 5 and "/" not in words[0]:
        values["address"] = words[0]
    return values


def _read_address(words: Words, values: dict[str, Any]) -> None:
    """Read what follows ``link/TYPE``: an address, if there is one, and with ``-d`` details."""
    if set(":.") & set(words.peek()):
        values["address"] = words.take()
    while word := words.take():
        if word == "link-netnsid":
            values["link_netnsid"] = words.take()
        elif word == "promiscuity":
            values["promiscuity"] = 0  # any number tells that these are details
        elif word == "parentbus":
            values["parentbus"] = words.take()


def _read_kind(first: str, words: Words) -> dict[str, Any]:
    """Return ``linkinfo`` out of the line that begins with the kind, or with that of the port."""
    if first.endswith(_SLAVE):
        return {"info_slave_kind": first.removesuffix(_SLAVE)}
    kind = words.take()
    data: dict[str, Any] = {}
    if kind in VXLAN_KINDS:
        data["learning"] = True if kind == "vxlan" else None
    while word := words.take():
        if word in _ENDPOINTS and (kind in VXLAN_KINDS or kind in TUNNEL_KINDS):
            data[_ENDPOINTS[word]] = words.take()
        elif word in _NUMBERS:
            data[_NUMBERS[word]] = whole_number(words.take())
        elif word in ("type", "mode"):
            data[word] = words.take()
        elif word == "external":
            data["external"] = True
        elif word == "nolearning":
            data["learning"] = False
    return {"info_kind": kind, "info_data": data}


def _read_counters(direction: str, names: Words, numbers: Words, values: dict[str, Any]) -> None:
    """Read a line of titles and the line of numbers below it."""
    counts: dict[str, int] = {}
    while name := names.take():
        number = whole_number(numbers.take())
        if number is None:
            return
        if name in _COUNTERS:
            counts[name] = number
    values.setdefault("stats64", {})[direction.rstrip(":").lower()] = counts
