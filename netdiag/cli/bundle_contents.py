"""What a bundle holds, in words: for whoever is about to send it to somebody."""

from __future__ import annotations

from netdiag.sources.layout import KUBERNETES
from netdiag.sources.live.gathered import Gathered


def contents_words(gathered: Gathered) -> str:
    """Return ``4 captures and 38 documents of node-1, and of the cluster nodes.json: …``."""
    captures, documents = gathered.captures(), gathered.documents()
    nodes = sorted({parts[0] for parts in (*captures, *documents) if len(parts) > 1} - {KUBERNETES})
    cluster = ", ".join(parts[1] for parts in documents if parts[0] == KUBERNETES)
    files = sum(parts[0] != KUBERNETES and len(parts) > 1 for parts in documents)
    told = f"{len(captures)} captures and {files} documents of {', '.join(nodes) or 'no node'}"
    if not cluster:
        return told
    return f"{told}, and of the cluster {cluster}: no environment, no Secrets"
