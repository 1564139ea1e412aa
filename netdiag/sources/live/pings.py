"""A probe that pings from inside a pod, line by line."""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from netdiag.sources.inventory.ends import End
from netdiag.sources.live.processes import Probe

MAX_BYTES: Final = 64 << 20
"""Of all lines: what 65,535 pings say fits in several times."""

_CHUNK: Final = 65536
_SPARE_SECONDS: Final = 30.0


@dataclass(frozen=True)
class PingWanted:
    """How to ping."""

    token: str
    identifier: int
    count: int = 3
    interval: float = 0.2
    """Seconds."""
    size: int = 56
    """Bytes of payload."""
    dont_fragment: bool = False
    timeout: float = 1.0
    """Seconds to wait for the last reply."""

    def arguments(self, source: End, destination: End) -> list[str]:
        """Return the probe's arguments."""
        words = ["ping", "--destination", str(destination.address), "--token", self.token,
                 "--id", str(self.identifier), "--count", str(self.count),
                 "--interval", f"{self.interval:g}", "--size", str(self.size),
                 "--timeout", f"{self.timeout:g}",
                 "--deadline", f"{self.seconds + _SPARE_SECONDS:g}"]  # fmt: skip
        words += ["--source", str(source.address)] if source.pod else []
        words += ["--netns", source.pod.netns] if source.pod else []
        return [*words, "--df"] if self.dont_fragment else words

    @property
    def seconds(self) -> float:
        """Return how long it takes if the last ping is lost."""
        return (self.count - 1) * self.interval + self.timeout


class Pinging:
    """A ping that runs; its lines are kept."""

    def __init__(self, source: End, destination: End, wanted: PingWanted, archive: bytes) -> None:
        """Start it. Raises OSError if the node's command cannot be run."""
        assert source.node is not None
        self._probe = Probe(source.node, wanted.arguments(source, destination), archive)
        self._deadline = time.monotonic() + wanted.seconds + 2 * _SPARE_SECONDS
        self._probe.send()
        self.lines: list[bytes] = []

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what it says, until its end, or until it has said too much for too long."""
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
