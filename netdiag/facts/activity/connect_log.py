"""``connect.jsonl``: what came of the probe's attempts to connect, one JSON object a line."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from netdiag.facts.parsed import Parsed, not_understood
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.activity import Attempt, Attempts

MAX_ATTEMPTS: Final = 1000
MAX_PORT: Final = 65535
MAX_TEXT: Final = 200
OUTCOMES: Final = frozenset(("connected", "reply", "refused", "timeout"))
PROTOCOLS: Final = ("tcp", "udp")


class _Event(msgspec.Struct):
    event: str
    protocol: str = ""
    source: str | None = None
    destination: str = ""
    port: int = 0
    attempt: int = 0
    source_port: int = 0
    rtt_us: float | None = None
    mss: int | None = None
    path_mtu: int | None = None
    retransmits: int | None = None
    text: str | None = None
    origin: str | None = msgspec.field(name="from", default=None)


_DECODER: Final = msgspec.json.Decoder(_Event)


def parse_connect_log(text: str, document: str, first_line: int = 1) -> Parsed[Attempts]:
    """Return the attempts, those to one port together; a log may hold several such runs."""
    found: list[tuple[_Event, dict[int, Attempt]]] = []
    unasked: set[int] = set()
    bad: list[int] = []
    for number, line in numbered_lines(text, first_line):
        try:
            event = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeEncodeError):
            bad.append(number)
            continue
        if event.event == "ready" and event.protocol in PROTOCOLS and 0 < event.port <= MAX_PORT:
            found.append((event, {}))
        elif event.event == "not-asked" and found:
            unasked.add(len(found) - 1)
        elif found:
            _take_in(event, found[-1][1], number)
    runs = (
        _attempts(ready, attempts, document, index not in unasked)
        for index, (ready, attempts) in enumerate(found)
    )
    return Parsed(tuple(runs), not_understood(bad))


def _take_in(event: _Event, attempts: dict[int, Attempt], position: int) -> None:
    if event.event == "sent" and 0 < event.source_port <= MAX_PORT and len(attempts) < MAX_ATTEMPTS:
        attempts[event.attempt] = Attempt(event.source_port, position=position)
        return
    known = attempts.get(event.attempt)
    if known is None:
        return
    told: dict[str, Any] = {}
    if event.event in OUTCOMES:
        told = {"outcome": event.event, "rtt_us": event.rtt_us, "mss": event.mss,
                "path_mtu": event.path_mtu, "retransmits": event.retransmits}  # fmt: skip
    elif event.event == "error" and not known.text:
        told = {"outcome": known.outcome or "error", "text": (event.text or "")[:MAX_TEXT],
                "origin": event.origin}  # fmt: skip
    attempts[event.attempt] = replace(known, **told) if told else known


def _attempts(
    ready: _Event, attempts: dict[int, Attempt], document: str, is_asked: bool
) -> Attempts:
    return Attempts(
        ready.protocol,
        (ready.source or "")[:MAX_TEXT],
        ready.destination[:MAX_TEXT],
        ready.port,
        tuple(attempts.values()),
        document,
        is_asked,
    )
