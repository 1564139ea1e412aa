"""``ping.jsonl``: the runs of pings in it that nobody answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from netdiag.facts.parsed import Parsed
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.activity import SilentPing

MAX_RUNS: Final = 64


class _Event(msgspec.Struct):
    event: str
    source: str = ""
    destination: str = ""
    sweep: dict[str, Any] | None = None


_DECODER: Final = msgspec.json.Decoder(_Event)


@dataclass
class _Run:
    """A run of pings whose lines are being read."""

    ready: _Event
    position: int
    sent: int = 0
    received: int = 0


def parse_silent_pings(text: str, document: str, first_line: int = 1) -> Parsed[SilentPing]:
    """Return runs without an answer; what cannot be read of a log, ``parse_ping_log`` tells."""
    runs: list[_Run] = []
    for number, line in numbered_lines(text, first_line):
        try:
            event = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeEncodeError):
            continue
        if event.event == "ready":
            if len(runs) == MAX_RUNS:
                break
            runs.append(_Run(event, number))
        elif runs:
            runs[-1].sent += event.event == "sent"
            runs[-1].received += event.event == "reply"
    return Parsed(
        tuple(
            SilentPing(run.ready.source, run.ready.destination, run.sent, document, run.position)
            for run in runs
            if run.sent and not run.received and run.ready.sweep is None
        )
    )
