"""Plain text as lines with numbers, and lines as words: what all parsers of text begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from netdiag.facts.parsed import Parsed, not_understood

T = TypeVar("T")

LONGEST_LINE = 65_536
"""Characters; no program prints a longer line of facts."""
_UNREADABLE = "\0"


def numbered_lines(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers.

    A line that is too long is given as one that no parser understands.
    """
    for number, line in enumerate(text.split("\n"), first_line):
        if line and not line.isspace():
            yield number, line.rstrip() if len(line) <= LONGEST_LINE else _UNREADABLE


def parse_lines(
    text: str, document: str, first_line: int, parse: Callable[[str, str, int], T | None]
) -> Parsed[T]:
    """Return what ``parse`` makes of each line, document and number; None = not understood."""
    items: list[T] = []
    bad: list[int] = []
    for number, line in numbered_lines(text, first_line):
        item = parse(line, document, number)
        if item is None:
            bad.append(number)
        else:
            items.append(item)
    return Parsed(tuple(items), not_understood(bad))


def whole_number(text: str) -> int | None:
    """Return the value of decimal digits; None = it is something else, or absurdly long."""
    return int(text) if len(text) <= 20 and text.isascii() and text.isdigit() else None


class Words:
    """The words of a line, to be taken one after the other."""

    __slots__ = ("_words",)

    def __init__(self, line: str) -> None:
        self._words = line.split()
        self._words.reverse()

    def take(self) -> str:
        """Return the next word and go on; an empty text = there are no more."""
        return self._words.pop() if self._words else ""

    def peek(self) -> str:
        """Return the next word; an empty text = there are no more."""
        return self._words[-1] if self._words else ""

    def skip_until(self, stops: frozenset[str]) -> None:
        """Leave out words up to one of these, or up to the end."""
        while self.peek() and self.peek() not in stops:
            self._words.pop()
