"""What netdiag's exit codes mean."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The same for every command."""

    OK = 0
    FOUND = 1
    """An error or a warning was found, or part of the input was broken."""
    USAGE = 2
    """Wrong usage, or nothing readable."""
    NO_PRIVILEGE = 3
    """A privilege or a tool is missing."""
    NOT_JUDGED = 4
    """Nothing could be judged."""
    INTERRUPTED = 130
