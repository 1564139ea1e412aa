"""``ping.jsonl``: what the probe's ping was told, one JSON object a line."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.activity import RefusedPing

MAX_KEPT: Final = 1000


class _Event(msgspec.Struct):
    event: str
    source: str | None = None
    destination: str | None = None
    kind: str | None = None
    origin: str | None = msgspec.field(name="from", default=None)
    mtu: int | None = None
    text: str | None = None
    sweep: dict[str, Any] | None = None


_DECODER: Final = msgspec.json.Decoder(_Event)


def parse_ping_log(text: str, document: str, first_line: int = 1) -> Parsed[RefusedPing]:
    """Return the pings that the sender's own kernel refused as too big."""
    found: list[RefusedPing] = []
    bad: list[int] = []
    source = destination = ""
    is_sweep = False
    for number, line in numbered_lines(text, first_line):
        try:
            event = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeEncodeError):
            bad.append(number)
            continue
        if event.event == "ready":
            source, destination = event.source or "", event.destination or ""
            is_sweep = event.sweep is not None  # its packets are too big on purpose
        is_refused = event.event == "error" and event.origin is None and bool(event.mtu)
        if is_refused and not is_sweep and len(found) < MAX_KEPT:
            found.append(RefusedPing(source, destination, event.mtu or 0, document, number))
    return Parsed(tuple(found), not_understood(bad))
