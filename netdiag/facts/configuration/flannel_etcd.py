"""What ``etcdctl`` prints of flannel's keys: the network, and which node has which subnet.

Version 2 prints a value alone, version 3 its key before it, both JSON on demand; pasted text has
the command line before. https://github.com/flannel-io/flannel (``pkg/subnet/etcd``).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from netdiag.facts.configuration.flannel import read_lease_data, read_network
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.values import address_of, list_of, mapping_of, prefix_of, text_of
from netdiag.model.facts.configuration import FlannelLease, FlannelNetwork
from netdiag.model.facts.source import Source

_KEY: Final = re.compile(r"(/\S{1,500})")
_KEY_OF_COMMAND: Final = re.compile(
    r"\betcdctl\b.*?\s['\"]?(/[^\s'\"]*/(?:config|subnets/[^\s'\"]+))(?:['\"]|\s|$)"
)
_COMMAND: Final = re.compile(r"\betcdctl\b")
_SUBNET: Final = re.compile(
    r".*/subnets/(?P<address>\d+\.\d+\.\d+\.\d+)-(?P<length>\d+)(?:&\S*)?", re.ASCII
)
_MOST_DEPTH: Final = 20
_LONGEST_KEY_LINE: Final = 4096


class _Entry(NamedTuple):
    """A key, its value or None if it is not told, and the line that tells it."""

    key: str
    value: Any
    line: int


class _Reading(NamedTuple):
    """What comes of reading a text."""

    entries: list[_Entry]
    bad: list[int]


def parse_etcdctl(
    text: str, document: str, first_line: int = 1
) -> Parsed[FlannelNetwork | FlannelLease]:
    """Return networks and leases of what was pasted of ``etcdctl get`` and ``etcdctl ls``."""
    items: list[FlannelNetwork | FlannelLease] = []
    entries, bad = _read(text, first_line)
    for entry in entries:
        source = Source(document, f"line {entry.line}")
        subnet = _subnet_of(entry.key)
        if subnet:
            items.append(_lease(subnet, mapping_of(entry.value), source))
        elif isinstance(entry.value, dict) and _is_config(entry):
            network = read_network(entry.value, source)
            if network is None:
                bad.append(entry.line)
            else:
                items.append(network)
        elif isinstance(entry.value, dict) and not entry.key:
            bad.append(entry.line)  # a lease, but nothing tells whose
    return Parsed(tuple(items), not_understood(sorted(bad)))


def _is_config(entry: _Entry) -> bool:
    if entry.key:
        return entry.key.endswith("/config")
    return any(key.lower() in ("network", "ipv6network") for key in entry.value)


def _subnet_of(key: str) -> str | None:
    match = _SUBNET.fullmatch(key)
    return prefix_of(f"{match['address']}/{match['length']}") if match else None


def _lease(subnet: str, value: dict[str, Any], source: Source) -> FlannelLease:
    mac, vni = read_lease_data(value.get("BackendData"))
    backend = text_of(value.get("BackendType"))
    return FlannelLease(
        source=source,
        subnet=subnet,
        public_ip=address_of(value.get("PublicIP")),
        backend=backend.lower() if backend else None,
        vtep_mac=mac,
        vni=vni,
    )


def _read(text: str, first_line: int) -> _Reading:
    """Return keys with the values that follow them."""
    reading = _Reading([], [])
    lines = text.split("\n")
    key, is_command, at, number = "", False, 0, 0
    while number < len(lines):
        line = lines[number].strip()
        here = first_line + number
        number += 1
        if line.startswith("{"):
            value, number = _read_value(lines, number - 1, line)
            if value is None:
                reading.bad.append(here)
            else:
                reading.entries.extend(_entries(key, value, here))
            key = ""
        elif match := _match_key(line):
            if key and not is_command:
                reading.entries.append(_Entry(key, None, at))
            key, is_command, at = match[1], not line.startswith("/"), here
        elif line and not _COMMAND.search(line):
            reading.bad.append(here)
    if key and not is_command:
        reading.entries.append(_Entry(key, None, at))
    return reading


def _match_key(line: str) -> re.Match[str] | None:
    if len(line) > _LONGEST_KEY_LINE:
        return None
    return _KEY.fullmatch(line) or _KEY_OF_COMMAND.search(line)


def _read_value(lines: list[str], number: int, line: str) -> tuple[Any, int]:
    """Return the JSON object that begins in a line, and which line comes next; None = it is none.

    etcd keeps values as they were put, so one may take many lines.
    """
    value = _decode(line)
    if value is not None:
        return value, number + 1
    end = number + 1
    while end < len(lines) and not _begins_entry(lines[end]):
        end += 1
    return _decode("\n".join(lines[number:end]).strip()), end


def _begins_entry(line: str) -> bool:
    return line.startswith(("/", "{")) or bool(_COMMAND.search(line))


def _decode(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return None


def _entries(key: str, value: dict[str, Any], line: int) -> Iterator[_Entry]:
    """Yield the entry that a value is, or those that a document of etcdctl holds."""
    if isinstance(value.get("kvs"), list):
        yield from _of_version_3(value, line)
    elif isinstance(value.get("node"), dict):
        yield from _of_version_2(value["node"], line, 0)
    else:
        yield _Entry(key, value, line)


def _of_version_3(value: dict[str, Any], line: int) -> Iterator[_Entry]:
    for pair in list_of(value.get("kvs")):
        key = _from_base64(mapping_of(pair).get("key"))
        if key:
            yield _Entry(key, _decode(_from_base64(mapping_of(pair).get("value"))), line)


def _of_version_2(node: dict[str, Any], line: int, depth: int) -> Iterator[_Entry]:
    key, value = text_of(node.get("key")), text_of(node.get("value"))
    if key and value:
        yield _Entry(key, _decode(value), line)
    if depth < _MOST_DEPTH:
        for child in list_of(node.get("nodes")):
            yield from _of_version_2(mapping_of(child), line, depth + 1)


def _from_base64(value: object) -> str:
    try:
        return b64decode(text_of(value) or "", validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""
