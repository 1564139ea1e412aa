"""Tests of ``netdiag.explain.expected``: how packets should travel by facts alone."""
