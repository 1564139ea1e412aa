"""A table of facts: made of items; the words of a row are made when it is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from netdiag.model.facts.node import NodeFacts
from netdiag.model.facts.source import Source, place_in

Tone = Literal["", "quiet", "warning", "problem"]


@dataclass(frozen=True)
class FactTable:
    """All facts of one kind at one place."""

    name: str
    titles: tuple[str, ...]
    """The last column takes what room is left."""
    items: Sequence[Any]
    cells: Callable[[Any], tuple[str, ...]]
    source: Callable[[Any], Source | None]
    tone: Callable[[Any], Tone] = lambda item: ""
    right: frozenset[int] = frozenset()
    """Columns of numbers."""

    def words(self, row: int) -> str:
        """Return all of a row's words, by which it is found."""
        return " ".join(self.cells(self.items[row]))


def positioned(item: Any) -> Source:
    """Return the source of an item with ``document`` and ``position``."""
    return place_in(item.document, item.position)


def own_source(item: Any) -> Source | None:
    """Return the source that an item carries."""
    source: Source | None = item.source
    return source


@dataclass(frozen=True)
class Within:
    """An item of a network namespace."""

    pod: str
    """Whose namespace; empty = the node's."""
    item: Any


def within_all(node: NodeFacts, field: str) -> list[Within]:
    """Return the items of a field of all of a node's namespaces, its own first."""
    found = [Within("", item) for item in getattr(node.host, field) or ()]
    for pod, space in node.pods.items():
        found += [Within(pod, item) for item in getattr(space, field) or ()]
    return found


def within_source(within: Within) -> Source:
    """Return where a document tells of an item of a namespace."""
    return positioned(within.item)


def told(*values: object) -> tuple[str, ...]:
    """Return values as words, what is not known as nothing."""
    return tuple("" if value is None else str(value) for value in values)


def joined(values: Iterable[object]) -> str:
    """Return values with blanks between them."""
    return " ".join(str(value) for value in values if value not in (None, ""))
