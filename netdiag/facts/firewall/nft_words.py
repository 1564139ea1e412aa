"""A rule of nft as words: names without quotes, and each ``{ … }`` as one word."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r'"[^"]*"|[{}]|[^\s"{}]+')
_HANDLE: Final = " # handle "


def without_handle(line: str) -> str:
    """Return a line without what ``nft -a`` adds to it."""
    place = line.rfind(_HANDLE)
    return line[:place].rstrip() if place >= 0 and line[place + 10 :].isdigit() else line


def open_braces(line: str) -> int:
    """Return how many braces a line opens, less those that it closes, outside of quotes."""
    if '"' in line:
        line = "".join(line.split('"')[::2])
    return line.count("{") - line.count("}")


def split_rule(line: str) -> list[str] | None:
    """Return the words of a rule; None = a quote or a brace is not closed."""
    if '"' not in line and "{" not in line:
        return None if "}" in line else line.split()
    if line.count('"') % 2:
        return None
    words: list[str] = []
    group: list[str] = []
    depth = 0
    for word in _WORD.findall(line):
        depth += (word == "{") - (word == "}")
        if depth < 0:
            return None
        if depth or word == "}":
            group.append(word)
        else:
            words.append(word[1:-1] if word[0] == '"' else word)
        if group and not depth:
            words.append(" ".join(group).replace('"', "").replace(" ,", ","))
            group = []
    return None if depth else words


def members(value: str) -> list[str]:
    """Return the members of ``{ a, b }``; anything else is the only one."""
    if not value.startswith("{"):
        return [value]
    inner = value[1:-1].strip() if value.endswith("}") else value[1:].strip()
    return [member for part in inner.split(",") if (member := part.strip())]


class RuleWords:
    """The words of a rule, to be taken one after the other; after the last one they are empty."""

    __slots__ = ("_next", "_words")

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._next = 0

    def peek(self, ahead: int = 0) -> str:
        """Return the next word, or one further on."""
        place = self._next + ahead
        return self._words[place] if place < len(self._words) else ""

    def take(self) -> str:
        """Return the next word and go on."""
        word = self.peek()
        self._next += 1
        return word

    def take_if(self, *choices: str) -> str:
        """Return the next word and go on, if it is one of these."""
        return self.take() if self.peek() in choices else ""

    def has_more(self) -> bool:
        """Return True if a word is left."""
        return self._next < len(self._words)

    def is_exhausted(self) -> bool:
        """Return True if more was taken than there is: the rule breaks off."""
        return self._next > len(self._words)
