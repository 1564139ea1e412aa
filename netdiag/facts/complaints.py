"""Error messages that stand where a program's output was expected."""

from __future__ import annotations

import re
from typing import Final

_COMPLAINT: Final = re.compile(
    r"command not found|not found$|[Oo]peration not (?:permitted|supported|possible)"
    r"|[Pp]ermission denied|[Nn]o such (?:file|device)|[Nn]ot supported$|must be root"
    r"|^netlink error|^Cannot |^(?:Error|Usage|error|usage): |not installed|Protocol not available"
)


def is_complaint(line: str) -> bool:
    """Return True if a line says that a program failed, or was not there."""
    return _COMPLAINT.search(line) is not None
