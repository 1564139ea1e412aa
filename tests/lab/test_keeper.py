"""The process that keeps a lab's namespaces, met by who starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from netdiag.lab.keeper import Starting

pytestmark = pytest.mark.needs_lab


def test_places_are_in_the_order_asked_for(tmp_path: Path) -> None:
    """They report as they get ready, which is another order each time."""
    names = [f"place-{number}" for number in range(32)]
    starting = Starting(names, pods=(), folder=str(tmp_path))
    try:
        assert list(starting.places) == names
        assert len({starting.process, *starting.places.values()}) == len(names) + 1
    finally:
        starting.close()
