"""What of two reports must be alike though addresses and names are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from netdiag.sources.redaction.texts import TextRewriter
from tests.analyze.running import Report

_PLACES = frozenset({"file", "document", "label", "path"})
"""Keys of a report whose values are where a bundle is."""


def rewritten(report: Report, texts: TextRewriter) -> Report:
    """Return a report as its bundle was rewritten."""
    told: Report = json.loads(texts.text(json.dumps(report, ensure_ascii=False)))
    return told


def differences(first: Any, second: Any, at: str = "") -> Iterator[str]:
    """Yield what is not alike, but for the places of files."""
    if isinstance(first, dict) and isinstance(second, dict):
        for key in sorted((first.keys() | second.keys()) - _PLACES):
            yield from differences(first.get(key), second.get(key), f"{at}.{key}")
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        for number, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from differences(one, other, f"{at}[{number}]")
    elif first != second:
        yield f"{at}: {first!r} {second!r}"
