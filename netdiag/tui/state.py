"""What all screens show. Only the main loop changes it."""

from __future__ import annotations

from netdiag.tui.packets.book import PacketBook
from netdiag.tui.rates import Rates
from netdiag.tui.session import Actions, Counters, Progress, Snapshot, Trouble
from netdiag.tui.ticks import Ticks


class State:
    """The latest of everything that was delivered, and what the user has chosen."""

    def __init__(self, title: str, actions: Actions) -> None:
        self.title = title
        self.actions = actions
        self.snapshot = Snapshot(is_complete=False)
        self.version = 0
        """Counts snapshots: a screen that has drawn this one need not draw it again."""
        self.progress: Progress | None = None
        self.troubles: dict[str, Trouble] = {}
        self.rates = Rates()
        self.packets = PacketBook()
        self.given_paths: set[str] = set()
        """Where was asked to write to; what is proposed next has another name."""
        self.ticks = Ticks()

    def take_snapshot(self, snapshot: Snapshot) -> None:
        """Replace what is known; what is new on the way of pods' packets is ticked."""
        self.snapshot = snapshot
        self.version += 1
        self.ticks.take_snapshot(snapshot)

    def take_progress(self, progress: Progress) -> None:
        """Remember how far it is; forget it at its end."""
        is_over = progress.total and progress.done >= progress.total
        self.progress = None if is_over else progress

    def take_trouble(self, trouble: Trouble) -> None:
        """Remember what broke, or forget it if it is well again."""
        self.troubles.pop(trouble.source, None)
        if trouble.reason:
            self.troubles[trouble.source] = trouble

    def take_counters(self, counters: Counters) -> None:
        """Make rates of them."""
        self.rates.add(counters)
