"""Filters that were used before, the latest last."""

from __future__ import annotations

MOST = 100


class History:
    """Goes back and forth; what is being typed stands after the latest."""

    def __init__(self) -> None:
        self._used: list[str] = []
        self._at = 0
        self._typed = ""

    def add(self, expression: str) -> None:
        """Remember an expression once, as the latest."""
        if expression:
            if expression in self._used:
                self._used.remove(expression)
            self._used.append(expression)
            del self._used[:-MOST]
        self._at = len(self._used)

    def earlier(self, typed: str) -> str:
        """Return the one before."""
        if self._at == len(self._used):
            self._typed = typed
        self._at = max(self._at - 1, 0)
        return self._used[self._at] if self._used else typed

    def later(self, typed: str) -> str:
        """Return the one after."""
        if self._at >= len(self._used):
            return typed
        self._at += 1
        return self._used[self._at] if self._at < len(self._used) else self._typed
