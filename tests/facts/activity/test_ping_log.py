"""What the probe's ping was told."""

from __future__ import annotations

from netdiag.facts.activity.ping_log import parse_ping_log
from netdiag.facts.recognise import recognise
from netdiag.model.facts.activity import RefusedPing, SilentPing

LOG = """\
{"event": "ready", "source": "10.244.1.2", "destination": "10.244.2.2", "id": 42763}
{"event": "sent", "seq": 1, "time_ns": 1795263146128588082, "size": 1472}
{"event": "error", "seq": 1, "time_ns": 1, "from": "10.244.1.1", "kind": "fragmentation-needed", \
"code": 4, "mtu": 1450, "text": "fragmentation needed and DF set"}
{"event": "error", "seq": 2, "time_ns": 1795263146128588082, "from": null, "kind": "local", \
"code": null, "mtu": 1450, "text": "message too long"}
{"event": "error", "seq": null, "time_ns": 1, "from": null, "kind": "local", "code": null, \
"mtu": null, "text": "network is unreachable"}
{"event": "end", "sent": 1, "received": 0, "time_ns": 1795263146530230850}
"""
REFUSED = RefusedPing("10.244.1.2", "10.244.2.2", 1450, "ping.jsonl", 4)


def test_what_the_senders_kernel_refused_as_too_big() -> None:
    assert parse_ping_log(LOG, "ping.jsonl").items == (REFUSED,)


def test_it_is_told_by_its_name() -> None:
    pieces = recognise("ping.jsonl", LOG.encode())
    told = {piece.field: piece.parsed.items for piece in pieces}
    silent = SilentPing("10.244.1.2", "10.244.2.2", 1, "ping.jsonl", 1)
    assert told == {"refused_pings": (REFUSED,), "silent_pings": (silent,), "mtu_sweeps": ()}


def test_a_broken_line_costs_only_itself() -> None:
    lines = LOG.splitlines(keepends=True)
    parsed = parse_ping_log("".join([lines[0], '{"event": \n', *lines[2:]]), "ping.jsonl")
    assert parsed.items == (REFUSED,)
    assert parsed.problems
