"""Packets that are held up."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.lab.running import Running
from netdiag.lab.steps.filters import Rule

QUEUE = 42


@dataclass(frozen=True)
class Delay:
    """All that comes in by an interface, held for some time.

    Before conntrack sees it: packets that follow one which it has not confirmed yet would clash.
    """

    node: str
    interface: str
    milliseconds: int

    def apply(self, lab: Running) -> None:
        """Start what holds them, then send them there."""
        lab.site.start_own(
            self._name, self.node, "netdiag.lab.daemons.delay",
            queue=QUEUE, delay_ms=self.milliseconds,
        )  # fmt: skip
        self._rule.apply(lab)

    def undo(self, lab: Running) -> None:
        """Let them pass."""
        self._rule.undo(lab)
        lab.site.stop(self._name)

    @property
    def _name(self) -> str:
        return f"delay-{self.node}"

    @property
    def _rule(self) -> Rule:
        return Rule(
            self.node, "PREROUTING",
            f"-i {self.interface} -j NFQUEUE --queue-num {QUEUE} --queue-bypass", table="raw",
        )  # fmt: skip
