"""What ``ethtool -k``, ``-i``, ``-S`` and plain ``ethtool`` say of one device."""

from __future__ import annotations

import re
from sys import intern
from typing import Final

from netdiag.facts.complaints import is_complaint
from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines

_VALUE: Final = re.compile(r"\s*(?P<key>[\w(\[][^:]{0,99}):(?:\s+(?P<value>\S.*))?")
_NOTHING: Final = ("no stats available", "no such counters")


def parse_ethtool(text: str, document: str, first_line: int = 1) -> Parsed[tuple[str, str]]:
    """Return keys with their values as printed: ``("tx-checksumming", "on")``."""
    found: list[tuple[str, str]] = []
    bad: list[int] = []
    for number, line in numbered_lines(text, first_line):
        if line in _NOTHING:
            continue
        named = None if is_complaint(line) else _VALUE.fullmatch(line)
        if named is not None and named["value"]:
            found.append((intern(named["key"]), named["value"]))
        elif named is None and not (found and line[0].isspace()):
            bad.append(number)
    return Parsed(tuple(found), not_understood(bad))
