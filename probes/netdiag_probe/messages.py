"""How the probe speaks to whoever started it: sentences on stderr, and exit statuses."""

from __future__ import annotations

import sys

PROGRAM = "netdiag-probe"

OK = 0
"""It ended as it should: it was done, or it was told to end."""
FAILED = 1
"""What it read could not be written."""
USAGE = 2
"""Wrong arguments."""
NOT_PERMITTED = 3
"""A privilege, a namespace or a program is missing, and nothing could be done without it."""


def complain(sentence: str) -> None:
    """Tell of trouble, or of being ready: one line on stderr."""
    sys.stderr.write(f"{PROGRAM}: {sentence}\n")
    sys.stderr.flush()


def explain(error: OSError) -> str:
    """Return what went wrong, as a part of a sentence."""
    return error.strerror or str(error)
