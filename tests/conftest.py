"""Tests of labs are skipped where there can be none; generated tests are the same each time."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from netdiag.lab.recording import tools_missing

# A machine that is busy with other tests is slow, and that is no fault of what is tested.
settings.register_profile(
    "netdiag", derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("netdiag")

# What nohup or a shell's job in the background ignores, all programs that tests start would, too.
for _number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(_number) is signal.SIG_IGN:
        _heeds = signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL
        signal.signal(_number, _heeds)

os.umask(0o022)  # others may read what tests write: some programs that they start are others


def why_no_labs() -> str | None:
    """Return why labs cannot be tried here, None if they can."""
    return "labs are tried as root" if os.geteuid() != 0 else tools_missing()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_need = [item for item in items if "needs_lab" in item.keywords]
    reason = why_no_labs() if in_need else None
    if reason is not None:
        for item in in_need:
            item.add_marker(pytest.mark.skip(reason=reason))
