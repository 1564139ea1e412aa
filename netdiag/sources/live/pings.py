"""A probe that pings from inside a pod, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.sources.inventory.ends import End
from netdiag.sources.live.lines import Telling


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
                 "--timeout", f"{self.timeout:g}"]  # fmt: skip
        words += ["--source", str(source.address)] if source.pod else []
        words += ["--netns", source.pod.netns] if source.pod else []
        return [*words, "--df"] if self.dont_fragment else words

    @property
    def seconds(self) -> float:
        """Return how long it takes if the last ping is lost."""
        return (self.count - 1) * self.interval + self.timeout


class Pinging(Telling):
    """A ping that runs; its lines are kept."""

    def __init__(self, source: End, destination: End, wanted: PingWanted, archive: bytes) -> None:
        """Start it. Raises OSError if the node's command cannot be run."""
        assert source.node is not None
        words = wanted.arguments(source, destination)
        super().__init__(source.node, words, archive, wanted.seconds)
