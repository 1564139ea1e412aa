"""Tests of ``netdiag.render``: what is said about packets."""
