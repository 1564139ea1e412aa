"""Arrays that ``ip -j`` and ``bridge -j`` print, and text brought into the same form.

A parser of text makes of its lines what the JSON form would hold, so that both share what checks
and builds the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from sys import intern
from typing import Any, Final, TypeVar

import msgspec

from netdiag.facts.json_items import read_array
from netdiag.facts.parsed import Parsed

MAX_32_BITS: Final = (1 << 32) - 1
MAX_VNI: Final = (1 << 24) - 1
MAX_PORT: Final = (1 << 16) - 1
MAX_VLAN: Final = 4095
MAX_INDEX: Final = (1 << 31) - 1
"""Of devices and of namespaces."""

Item = TypeVar("Item")
T = TypeVar("T")


def parse_items(
    data: bytes,
    document: str,
    item_type: type[Item],
    build: Callable[[Item, str, int], T | None],
) -> Parsed[T]:
    """Return what ``build`` makes of each item, document and position; None = not understood.

    Empty objects are no items: some versions of ``ip`` print them in place of what was filtered.
    """
    if not data.strip():
        return Parsed(())
    items, problems = read_array(data, item_type)
    built: list[T] = []
    bad: list[int] = []
    for position, item in items:
        fact = build(item, document, position)
        if fact is not None:
            built.append(fact)
        elif item != item_type():
            bad.append(position)
    return Parsed(tuple(built), (*problems, *bad_items(bad)))


def build_from(
    values: dict[str, Any],
    item_type: type[Item],
    build: Callable[[Item, str, int], T | None],
    document: str,
    position: int,
) -> T | None:
    """Return what ``build`` makes of a line's values under their names in JSON; None = nothing."""
    try:
        item = msgspec.convert(values, item_type, strict=False)
    except msgspec.ValidationError:
        return None
    return build(item, document, position)


def bad_items(positions: list[int]) -> tuple[str, ...]:
    """Return one problem for items (counted from 0) that lack what matters; few, or none."""
    if not positions:
        return ()
    more = f" and {len(positions) - 1} more are" if len(positions) > 1 else " is"
    return (f"item {positions[0]}{more} not understood",)


def bounded(value: object, most: int) -> int | None:
    """Return a number from 0 up to ``most``; None = it is none, or cannot be true."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= most else None


def shared(text: str | None) -> str | None:
    """Return a text as the one copy of it: names and addresses are the same on all nodes."""
    return None if text is None else intern(text)


def shared_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return flags or states as one tuple for all that have the same."""
    return _same_words(tuple(words)) if words else ()


@lru_cache(1024)
def _same_words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, words))
