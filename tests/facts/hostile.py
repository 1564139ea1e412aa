"""Values and bytes that no parser may stumble over, and real documents to mutate."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from hypothesis import strategies as st

from netdiag.facts.parsed import Parsed

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    1 << 63,
    1.5,
    "",
    "\x00\x1b[31m",
    "9" * 30,
    "10.0.0.0/99",
    [],
    [None],
    [[[{}]]],
    {},
    {"": None},
    {"type": 7, "name": [], "ip": {}},
)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), 1 << 64)
    | st.floats()
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def with_each_value_replaced(document: Any) -> Iterator[bytes]:
    """Yield the document as often as it has values, each time with another one made hostile."""
    for path in list(_paths(document)):
        for value in HOSTILE:
            changed = copy.deepcopy(document)
            holder = changed
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = value
            yield msgspec.json.encode(changed)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for key, inner in entries:
        yield (*path, key)
        yield from _paths(inner, (*path, key))


def cut_at_every_line(text: str) -> Iterator[str]:
    """Yield a text cut at the end, and in the middle, of each line."""
    lines = text.splitlines(keepends=True)
    for count, line in enumerate(lines):
        whole = "".join(lines[:count])
        yield whole
        yield whole + line[: len(line) // 2]


def check_parsed(parsed: Parsed[Any]) -> None:
    """Assert what holds for any document: problems are few words in one line."""
    assert isinstance(parsed, Parsed)
    assert all(problem and "\n" not in problem for problem in parsed.problems)
    assert len(parsed.problems) <= 12


def survives(parse: Callable[[bytes, str], Parsed[Any]], document: Any) -> None:
    """Assert that a parser survives the document with any value replaced, and cut anywhere."""
    for data in with_each_value_replaced(document):
        check_parsed(parse(data, "a.json"))
    for text in cut_at_every_line(msgspec.json.format(msgspec.json.encode(document)).decode()):
        check_parsed(parse(text.encode(), "a.json"))
