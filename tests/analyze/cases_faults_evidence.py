"""x."""

from __future__ import annotations

from tests.analyze.fault_case import FaultCase

CASES: tuple[FaultCase, ...] = ()
