"""Reads the facts of one PATH for the commands that need no packets."""

from __future__ import annotations

from netdiag.model.facts.facts import Facts
from netdiag.sources.found import Problem
from netdiag.sources.paths import find_all


def read_bundle_facts(path: str) -> tuple[Facts, list[Problem]]:
    """Return what a bundle's documents say, and what could not be read of them."""
    from netdiag.sources.facts import read_facts

    found = find_all((path,))
    facts = read_facts(found.documents.values())
    if not found.documents and not found.problems:
        return facts, [Problem(path, "no facts/ of a node and no kubernetes/ in it")]
    if found.problems and not found.documents:
        return facts, found.problems
    return facts, bad_documents(facts)


def bad_documents(facts: Facts) -> list[Problem]:
    """Return the documents in which something could not be read."""
    return [
        Problem("/".join(filter(None, (problem.node, problem.document))), problem.reason)
        for problem in facts.problems
    ]
