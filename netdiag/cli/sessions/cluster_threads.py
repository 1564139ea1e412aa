"""Tasks in threads of their own, and a queue by which one thread gets all that comes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread

from netdiag.cli.sessions.cluster_tasks import Result
from netdiag.cli.sessions.faults import fault_words

Ending = Callable[[str], Result]
"""Makes what comes of a task if it ends by a fault."""


class Tasks:
    """Those of a process; they end with it."""

    def __init__(self) -> None:
        self._results: SimpleQueue[Result] = SimpleQueue()
        self.woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        """Can be read when something has come."""

    def begin(self, task: Iterator[Result], ending: Ending) -> None:
        """Begin a task; what it yields comes one by one."""
        Thread(target=self._work, args=(task, ending), daemon=True).start()

    def put(self, result: Result) -> None:
        """Add something, from any thread."""
        self._results.put(result)
        try:
            os.write(self._wake, b"!")
        except BlockingIOError:  # it is full: whoever reads is about to look anyway
            return

    def take(self) -> Iterator[Result]:
        """Yield all that has come."""
        os.read(self.woken, 4096)
        while True:
            try:
                yield self._results.get_nowait()
            except Empty:
                return

    def _work(self, task: Iterator[Result], ending: Ending) -> None:
        try:
            for result in task:
                self.put(result)
        except Exception as error:
            self.put(ending(fault_words(error)))
