"""``netdiag trace --watch``: ping on and on, say what changes, and sum up at the end."""

from __future__ import annotations

from collections.abc import Callable

from netdiag.cli.exit_code import ExitCode
from netdiag.cli.output import WIDTH, ResultWriter, palette, say, terminal_width
from netdiag.cli.watched_pings import Looked, WatchedPings
from netdiag.model.facts.facts import Facts
from netdiag.model.watch import Change, WatchSummary
from netdiag.sources.inventory.places import Inventory
from netdiag.sources.live.traced import TraceWanted


def watch_trace(
    inventory: Inventory, wanted: TraceWanted, archive: bytes, *, as_json: bool
) -> ExitCode:
    """Watch until a signal comes. Raises LackingError if nothing can be captured."""
    printer = _Printer(as_json)
    watched = WatchedPings(inventory, wanted, archive, printer)
    try:
        summary = watched.run()
    finally:
        watched.stop()
        watched.gathered.close()
    printer.summary(summary)
    if not summary.pings:
        return ExitCode.NOT_JUDGED
    return ExitCode.FOUND if summary.lost else ExitCode.OK


class _Printer:
    """Writes changes and the summary to stdout as they come."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._writer = ResultWriter()
        self._width = terminal_width() or WIDTH
        self._colour = bool(palette().end)

    def say(self, words: str) -> None:
        say(words)

    def learn(self, facts: Facts) -> None:
        """Facts are not told."""

    def look(self, looked: Looked) -> None:
        for change in looked.changes:
            self._change(change)

    def _change(self, change: Change) -> None:
        from netdiag.render.watch_lines import change_text

        self._write(change, lambda: change_text(change, width=self._width, colour=self._colour))

    def summary(self, summary: WatchSummary) -> None:
        from netdiag.render.watch_lines import summary_text

        self._write(summary, lambda: summary_text(summary, width=self._width, colour=self._colour))

    def _write(self, told: Change | WatchSummary, text: Callable[[], str]) -> None:
        if self._as_json:
            import msgspec

            kind = "summary" if isinstance(told, WatchSummary) else "change"
            self._writer.write(msgspec.json.encode({"event": kind, kind: told}).decode() + "\n")
        else:
            self._writer.write(text())
        self._writer.flush()
