"""Devices and their addresses in ``ifconfig``: of net-tools 2, of net-tools 1 and of busybox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from netdiag.facts.kernel.addresses import mask_length
from netdiag.facts.kernel.ip_addr import AddressItem, build_address
from netdiag.facts.kernel.ip_json import build_from
from netdiag.facts.kernel.ip_link import LinkItem, build_link
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines, whole_number
from netdiag.model.facts.kernel import Address, Link

_NEW_HEAD = re.compile(
    r"(?P<name>\S+): flags=\d+<(?P<flags>[^>]*)>(?:\s+metric \d+)?\s+mtu (?P<mtu>\d{1,9})"
)
_OLD_HEAD = re.compile(r"(?P<name>\S+)\s+Link encap:(?P<type>\S.*)")
_OLD_FLAGS = re.compile(r"\s+(?P<flags>[A-Z][A-Z ]*?)\s+MTU:(?P<mtu>\d{1,9})")
_COUNT = re.compile(r"(bytes|packets|errors|dropped)[ :](\d{1,19})")
_DIRECTION = re.compile(r"\b([RT]X) ")
_TYPES = {
    "ether": "ether", "loop": "loopback", "infiniband": "infiniband", "Ethernet": "ether",
    "Local": "loopback", "IPIP": "ipip", "Point-to-Point": "ppp", "IPv6-in-IPv4": "sit",
}  # fmt: skip
_MAC = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5,}")
_LABELLED = re.compile(r"[^\W\d]+:\d[\d.]*")
"""``addr:10.8.0.1``, whose label is of the user's language."""
_PEERS = ("P-t-P:", "点对点:")
_SCOPES = {"Global": "global", "Link": "link", "Host": "host", "Site": "site"}
_NEW_SCOPE = re.compile(r"scopeid 0x[0-9a-f]+<(\w+)>")


class _Block(NamedTuple):
    """The lines of a device; ``values`` are what its head says, by their names in JSON."""

    line: int
    values: dict[str, Any]
    lines: list[tuple[int, str]]


def parse_ifconfig_links(text: str, document: str, first_line: int = 1) -> Parsed[Link]:
    """Return the devices; labels of further addresses (``eth0:1``) are none."""
    bad: list[int] = []
    links: list[Link] = []
    for block in _blocks(text, first_line, bad):
        if ":" in block.values["ifname"]:
            continue
        for _, line in block.lines:
            _read_line(line, block.values)
        link = build_from(block.values, LinkItem, build_link, document, block.line)
        if link is None:
            bad.append(block.line)
        else:
            links.append(link)
    return Parsed(tuple(links), not_understood(sorted(bad)))


def parse_ifconfig_addresses(text: str, document: str, first_line: int = 1) -> Parsed[Address]:
    """Return the addresses, those of a label (``eth0:1``) as its device's."""
    bad: list[int] = []
    addresses: list[Address] = []
    for block in _blocks(text, first_line, bad):
        device = block.values["ifname"].partition(":")[0]
        for number, line in block.lines:
            if not line.lstrip().startswith("inet"):
                continue
            item = _read_address(line.split())
            address = build_address(device, item, document, number) if item else None
            if address is None:
                bad.append(number)
            else:
                addresses.append(address)
    return Parsed(tuple(addresses), not_understood(sorted(bad)))


def _blocks(text: str, first_line: int, bad: list[int]) -> Iterator[_Block]:
    """Yield the devices; lines that belong to none go to ``bad``."""
    block: _Block | None = None
    for number, line in numbered_lines(text, first_line):
        if line[0].isspace() and block is not None:
            block.lines.append((number, line))
            continue
        if block is not None:
            yield block
        values = _read_head(line)
        block = None if values is None else _Block(number, values, [])
        if values is None:
            bad.append(number)
    if block is not None:
        yield block


def _read_head(line: str) -> dict[str, Any] | None:
    match = _NEW_HEAD.match(line)
    if match is not None:
        flags = [flag for flag in match["flags"].split(",") if flag]
        return {"ifname": match["name"], "flags": flags, "mtu": int(match["mtu"])}
    match = _OLD_HEAD.match(line)
    if match is None:
        return None
    words = match["type"].split()
    mac = next((word.lower() for word in words if _MAC.fullmatch(word)), None)
    return {
        "ifname": match["name"],
        "link_type": _TYPES.get(words[0], "ether" if mac and not words[0].isascii() else None),
        "address": mac,
    }


def _read_line(line: str, values: dict[str, Any]) -> None:
    """Read a line of a device other than the head and addresses."""
    flags = _OLD_FLAGS.match(line)
    words = line.split()
    if flags is not None:
        values.update(flags=flags["flags"].split(), mtu=int(flags["mtu"]))
    elif words[0] in ("RX", "TX"):
        _read_counters(line, values)
    elif words[0] in ("ether", "loop", "infiniband") and len(words) > 1:
        values["link_type"] = _TYPES[words[0]]
        values["address"] = words[1] if ":" in words[1] else None
    elif words[0] == "tunnel" and "(IPIP" in words:
        values["link_type"] = "ipip"


def _read_counters(line: str, values: dict[str, Any]) -> None:
    """Read ``RX packets 2  bytes 176``, or ``RX bytes:1150 (1.1 KB)  TX bytes:1096 (1.0 KB)``."""
    _, *parts = _DIRECTION.split(line)
    stats = values.setdefault("stats64", {})
    for direction, part in zip(parts[::2], parts[1::2], strict=True):
        counts = stats.setdefault(direction.lower(), {})
        counts.update((name, int(number)) for name, number in _COUNT.findall(part))


def _read_address(words: list[str]) -> AddressItem | None:
    """Return the address of a line ``inet …`` or ``inet6 …`` of any version."""
    if words[0][-1] == ":":
        words = ["inet6", ":", *words[1:]]  # in German: ``inet6-Adresse: fe80::1/64``
    if len(words) > 2 and words[1][-1] == ":":
        scope = words[3].removeprefix("Scope:") if len(words) > 3 else ""
        return _with_length(words[2], _SCOPES.get(scope))
    if len(words) > 1 and _LABELLED.fullmatch(words[1]):
        return _read_old_address(words[1:])
    pairs = dict(zip(words[::2], words[1::2], strict=False))
    if words[0] == "inet6":
        scope_match = _NEW_SCOPE.search(" ".join(words))
        address = f"{words[1]}/{pairs.get('prefixlen', '')}" if len(words) > 1 else ""
        return _with_length(address, scope_match[1] if scope_match else None)
    length = mask_length(pairs.get("netmask", ""))
    if length is None:
        return None
    return AddressItem(pairs.get("inet"), pairs.get("destination"), length)


def _read_old_address(words: list[str]) -> AddressItem | None:
    """Return the address of ``addr:10.8.0.1  P-t-P:10.8.0.2  Mask:255.255.255.255``."""
    values = [word.partition(":")[2] for word in words if ":" in word]
    peer = next((word.partition(":")[2] for word in words if word.startswith(_PEERS)), None)
    length = mask_length(values[-1])
    return None if length is None or len(values) < 2 else AddressItem(values[0], peer, length)


def _with_length(text: str, scope: str | None) -> AddressItem | None:
    address, _, length = text.partition("/")
    number = whole_number(length)
    return None if number is None else AddressItem(address, None, number, scope)
