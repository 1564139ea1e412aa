"""``ping.jsonl``: the sweeps over sizes in it, one JSON object a line."""

from __future__ import annotations

from typing import Final

import msgspec

from netdiag.facts.parsed import Parsed
from netdiag.facts.text_lines import numbered_lines
from netdiag.model.facts.activity import MtuSweep, SizeTried, ToldMtu

MAX_SWEEPS: Final = 64
MAX_TRIED: Final = 10_000
"""Packets of one sweep, and what it is told."""

HEADER_BYTES, HEADER_BYTES_V6 = 28, 48
"""Of IP and ICMP."""
MAX_BYTES: Final = 65_535
MAX_ID: Final = 0xFFFF
MAX_PAYLOAD: Final = 16
TOO_BIG: Final = "fragmentation-needed"


class _Leaving(msgspec.Struct):
    interface: str
    mtu: int
    payload: str = ""


class _Event(msgspec.Struct):
    event: str
    source: str | None = None
    destination: str | None = None
    id: int = 0
    sweep: _Leaving | None = None
    sequence: int | None = msgspec.field(name="seq", default=None)
    size: int = 0
    df: bool = False
    kind: str | None = None
    sender: str | None = msgspec.field(name="from", default=None)
    mtu: int | None = None


_DECODER: Final = msgspec.json.Decoder(_Event)


def parse_mtu_sweeps(text: str, document: str, first_line: int = 1) -> Parsed[MtuSweep]:
    """Return the sweeps; what cannot be read of a log, ``parse_ping_log`` tells."""
    found: list[MtuSweep] = []
    begun: _Begun | None = None
    for number, line in numbered_lines(text, first_line):
        try:
            event = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeEncodeError):
            continue
        if event.event == "ready":
            found += [begun.sweep(document)] if begun else []
            begun = _Begun(event, event.sweep, number) if event.sweep else None
        elif begun is not None:
            begun.note(event, number)
    found += [begun.sweep(document)] if begun else []
    return Parsed(tuple(found[:MAX_SWEEPS]))


class _Begun:
    """A sweep whose lines are being read."""

    def __init__(self, ready: _Event, leaving: _Leaving, position: int) -> None:
        self._ready = ready
        self._leaving = leaving
        self._position = position
        is_ipv6 = ":" in (ready.destination or "")
        self._header_bytes = HEADER_BYTES_V6 if is_ipv6 else HEADER_BYTES
        self._sent: dict[int, _Event] = {}
        self._answered: set[int] = set()
        self._told: list[ToldMtu] = []

    def note(self, event: _Event, position: int) -> None:
        """Take note of what happened."""
        if event.sequence is None or max(len(self._sent), len(self._told)) >= MAX_TRIED:
            return
        if event.event == "sent" and 0 <= event.size <= MAX_BYTES:
            self._sent[event.sequence] = event
        elif event.event == "reply":
            self._answered.add(event.sequence)
        elif event.event == "error" and event.kind == TOO_BIG and event.sender:
            self._told.append(ToldMtu(event.sender, event.mtu, event.sequence, position))

    def sweep(self, document: str) -> MtuSweep:
        """Return it."""
        ready = self._ready
        return MtuSweep(
            source=ready.source or "",
            destination=ready.destination or "",
            id=ready.id if 0 < ready.id <= MAX_ID else 0,
            payload=_bytes_of(self._leaving.payload),
            interface=self._leaving.interface,
            mtu=self._leaving.mtu,
            tried=tuple(
                SizeTried(seq, sent.size + self._header_bytes, sent.df, seq in self._answered)
                for seq, sent in self._sent.items()
            ),
            told=tuple(self._told),
            document=document,
            position=self._position,
        )


def _bytes_of(text: str) -> bytes:
    """Return bytes from hexadecimal digits; none if it is something else."""
    try:
        return bytes.fromhex(text[: 2 * MAX_PAYLOAD])
    except ValueError:
        return b""
