"""Where deliveries of all threads wait for the main loop."""

from __future__ import annotations

from collections import deque

from netdiag.tui.session import Delivery

MOST_WAITING = 10_000
"""Of deliveries; the oldest give way: each is either replaced by later ones, or one of many."""


class Inbox:
    """Takes from any thread and gives to one: a deque's ends need no lock."""

    def __init__(self) -> None:
        self._waiting: deque[Delivery] = deque(maxlen=MOST_WAITING)

    def put(self, delivery: Delivery) -> None:
        """Add one; never blocks."""
        self._waiting.append(delivery)

    def take_all(self) -> list[Delivery]:
        """Return all that have come so far, in their order."""
        taken = []
        for _ in range(len(self._waiting)):
            taken.append(self._waiting.popleft())
        return taken
