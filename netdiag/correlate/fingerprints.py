"""What stands for a payload: the same as ``Collector.fingerprint``, of bytes."""

from __future__ import annotations

import sys

from netdiag.correlate import mixing

BEGINNING_BYTES = 16
"""How much of a payload counts."""


def fingerprint_of(beginning: bytes) -> int:
    """Return 32 bits that stand for a payload that begins so; BEGINNING_BYTES are needed."""
    words = [int.from_bytes(beginning[at : at + 8], sys.byteorder) for at in (0, 8)]
    return mixing.mix(*words) >> 33 | 1
