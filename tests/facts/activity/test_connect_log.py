"""What came of the probe's attempts to connect."""

from __future__ import annotations

from netdiag.facts.activity.connect_log import parse_connect_log
from netdiag.facts.recognise import recognise
from netdiag.model.facts.activity import Attempt, Attempts

TCP = """\
{"event": "ready", "protocol": "tcp", "source": "10.244.1.2", "destination": "10.244.2.2", \
"port": 8080}
{"event": "sent", "protocol": "tcp", "attempt": 1, "source_port": 29141, "time_ns": 1, "size": 0}
{"event": "connected", "attempt": 1, "time_ns": 2, "rtt_us": 218, "mss": 1398, \
"advertised_mss": 1398, "path_mtu": 1450, "retransmits": 0}
{"event": "sent", "protocol": "tcp", "attempt": 2, "source_port": 29142, "time_ns": 3, "size": 0}
{"event": "error", "attempt": 2, "time_ns": 4, "from": "10.1.10.2", "kind": \
"destination-unreachable", "type": 3, "code": 1, "mtu": null, "errno": "EHOSTUNREACH", \
"text": "host unreachable"}
{"event": "timeout", "attempt": 2, "time_ns": 5, "retransmits": 2}
{"event": "end", "attempts": 2, "sent": 2, "answered": 1, "time_ns": 6}
"""
UDP = """\
{"event": "ready", "protocol": "udp", "source": "10.244.1.2", "destination": "10.244.2.2", \
"port": 33434}
{"event": "sent", "protocol": "udp", "attempt": 1, "source_port": 29150, "time_ns": 1, "size": 56}
{"event": "refused", "attempt": 1, "time_ns": 2, "rtt_us": 90.5, "by": "icmp"}
{"event": "end", "attempts": 1, "sent": 1, "answered": 0, "time_ns": 6}
{"event": "not-asked"}
"""
CONNECTED = Attempt(
    29141, "connected", rtt_us=218, mss=1398, path_mtu=1450, retransmits=0, position=2
)
IN_VAIN = Attempt(
    29142, "timeout", retransmits=2, text="host unreachable", origin="10.1.10.2", position=4
)
REFUSED = Attempt(29150, "refused", rtt_us=90.5, position=9)
TO_8080 = Attempts("tcp", "10.244.1.2", "10.244.2.2", 8080, (CONNECTED, IN_VAIN), "connect.jsonl")
TO_33434 = Attempts(
    "udp", "10.244.1.2", "10.244.2.2", 33434, (REFUSED,), "connect.jsonl", is_asked=False
)


def test_runs_one_after_another() -> None:
    (piece,) = recognise("connect.jsonl", (TCP + UDP).encode())
    assert (piece.field, piece.parsed.problems) == ("attempts", ())
    assert piece.parsed.items == (TO_8080, TO_33434)


def test_lines_that_nobody_understands_cost_only_themselves() -> None:
    lines = TCP.splitlines(keepends=True)
    parsed = parse_connect_log("".join([*lines[:3], '{"event": 7}\n', "x\n"]), "connect.jsonl")
    assert [run.attempts for run in parsed.items] == [(CONNECTED,)]
    assert parsed.problems == ("line 4 and 1 more are not understood",)


def test_ports_and_protocols_that_there_are_none_of() -> None:
    for wrong in ('"port": 0', '"port": 65536', '"port": -1'):
        assert parse_connect_log(TCP.replace('"port": 8080', wrong), "connect.jsonl").items == ()
    other = TCP.replace('"protocol": "tcp", "source"', '"protocol": "sctp", "source"')
    assert parse_connect_log(other, "connect.jsonl").items == ()
    far = TCP.replace("29141", "70000")
    (run,) = parse_connect_log(far, "connect.jsonl").items
    assert [attempt.source_port for attempt in run.attempts] == [29142]
