"""Facts as the bundles' generator tells them, put together in this process, and what follows."""

from __future__ import annotations

from netdiag.explain.findings.context import Context
from netdiag.explain.truths.truths import Truths
from netdiag.facts.assembly import Assembly
from netdiag.model.facts.facts import Facts
from netdiag.sources.analysis import Analysis
from netdiag.sources.layout import document_of_place
from tests.bundles.facts import documents as bundles
from tests.explain.observing import judged


def told(facts: bundles.Facts) -> Facts:
    """Return what the documents of a simulated bundle say."""
    put = Assembly()
    for path, text in bundles.documents(facts).items():
        place = document_of_place(tuple(path.split("/")), None)
        assert place is not None
        put.add(place.node, place.pod, place.is_after, place.name, text.encode())
    return put.facts()


def truths_of(facts: bundles.Facts) -> Truths:
    return Truths(told(facts))


def context_of(facts: bundles.Facts) -> Context:
    """Return what the rules get to see without packets."""
    return judged(Analysis([], None, True).read(), told(facts))
