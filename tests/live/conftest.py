"""A lab that captures are taken in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from netdiag.cli.exit_code import ExitCode
from tests.lab.processes import lab
from tests.live.capturing import NAME


@pytest.fixture(scope="session")
def capture_lab() -> Iterator[None]:
    """Make it, and take it down at the end."""
    assert lab("up", "flannel-vxlan", "--name", NAME).returncode == ExitCode.OK
    yield
    lab("down", "--name", NAME)
