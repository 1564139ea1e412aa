"""Facts of a node's documents, or of the cluster's, as evidence."""

from __future__ import annotations

from netdiag.facts.kernel.describing import fact_evidence
from netdiag.model.facts.source import Source
from netdiag.model.report import Evidence

CLUSTER = "kubernetes/"


def told_evidence(node: str, source: Source, text: str, key: str = "") -> Evidence:
    """Return a fact as evidence; documents of the cluster are no node's.

    ``key`` is where in the document it stands, if its source does not say so.
    """
    is_cluster = source.document.startswith(CLUSTER)
    place = source if source.key else Source(source.document, key)
    return fact_evidence(None if is_cluster else node, place, text)
