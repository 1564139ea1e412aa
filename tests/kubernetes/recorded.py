"""Objects of a real cluster, as its API server answered; skipped where they are not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubernetes.lab_objects import Named
from tests.real_captures import CAPTURES

FOLDER = CAPTURES / "kubernetes"


def recorded_names() -> list[str]:
    """Return the recorded clusters."""
    return sorted(each.name for each in FOLDER.glob("*") if (each / "kubernetes").is_dir())


def recorded_objects(name: str) -> Iterator[Named]:
    """Yield the objects of a recorded cluster. Skips the test where there is none."""
    folder = FOLDER / name / "kubernetes"
    if not folder.is_dir():
        pytest.skip(f"no recorded cluster {name} beside this repository")
    return _read(folder)


def _read(folder: Path) -> Iterator[Named]:
    found = [
        (path.stem, each)
        for path in sorted(folder.glob("*.json"))
        for each in json.loads(path.read_bytes())["items"]
    ]
    namespaces = {each["metadata"].get("namespace") for _, each in found} - {None}
    for name in sorted(namespaces):
        yield "namespaces", {"metadata": {"name": name}, "status": {"phase": "Active"}}
    yield from found
