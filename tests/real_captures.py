"""Where captures with known answers are: beside the project, or where NETDIAG_CAPTURES says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent
CAPTURES = Path(os.environ.get("NETDIAG_CAPTURES", _ROOT.parent / "shared" / "captures"))
needs_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason=f"no captures in {CAPTURES} (NETDIAG_CAPTURES)"
)
