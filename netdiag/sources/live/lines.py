"""A probe that tells JSON lines, one event after another."""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from netdiag.sources.inventory.places import PlacedNode
from netdiag.sources.live.processes import Probe

MAX_BYTES: Final = 64 << 20
"""Of all lines: what 65,535 pings say fits in several times."""

SPARE_SECONDS: Final = 30.0
"""A probe gets so much longer than its work should take, and we wait as long again."""

_CHUNK: Final = 65536


class Telling:
    """A probe that runs; its lines are kept."""

    def __init__(
        self, node: PlacedNode, arguments: Sequence[str], archive: bytes, seconds: float
    ) -> None:
        """Start it; its work takes so many seconds. Raises OSError if that cannot be done."""
        deadline = ["--deadline", f"{seconds + SPARE_SECONDS:g}"]
        self.node = node
        self._probe = Probe(node, [*arguments, *deadline], archive)
        self._seconds = seconds
        self._deadline = 0.0
        self.has_begun = False
        self.lines: list[bytes] = []

    def begin(self) -> None:
        """Have it work: until now there is Python on the node, which waits for the program."""
        self.has_begun = True
        self._deadline = time.monotonic() + self._seconds + 2 * SPARE_SECONDS
        self._probe.send()

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what it says, until its end, or until it has said too much for too long."""
        if not self.has_begun:
            self.begin()
        rest = b""
        for chunk in self._chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self.lines.append(line + b"\n")
                yield from _event(line)

    def _chunks(self) -> Iterator[bytes]:
        """Yield what comes on its standard output; hear its standard error meanwhile."""
        stdout = self._probe.process.stdout
        assert stdout is not None
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(self._probe.stderr, selectors.EVENT_READ)
            while size < MAX_BYTES and (left := self._deadline - time.monotonic()) > 0:
                ready = [key.fileobj for key, _ in selector.select(left)]
                if self._probe.stderr in ready and not self._probe.hear():
                    selector.unregister(self._probe.stderr)
                if stdout in ready:
                    chunk = os.read(stdout.fileno(), _CHUNK)
                    if not chunk:
                        return
                    size += len(chunk)
                    yield chunk

    def let_go(self) -> None:
        """Have it end soon; from any thread."""
        self._probe.let_go()

    def give_up(self) -> None:
        """End it by force, whatever it says."""
        self._probe.kill()
        self._probe.end()

    def end(self) -> tuple[int, str]:
        """End it; return its exit status and what it complained of."""
        status = self._probe.end()
        return status, self._probe.complaint


def _event(line: bytes) -> Iterator[dict[str, Any]]:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):  # a node may say what it likes
        return
    if isinstance(event, dict):
        yield event
