"""What is told of a fault of netdiag itself, instead of a traceback."""

from __future__ import annotations


def fault_words(error: Exception) -> str:
    """Return a sentence on a fault."""
    return f"a fault in netdiag itself: {type(error).__name__}: {error}"
