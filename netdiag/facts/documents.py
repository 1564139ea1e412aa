"""JSON and YAML as the documents they hold; YAML becomes JSON, so there is one way to read on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from msgspec import Raw

from netdiag.facts.json_items import BREAKS_OFF

_GAP: Final = re.compile(r"[\s,]*")
_ITEMS: Final = re.compile(r'\s*\[|[^\[]*?"items"\s*:\s*\[')


def read_documents(data: bytes) -> tuple[list[Raw], list[str]]:
    """Return the documents of a file as JSON, and what is wrong.

    Of a JSON document that breaks off, the whole values of its array, or of its ``items``, are
    documents of their own.
    """
    data = _utf8(data)
    if data.lstrip()[:1] in (b"{", b"["):
        return _json_documents(data)
    return _yaml_documents(data)


def read_values(data: bytes) -> tuple[list[Any], list[str]]:
    """Return the same, decoded."""
    documents, problems = read_documents(data)
    values: list[Any] = []
    for document in documents:
        try:
            values.append(msgspec.json.decode(document))
        except (ValueError, RecursionError):
            problems.append(BREAKS_OFF)
    return values, problems[:1]


def read_object(data: bytes) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the one object that a file holds: the first, if there are several."""
    values, problems = read_values(data)
    found = next((value for value in values if isinstance(value, dict)), None)
    if found is None and not problems:
        problems = ["holds no object"]
    return found, tuple(problems)


def _utf8(data: bytes) -> bytes:
    """Return what Windows' shells save, UTF-16 or with a mark, as plain UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def _json_documents(data: bytes) -> tuple[list[Raw], list[str]]:
    try:
        return [msgspec.json.decode(data, type=Raw)], []
    except (ValueError, RecursionError):
        return _whole_values(data.decode("utf-8", "replace"))


def _whole_values(text: str) -> tuple[list[Raw], list[str]]:
    """Return the values that follow each other, and the items of one that breaks off."""
    scanned = list(_scan(text, 0))
    values = [value for value, _ in scanned]
    end = scanned[-1][1] if scanned else 0
    if end == len(text):
        return values, []
    if opening := _ITEMS.match(text, end):
        values += [value for value, _ in _scan(text, opening.end())]
    return values, [BREAKS_OFF]


def _scan(text: str, position: int) -> Iterator[tuple[Raw, int]]:
    """Yield whole values, and where what follows begins."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)  # only where it ends matters
    position = _after_gap(text, position)
    while text[position : position + 1] in ("{", "["):
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        value = Raw(text[position:end].encode())
        position = _after_gap(text, end)
        yield value, position


def _after_gap(text: str, position: int) -> int:
    match = _GAP.match(text, position)
    return match.end() if match else position


def _yaml_documents(data: bytes) -> tuple[list[Raw], list[str]]:
    from netdiag.facts.yaml_values import read_yaml  # PyYAML takes its time to load

    values, problems = read_yaml(data.decode("utf-8", "replace"))
    return [Raw(msgspec.json.encode(value)) for value in values if value is not None], problems
