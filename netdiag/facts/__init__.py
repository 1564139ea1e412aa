"""From documents to facts: what nodes and the cluster say about themselves, parsed.

Every parser takes a document as it is and never raises: what it cannot read is recorded as a
problem, and what it could read counts.
"""
