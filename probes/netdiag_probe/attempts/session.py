"""Some attempts: begun at an interval, each with its time, until something came of all."""

from __future__ import annotations

import select
import time
from collections.abc import Sequence

from netdiag_probe.attempts.attempt import Attempt, Plan
from netdiag_probe.attempts.events import Teller
from netdiag_probe.lifeline import Lifeline

CLOSING_SECONDS = 0.5
"""How long peers may take to close their connections, once all attempts are settled."""


class Session:
    """Begins attempts and waits until all are settled or the lifeline is over."""

    def __init__(self, attempts: Sequence[Attempt], plan: Plan, teller: Teller) -> None:
        self._attempts = attempts
        self._plan = plan
        self._teller = teller
        self._begun = 0
        self._next_at = 0.0
        self._due: dict[int, float] = {}
        """File of an attempt that is not settled -> when it is given up."""
        self._closing: set[int] = set()
        """Files of connections that peers have not closed yet."""
        self._by_file = {each.socket.fileno(): each for each in attempts}

    def run(self, lifeline: Lifeline) -> None:
        """Try, and tell the end whatever ended it."""
        self._next_at = time.monotonic()
        while not lifeline.is_over:
            self._begin_next(lifeline)
            self._give_up(lifeline)
            if self._begun == len(self._attempts) and not self._due:
                break
            self._wait(lifeline, self._next_time())
        ends_at = time.monotonic() + CLOSING_SECONDS
        while not lifeline.is_over and self._closing and time.monotonic() < ends_at:
            self._wait(lifeline, ends_at)
        sent = sum(each.was_sent for each in self._attempts)
        answered = sum(each.was_answered for each in self._attempts)
        self._teller.end(self._begun, sent, answered)

    def _next_time(self) -> float:
        times = list(self._due.values())
        if self._begun < len(self._attempts):
            times.append(self._next_at)
        return min(times)

    def _begin_next(self, lifeline: Lifeline) -> None:
        now = time.monotonic()
        if self._begun == len(self._attempts) or now < self._next_at:
            return
        attempt = self._attempts[self._begun]
        self._begun += 1
        self._next_at = now + self._plan.interval_seconds
        attempt.begin()
        if not attempt.is_settled:
            file = attempt.socket.fileno()
            lifeline.watch(file, attempt.awaited)
            self._due[file] = now + self._plan.timeout_seconds

    def _give_up(self, lifeline: Lifeline) -> None:
        """Give up those whose time is over, after a last look."""
        now = time.monotonic()
        for file in [file for file, due in self._due.items() if due <= now]:
            self._look(file, lifeline)
            if file in self._due:
                self._by_file[file].give_up()
                self._settle(file, lifeline)

    def _wait(self, lifeline: Lifeline, until: float) -> None:
        for file in lifeline.wait(max(until - time.monotonic(), 0)):
            if file in self._due:
                self._look(file, lifeline)
            elif file in self._closing and self._by_file[file].drain():
                self._closing.remove(file)
                lifeline.forget(file)

    def _look(self, file: int, lifeline: Lifeline) -> None:
        attempt = self._by_file[file]
        attempt.look()
        if attempt.is_settled:
            self._settle(file, lifeline)
            if attempt.was_answered and not attempt.drain():
                self._closing.add(file)
                lifeline.watch(file, select.POLLIN)

    def _settle(self, file: int, lifeline: Lifeline) -> None:
        del self._due[file]
        lifeline.forget(file)
