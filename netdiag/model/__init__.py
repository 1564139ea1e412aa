"""Immutable types and the field's nouns; knows nothing else of netdiag."""
