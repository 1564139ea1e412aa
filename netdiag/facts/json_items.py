"""JSON documents item by item: what is broken, or not of the expected form, costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

BREAKS_OFF = "is no valid JSON, or breaks off"
_GAP = re.compile(r"[\s,\[\]]*")


def read_array(data: bytes, item_type: type[T]) -> tuple[list[tuple[int, T]], list[str]]:
    """Return the items of a JSON array with their positions from 0, and what is wrong.

    Items that are not of ``item_type`` are left out, and told; of an array that breaks off, or
    of several that follow each other, all whole items are read.
    """
    try:
        items = msgspec.json.decode(data, type=list[item_type], strict=False)  # type: ignore[valid-type]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _read_one_by_one(data, item_type)
    return list(enumerate(items)), []


def convert_items(values: list[Any], item_type: type[T]) -> tuple[list[tuple[int, T]], list[str]]:
    """Return those of some decoded JSON values that are of ``item_type``, and what is wrong."""
    items: list[tuple[int, T]] = []
    bad: list[int] = []
    for position, value in enumerate(values):
        try:
            items.append((position, msgspec.convert(value, item_type, strict=False)))
        except (msgspec.ValidationError, RecursionError):
            bad.append(position)
    return items, _bad_items(bad)


def _read_one_by_one(data: bytes, item_type: type[T]) -> tuple[list[tuple[int, T]], list[str]]:
    values, problem = _values(data.decode("utf-8", "replace"))
    items, problems = convert_items(values, item_type)
    return items, [*problem, *problems]


def _values(text: str) -> tuple[list[Any], list[str]]:
    """Return all whole items of the arrays in a text."""
    found: list[Any] = []
    try:
        found.extend(_scan(text))
    except (ValueError, RecursionError):
        return found, [BREAKS_OFF]
    return found, [] if text.rstrip().endswith("]") else [BREAKS_OFF]


def _scan(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    position = _end_of_gap(text, 0)
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        position = _end_of_gap(text, position)


def _end_of_gap(text: str, position: int) -> int:
    match = _GAP.match(text, position)
    return match.end() if match else position


def _bad_items(positions: list[int]) -> list[str]:
    if not positions:
        return []
    if len(positions) == 1:
        return [f"item {positions[0]} is not understood"]
    return [f"item {positions[0]} and {len(positions) - 1} more are not understood"]
