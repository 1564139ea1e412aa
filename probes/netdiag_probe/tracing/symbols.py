"""Which of the kernel's functions an address is in, by /proc/kallsyms."""

from __future__ import annotations

from array import array
from bisect import bisect_left

PATH = "/proc/kallsyms"
TEXT = b"tTwW"
"""Kinds of symbols that are functions."""
LONGEST = 128
"""Of a name that is told."""


class Symbols:
    """All functions, read when the first one is asked for: most of the time nothing is dropped."""

    def __init__(self) -> None:
        self._addresses: array[int] | None = None
        self._names: list[bytes] = []
        self._known: dict[int, str | None] = {}

    def name(self, address: int) -> str | None:
        """Return the function that a call returns to; None if it is not told or not known.

        What compilers append (``.isra.0``, ``.cold``) is left out.
        """
        if address not in self._known:
            self._known[address] = self._look_up(address)
        return self._known[address]

    def _look_up(self, address: int) -> str | None:
        if self._addresses is None:
            self._addresses = self._read()
        at = bisect_left(self._addresses, address) - 1
        if at < 0:
            return None
        name = self._names[at].partition(b"\t")[0].partition(b".")[0]
        return name[:LONGEST].decode("ascii", "replace") or None

    def _read(self) -> array[int]:
        """Return where functions begin, in order; nothing if the kernel hides it (all zeros)."""
        try:
            with open(PATH, "rb") as lines:
                found = [
                    (int(address, 16), name)
                    for address, kind, name in (line.rstrip().split(b" ", 2) for line in lines)
                    if kind in TEXT
                ]
        except (OSError, ValueError):
            return array("Q")
        found = sorted(each for each in found if each[0])
        self._names = [name for _, name in found]
        return array("Q", [address for address, _ in found])
