"""Sweeps over sizes in what the probe's ping was told."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from netdiag.facts.activity.mtu_sweeps import parse_mtu_sweeps
from netdiag.facts.activity.ping_log import parse_ping_log
from netdiag.model.facts.activity import MtuSweep, SizeTried, ToldMtu

PAYLOAD = "00112233445566770109" + "0a0b0c0d0e0f"
PING = """\
{"event": "ready", "source": "10.244.1.2", "destination": "10.244.2.2", "id": 42763}
{"event": "sent", "seq": 1, "time_ns": 1, "size": 56}
{"event": "reply", "seq": 1, "time_ns": 2, "rtt_us": 1.0, "ttl": 62, "from": "10.244.2.2"}
{"event": "end", "sent": 1, "received": 1, "time_ns": 3}
"""
SWEEP = f"""\
{{"event": "ready", "source": "10.244.1.2", "destination": "10.244.2.2", "id": 42764, \
"sweep": {{"interface": "eth0", "mtu": 1500, "payload": "{PAYLOAD}"}}}}
{{"event": "sent", "seq": 1, "time_ns": 4, "size": 1472, "df": true}}
{{"event": "error", "seq": 1, "time_ns": 5, "from": "10.244.1.1", "kind": "fragmentation-needed", \
"code": 4, "mtu": 1450, "text": "fragmentation needed and DF set"}}
{{"event": "sent", "seq": 2, "time_ns": 6, "size": 1472, "df": false}}
{{"event": "error", "seq": 2, "time_ns": 6, "from": null, "kind": "local", "code": null, \
"mtu": 1400, "text": "message too long"}}
{{"event": "sent", "seq": 3, "time_ns": 7, "size": 1422, "df": true}}
{{"event": "reply", "seq": 3, "time_ns": 8, "rtt_us": 1.0, "ttl": 62, "from": "10.244.2.2"}}
{{"event": "end", "sent": 3, "received": 1, "time_ns": 9}}
"""
SWEPT = MtuSweep(
    source="10.244.1.2",
    destination="10.244.2.2",
    id=42764,
    payload=bytes.fromhex(PAYLOAD),
    interface="eth0",
    mtu=1500,
    tried=(
        SizeTried(1, 1500, True, False),
        SizeTried(2, 1500, False, False),
        SizeTried(3, 1450, True, True),
    ),
    told=(ToldMtu("10.244.1.1", 1450, 1, 7),),
    document="ping.jsonl",
    position=5,
)


def test_what_was_tried_and_what_came_of_it() -> None:
    assert parse_mtu_sweeps(PING + SWEEP, "ping.jsonl").items == (SWEPT,)
    assert parse_mtu_sweeps(SWEEP + PING, "ping.jsonl").items[0].tried == SWEPT.tried


def test_other_pings_are_no_sweep() -> None:
    assert parse_mtu_sweeps(PING, "ping.jsonl").items == ()


def test_what_is_too_big_on_purpose_is_no_refused_ping() -> None:
    assert parse_ping_log(PING + SWEEP, "ping.jsonl").items == ()


def test_a_broken_line_costs_only_itself() -> None:
    lines = SWEEP.splitlines(keepends=True)
    (found,) = parse_mtu_sweeps("".join([lines[0], '{"event":\n', *lines[4:]]), "").items
    assert found.tried == SWEPT.tried[2:]


def test_ipv6_has_larger_headers() -> None:
    text = SWEEP.replace("10.244.2.2", "fd00::2")
    assert parse_mtu_sweeps(text, "").items[0].tried[0].size == 1520


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_a_node_may_say_what_it_likes(value: object) -> None:
    for key in ("mtu", "payload", "interface"):
        line = {"event": "ready", "sweep": {"interface": "eth0", "mtu": 1, key: value}}
        sent = {"event": "sent", "seq": value, "size": value}
        text = f"{json.dumps(line)}\n{json.dumps(sent)}\n"
        assert len(parse_mtu_sweeps(text, "ping.jsonl").items) <= 1
