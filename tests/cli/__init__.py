"""Tests of ``netdiag.cli``: real processes, their output and exit codes."""
