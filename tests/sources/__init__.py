"""Tests of ``netdiag.sources``: where packets come from, hostile places included."""
