"""A copy of a gathered bundle that others may read: other addresses and names, all else kept."""

from __future__ import annotations

import io
import json
import secrets
from dataclasses import dataclass
from typing import Final

from netdiag.sources.bundle_writing import Parts
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.layout import KUBERNETES
from netdiag.sources.live.gathered import Gathered
from netdiag.sources.redaction.cluster_objects import without_own_words
from netdiag.sources.redaction.collecting import hosts_of, interfaces_of, networks_of
from netdiag.sources.redaction.hex_forms import hex_forms
from netdiag.sources.redaction.kernel_logs import KERNEL_LOGS, with_packets_mapped
from netdiag.sources.redaction.mapping import KEY_BYTES, Mapping
from netdiag.sources.redaction.names import Names, choose_names
from netdiag.sources.redaction.packets import PacketRewriter
from netdiag.sources.redaction.records import RecordRewriter
from netdiag.sources.redaction.texts import TextRewriter, addresses_in

TRACE: Final = "trace.json"


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
    nodes |= {parts[0] for parts in gathered.places() if len(parts) > 1} - {KUBERNETES}
    pods = (pod.name for pod in inventory.pods)
    names = choose_names(nodes, pods, hosts_of(gathered), interfaces_of(gathered))
    mapping = Mapping(key, networks_of(gathered))
    known = {each for parts in gathered.documents() for each in addresses_in(gathered.read(parts))}
    texts = TextRewriter(mapping, names, hex_forms(known, mapping))
    return Redaction(mapping, names, texts)


def redacted(gathered: Gathered, redaction: Redaction) -> Gathered:
    """Return a copy that is rewritten; the caller closes both."""
    texts, copy = redaction.texts, Gathered()
    packets = PacketRewriter(redaction.mapping)
    records = RecordRewriter(redaction.mapping, texts)
    for parts in gathered.captures():
        with gathered.open(parts) as source:
            target = copy.new_capture(*texts.place(parts))
            records.rewrite(io.BufferedReader(source), target)
            target.flush()
    for parts in gathered.documents():
        text = _without_command(parts, gathered.read(parts))
        if parts[0] == KUBERNETES:
            text = without_own_words(text, texts.hidden)
        if parts[-1] in KERNEL_LOGS:
            text = with_packets_mapped(text, packets)
        copy.add_document(texts.document(text), *_place(parts, texts))
    return copy


def _place(parts: Parts, texts: TextRewriter) -> Parts:
    """Return where a document is to be; the cluster's folder is no name."""
    return parts if parts[0] == KUBERNETES else texts.place(parts)


def _without_command(parts: Parts, text: bytes) -> bytes:
    """Return a document; of ``trace.json`` without command and inventory, which may hold paths."""
    if parts != (TRACE,):
        return text
    told = json.loads(text)
    told["taken_by"] = "netdiag trace --redact"
    told["inventory"] = "redacted"
    return json.dumps(told, indent=1).encode() + b"\n"
