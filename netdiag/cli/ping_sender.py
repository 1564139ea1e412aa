"""Pings on and on, beside whatever else is done."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Final

from netdiag.sources.live.pings import Pinging
from netdiag.sources.live.traced import TraceWanted

MOST_PINGS: Final = 65_535
"""Of one run of the probe; then it is run again."""


class Sender:
    """Pings until it is stopped, in a thread of its own."""

    def __init__(self, wanted: TraceWanted, archive: bytes) -> None:
        self._wanted = wanted
        self._archive = archive
        self._pinging: Pinging | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._errors: dict[str, None] = {}
        self._told: set[str] = set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End the ping that runs, and wait for that."""
        self._is_over.set()
        if self._pinging is not None:
            self._pinging.let_go()
        if self._thread.is_alive():
            self._thread.join()

    def take_errors(self) -> list[str]:
        """Return what pings were told, each once."""
        new = [error for error in list(self._errors) if error not in self._told]
        self._told.update(new)
        return new

    def _run(self) -> None:
        ping = replace(self._wanted.ping, count=MOST_PINGS)
        while not self._is_over.is_set():
            try:
                self._pinging = Pinging(*self._wanted.ends, ping, self._archive)
            except OSError as error:
                self._errors[f"the ping failed: {error.strerror or error}"] = None
                self._is_over.wait(1.0)
                continue
            for event in self._pinging.events():
                self._pinging.lines.clear()  # nobody keeps them
                if event.get("event") == "error":
                    origin = f" by {event['from']}" if event.get("from") else ""
                    self._errors[f"the ping was told{origin}: {event.get('text')}"] = None
            status, complaint = self._pinging.end()
            if status != 0 and not self._is_over.wait(1.0):
                self._errors[f"the ping failed: {complaint or f'exit status {status}'}"] = None
