"""Captures with known answers, which are beside the project and not in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.corpus.corpus import CORPUS

CAPTURES = CORPUS.parent / "captures"
ARTICLES = CAPTURES / "articles"
FOLDERS = sorted(path.parent for path in CAPTURES.glob("*/*/expected.json"))


class Known(NamedTuple):
    """A bundle, what is known of it, and what was found."""

    folder: Path
    known: dict[str, Any]
    exit_code: int
    report: dict[str, Any]

    def needs(self, key: str) -> Any:
        """Return what is known of a key; skip the test if nothing is."""
        if key not in self.known:
            pytest.skip(f"nothing is known of {key}")
        return self.known[key]


Hop = tuple[str, str | None, str, bool]
"""Node, pod, interface, whether it is under a tunnel."""


def expected(folder: Path) -> dict[str, Any]:
    """Return what is known of a bundle."""
    known: dict[str, Any] = json.loads((folder / "expected.json").read_bytes())
    return known


def expected_path(known: dict[str, Any], name: str) -> list[Hop]:
    return [(hop["node"], hop["pod"], hop["interface"], hop["encapsulated"]) for hop in known[name]]


def found_path(hops: list[dict[str, Any]]) -> list[Hop]:
    return [(hop["node"], hop["pod"], hop["interface"], bool(hop["encapsulation"])) for hop in hops]
