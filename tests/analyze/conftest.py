"""The captures with known answers, each analysed once a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analyze.known import CAPTURES, FOLDERS, Known, expected
from tests.analyze.running import analyze


@pytest.fixture(
    scope="module", params=FOLDERS, ids=lambda folder: str(folder.relative_to(CAPTURES))
)
def bundle(request: pytest.FixtureRequest) -> Iterator[Known]:
    folder: Path = request.param
    yield Known(folder, expected(folder), *analyze(folder))
