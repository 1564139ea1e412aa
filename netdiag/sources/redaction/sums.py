"""Checksums that stay as right, or as wrong, as they were when bytes below them change.

Source: RFC 1071, RFC 1624.
"""

from __future__ import annotations

from typing import Final

_ONES: Final = 0xFFFF


def sum_words(data: bytes | bytearray) -> int:
    """Return the sum of big-endian words, modulo 65,535; an odd last byte is a word's first."""
    padded = bytes(data) + b"\0" * (len(data) & 1)
    return int.from_bytes(padded, "big") % _ONES  # 65,536 is 1 modulo 65,535


def moved(checksum: int, before: int, after: int) -> int:
    """Return a checksum after the sum of what it covers went from ``before`` to ``after``."""
    return _ONES - _as_sum((_ONES - checksum) + after - before)


def is_unfinished(checksum: int, pseudo_header: int) -> bool:
    """Tell whether it is the sum of the pseudo header alone, left for the NIC to finish."""
    return checksum % _ONES == pseudo_header % _ONES


def unfinished(pseudo_header: int) -> int:
    """Return what a kernel leaves for the NIC to finish."""
    return _as_sum(pseudo_header)


def _as_sum(value: int) -> int:
    """Return it modulo 65,535; zero as all ones, for no sum of what is not all zero is zero."""
    return value % _ONES or _ONES
