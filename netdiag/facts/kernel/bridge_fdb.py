"""Forwarding databases: ``bridge -j fdb``, ``bridge fdb``, and what builds an entry of either.

Names of fields are those of iproute2's ``bridge/fdb.c``.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from netdiag.facts.kernel.addresses import canonical_address
from netdiag.facts.kernel.ip_json import (
    MAX_PORT,
    MAX_VLAN,
    MAX_VNI,
    bounded,
    build_from,
    parse_items,
    shared,
    shared_words,
)
from netdiag.facts.parsed import Parsed
from netdiag.facts.text_lines import Words, parse_lines
from netdiag.model.facts.kernel import FdbEntry

_MAC = re.compile(r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}")
_VALUES = {"dev": "ifname", "dst": "dst", "vlan": "vlan", "port": "port", "vni": "vni",
           "src_vni": "src_vni"}  # fmt: skip
_STATES = frozenset({"permanent", "static", "stale"})
_FLAGS = frozenset({
    "self", "router", "extern_learn", "offload", "sticky", "locked", "dynamic", "added_by_user",
    "blackhole",
})  # fmt: skip
_NO_FACTS = frozenset({"via", "link-netnsid", "used", "nhid", "activity_notify", "proto"})


class FdbItem(Struct, gc=False):
    """An entry as JSON holds it."""

    mac: str | None = None
    ifname: str | None = None
    dst: str | None = None
    master: str | None = None
    vlan: int | None = None
    port: int | str | None = None
    vni: int | None = None
    src_vni: int | None = None
    flags: list[str] | None = None
    state: str | None = None


def parse_fdb_json(data: bytes, document: str) -> Parsed[FdbEntry]:
    """Return the entries of ``bridge -j fdb``."""
    return parse_items(data, document, FdbItem, build_fdb_entry)


def parse_bridge_fdb(text: str, document: str, first_line: int = 1) -> Parsed[FdbEntry]:
    """Return the entries of ``bridge fdb``, with ``-s`` too."""
    return parse_lines(text, document, first_line, _parse_line)


def build_fdb_entry(item: FdbItem, document: str, position: int) -> FdbEntry | None:
    """Return an entry; None = it lacks a MAC address or a device, or leads to no address.

    Where an entry names no VNI of the remote end, that end is in the entry's own (``src_vni``).
    """
    if not item.mac or not item.ifname or not _MAC.fullmatch(item.mac):
        return None
    destination = canonical_address(item.dst) if item.dst else None
    if item.dst and destination is None:
        return None
    return FdbEntry(
        shared(item.mac) or "",
        shared(item.ifname) or "",
        document,
        position,
        shared(destination),
        shared(item.master),
        bounded(item.vlan, MAX_VLAN),
        bounded(item.port, MAX_PORT),
        bounded(item.src_vni if item.vni is None else item.vni, MAX_VNI),
        shared_words(item.flags) if item.flags else (),
        shared(item.state),
    )


def _parse_line(line: str, document: str, number: int) -> FdbEntry | None:
    words = Words(line)
    values: dict[str, Any] = {"mac": words.take(), "flags": [], "state": ""}
    if not _MAC.fullmatch(values["mac"]):
        return None
    while word := words.take():
        if word in _VALUES:
            values[_VALUES[word]] = words.take()
        elif word == "master" and words.peek() not in _STATES | _FLAGS | {""}:
            values["master"] = words.take()
        elif word in _FLAGS or word == "master":
            values["flags"].append(word)
        elif word in _STATES or word.startswith("state="):
            values["state"] = word
        elif word in _NO_FACTS:
            words.take()
        else:
            return None
    port = values.get("port")
    if port is not None and port.isascii() and port.isdigit():
        values["port"] = int(port[:6])
    return build_from(values, FdbItem, build_fdb_entry, document, number)
