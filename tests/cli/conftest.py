"""What several tests of the command line need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.bundle import write_bundle


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A folder with the bundle of ``tests.cli.bundle``."""
    folder = tmp_path / "case"
    write_bundle(folder)
    return folder
