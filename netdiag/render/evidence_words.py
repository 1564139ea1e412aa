"""Where a truth stands: ``node1 ip_route.json [3]``, or ``node-1/ens33.pcap:12``."""

from __future__ import annotations

from netdiag.model.report import Evidence


def source_words(item: Evidence, within: str | None = None) -> str:
    """Return the frame, or the document and its key; the node unless it is told by ``within``."""
    if item.kind == "frame":
        return f"{item.file or '?'}:{item.frame}"
    node = None if item.node == within else item.node
    return " ".join(words for words in (node, item.document or item.file, item.key) if words)


def first_source(evidence: tuple[Evidence, ...]) -> str:
    """Return the first proof in brackets after a blank; nothing if there is none."""
    return f" ({source_words(evidence[0])})" if evidence else ""
