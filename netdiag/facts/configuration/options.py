"""Options among the words of a command: of containers' arguments and of environment files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_OPTION: Final = re.compile(r"--?(?P<name>[A-Za-z][\w.-]*)(?P<equals>=)?(?P<value>.*)", re.DOTALL)
_WORD: Final = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")
_QUOTES: Final = str.maketrans("", "", "\"'")


def split_words(text: str) -> list[str]:
    """Return the words of a line of arguments, without quotes."""
    return [word.translate(_QUOTES) for word in _WORD.findall(text)]


def read_options(words: Iterable[str]) -> dict[str, str]:
    """Return options without their dashes; one given several times has its values with commas.

    A word behind an option that has no ``=`` is its value; a switch is ``true``.
    """
    options: dict[str, str] = {}
    waiting = ""
    for word in words:
        match = _OPTION.fullmatch(word)
        if match is None:
            if waiting:
                _add(options, waiting, word)
            waiting = ""
            continue
        if waiting:
            _add(options, waiting, "true")
        waiting = "" if match["equals"] else match["name"]
        if match["equals"]:
            _add(options, match["name"], match["value"])
    if waiting:
        _add(options, waiting, "true")
    return options


def _add(options: dict[str, str], name: str, value: str) -> None:
    options[name] = f"{options[name]},{value}" if name in options else value
