"""Runs of pings that nobody answered."""

from __future__ import annotations

import json

from netdiag.facts.activity.silent_pings import MAX_RUNS, parse_silent_pings
from netdiag.facts.recognise import recognise
from netdiag.model.facts.activity import SilentPing

READY = {"event": "ready", "source": "10.244.1.2", "destination": "10.244.1.9", "id": 7}
SENT, REPLY = {"event": "sent", "seq": 1, "size": 56}, {"event": "reply", "seq": 1}
SWEEP = {**READY, "sweep": {"interface": "eth0", "mtu": 1450}}


def log(*events: object) -> str:
    return "".join(json.dumps(event) + "\n" for event in events)


def test_a_run_without_an_answer_is_told_with_the_line_that_it_begins_with() -> None:
    text = log(READY, SENT, REPLY, SENT, READY, SENT, SENT, {"event": "end"})
    silent = SilentPing("10.244.1.2", "10.244.1.9", 2, "ping.jsonl", 5)
    assert parse_silent_pings(text, "ping.jsonl").items == (silent,)
    told = {piece.field: piece.parsed.items for piece in recognise("ping.jsonl", text.encode())}
    assert told["silent_pings"] == (silent,)


def test_what_was_never_sent_or_is_a_sweep_is_no_silent_ping() -> None:
    text = log(READY, SWEEP, SENT)
    assert parse_silent_pings(text, "ping.jsonl").items == ()


def test_a_broken_line_costs_only_itself_and_runs_are_bounded() -> None:
    text = log(SENT) + "{\n" + log(READY, SENT) * (MAX_RUNS + 1)
    assert len(parse_silent_pings(text, "ping.jsonl").items) == MAX_RUNS
