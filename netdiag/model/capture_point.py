"""Where packets were captured."""

from __future__ import annotations

from typing import NamedTuple


class CapturePoint(NamedTuple):
    """A node, a pod if the interface is in its namespace, an interface; None = not known."""

    node: str | None
    pod: str | None
    interface: str | None

    def __str__(self) -> str:
        """Return ``node/interface`` or ``node/pod:interface``, ``?`` for what is not known."""
        interface = self.interface or "?"
        if self.pod:
            interface = f"{self.pod}:{interface}"
        return f"{self.node}/{interface}" if self.node else interface
