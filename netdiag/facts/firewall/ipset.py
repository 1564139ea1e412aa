"""``ipset save`` (``create NAME TYPE …``, ``add NAME ELEMENT …``) and ``ipset list``."""

from __future__ import annotations

from sys import intern
from typing import Final

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines

_HEADINGS: Final = (
    "Type:", "Revision:", "Header:", "Size in memory:", "References:", "Number of entries:",
)  # fmt: skip


def parse_ipset(
    text: str, document: str, first_line: int = 1
) -> Parsed[tuple[str, tuple[str, ...]]]:
    """Return each set's name and elements; of an element's options only ``nomatch`` is kept."""
    sets: dict[str, list[str]] = {}
    bad: list[int] = []
    listed: list[str] | None = None
    for number, line in numbered_lines(text, first_line):
        words = line.split()
        if words[0] == "Name:" and len(words) == 2:
            listed = sets.setdefault(intern(words[1]), [])
        elif words[0] == "create" and len(words) > 2:
            sets.setdefault(intern(words[1]), [])
        elif words[0] == "add" and len(words) > 2 and words[1] in sets:
            sets[words[1]].append(_element(words[2:]))
        elif listed is None:
            bad.append(number)
        elif line != "Members:" and not line.startswith(_HEADINGS):
            listed.append(_element(words))
    items = tuple((name, tuple(elements)) for name, elements in sets.items())
    return Parsed(items, not_understood(bad))


def _element(words: list[str]) -> str:
    return intern(f"{words[0]} nomatch" if "nomatch" in words[1:] else words[0])
