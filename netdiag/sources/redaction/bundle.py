"""A copy of a gathered bundle that others may read: other addresses and names, all else kept."""

from __future__ import annotations

import io
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from netdiag.sources.inventory.places import Inventory
from netdiag.sources.layout import FACTS, FACTS_AFTER, PODS, interface_of_name
from netdiag.sources.live.gathered import Gathered, Parts
from netdiag.sources.redaction.mapping import KEY_BYTES, Mapping, Network
from netdiag.sources.redaction.names import Names, choose_names
from netdiag.sources.redaction.records import RecordRewriter
from netdiag.sources.redaction.texts import TextRewriter, networks_in

TRACE: Final = "trace.json"
_LINKS: Final = "ip_link.json"
_LINK_NAME: Final = re.compile(rb'"ifname":\s*"([^"\\]+)"')
_HOSTNAME: Final = "hostname.txt"
_MOST_HOST_BYTES: Final = 256


@dataclass(frozen=True)
class Redaction:
    """What a bundle is rewritten by."""

    mapping: Mapping
    names: Names
    texts: TextRewriter


def new_key() -> bytes:
    """Return a key for one bundle, to be kept nowhere."""
    return secrets.token_bytes(KEY_BYTES)


def new_redaction(gathered: Gathered, inventory: Inventory, key: bytes) -> Redaction:
    """Return one for this bundle."""
    nodes = {node.name for node in inventory.nodes}
    nodes |= {parts[0] for parts in gathered.places() if len(parts) > 1}
    pods = (pod.name for pod in inventory.pods)
    names = choose_names(nodes, pods, _hosts(gathered), _interfaces(gathered))
    mapping = Mapping(key, _networks(gathered))
    return Redaction(mapping, names, TextRewriter(mapping, names))


def redacted(gathered: Gathered, redaction: Redaction) -> Gathered:
    """Return a copy that is rewritten; the caller closes both."""
    texts, copy = redaction.texts, Gathered()
    records = RecordRewriter(redaction.mapping, texts)
    for parts in gathered.captures():
        with gathered.open(parts) as source:
            target = copy.new_capture(*texts.place(parts))
            records.rewrite(io.BufferedReader(source), target)
            target.flush()
    for parts in gathered.documents():
        text = _without_command(parts, gathered.read(parts))
        copy.add_document(texts.document(text), *texts.place(parts))
    return copy


def _without_command(parts: Parts, text: bytes) -> bytes:
    """Return a document; of ``trace.json`` without command and inventory, which may hold paths."""
    if parts != (TRACE,):
        return text
    told = json.loads(text)
    told["taken_by"] = "netdiag trace --redact"
    told["inventory"] = "redacted"
    return json.dumps(told, indent=1).encode() + b"\n"


def _networks(gathered: Gathered) -> Iterator[Network]:
    for parts in gathered.documents():
        yield from networks_in(gathered.read(parts))


def _hosts(gathered: Gathered) -> Iterator[str]:
    """Yield what hosts and pods call themselves."""
    for parts in gathered.documents():
        if parts[-1] == _HOSTNAME:
            text = gathered.read(parts)[:_MOST_HOST_BYTES]
            yield text.decode("utf-8", "surrogateescape").strip()


def _interfaces(gathered: Gathered) -> Iterable[str]:
    """Return the names of interfaces: of captures, and those that nodes list."""
    found = {interface_of_name(parts[-1]) or "" for parts in gathered.captures()}
    for parts in gathered.documents():
        if parts[-1] == _LINKS and {FACTS, FACTS_AFTER, PODS} & set(parts):
            listed = _LINK_NAME.findall(gathered.read(parts))
            found |= {name.decode("utf-8", "surrogateescape") for name in listed}
    return found - {""}
