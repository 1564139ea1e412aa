"""What a parser gives: what it could read, and what is wrong with the document."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Parsed(NamedTuple, Generic[T]):
    """Items of one kind from one document."""

    items: tuple[T, ...]
    problems: tuple[str, ...] = ()
    """A few words each: ``line 7 is not understood``, ``breaks off``; none = all of it was read.
    A document with problems still counts for what was read; what is not in it may exist."""


def not_understood(positions: list[int]) -> tuple[str, ...]:
    """Return one problem for lines (counted from 1) that no parser understands; few, or none."""
    if not positions:
        return ()
    if len(positions) == 1:
        return (f"line {positions[0]} is not understood",)
    return (f"line {positions[0]} and {len(positions) - 1} more are not understood",)
