"""The probe as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.cli.processes import ROOT

PROBES = ROOT / "probes"
SECONDS = 120


def command(*words: object) -> list[str]:
    """Return the words that run the probe."""
    return [sys.executable, "-m", "netdiag_probe", *map(str, words)]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment that the probe is found in."""
    return {**os.environ, "PYTHONPATH": str(PROBES), **(more or {})}


def probe(
    *words: object, before: Sequence[str] = (), more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the probe, by a command prefix, and return what it printed."""
    return subprocess.run(
        [*before, *command(*words)], env=environment(more), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def events(*words: object, before: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Run the probe's ping and return its lines."""
    done = probe("ping", *words, before=before)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
