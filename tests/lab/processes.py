"""``netdiag lab`` as real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.cli.processes import ROOT
from tests.lab.as_user import PRISON

SECONDS = 120
LABS = Path("/run/netdiag/labs")


def lab(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``netdiag lab`` and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "netdiag", "lab", *arguments],
        input=given, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def lab_as_user(*arguments: str, prison: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Do the same as an ordinary user; in a ``prison`` as one who may make no namespaces."""
    more = {PRISON: str(prison)} if prison else {}
    return subprocess.run(
        [sys.executable, "-m", "tests.lab.as_user", "lab", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, **more},
    )  # fmt: skip


def descendants_named(name: str) -> Iterator[int]:
    """Yield the processes that have a lab's folder open or in their memory: its own ones."""
    folder = f"/{name}/log"
    for each in filter(str.isdigit, os.listdir("/proc")):
        try:
            target = os.readlink(f"/proc/{each}/fd/1")
        except OSError:
            continue
        if target.endswith(folder):
            yield int(each)
