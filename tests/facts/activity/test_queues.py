"""Queueing disciplines in JSON and in text."""

from __future__ import annotations

import pytest

from netdiag.facts.activity.queues import parse_queues
from netdiag.model.facts.activity import QueueDiscipline

TEXT = """\
qdisc noqueue 0: dev lo root refcnt 2
 Sent 0 bytes 0 pkt (dropped 0, overlimits 0 requeues 0)
 backlog 0b 0p requeues 0
qdisc netem 8001: dev eth0 root refcnt 2 limit 1000 delay 100ms  10ms loss 10% ecn
 Sent 840 bytes 10 pkt (dropped 3, overlimits 0 requeues 0)
qdisc clsact ffff: dev eth0 parent ffff:fff1
"""
JSON = """\
[{"kind":"noqueue","handle":"0:","dev":"lo","root":true,"refcnt":2,"options":{},"drops":0},
 {"kind":"netem","handle":"8001:","dev":"eth0","options":{"limit":1000},"drops":3},
 {"kind":7},
 {"kind":"clsact","dev":"eth0"}]
"""


def test_text() -> None:
    netem = {"limit": 1000, "delay": "100ms 10ms", "loss": "10%", "ecn": True}
    assert parse_queues(TEXT, "qdisc.txt", first_line=11) == (
        (
            QueueDiscipline("lo", "noqueue", 11, 0, {}),
            QueueDiscipline("eth0", "netem", 14, 3, netem),
            QueueDiscipline("eth0", "clsact", 16, None, {}),
        ),
        (),
    )


def test_json() -> None:
    assert parse_queues(JSON, "qdisc.json") == (
        (
            QueueDiscipline("lo", "noqueue", 0, 0, {}),
            QueueDiscipline("eth0", "netem", 1, 3, {"limit": 1000}),
            QueueDiscipline("eth0", "clsact", 3, None, {}),
        ),
        ("item 2 is not understood",),
    )


def test_the_device_may_not_be_printed() -> None:
    (queue,) = parse_queues("qdisc pfifo 8002: root refcnt 2 limit 10p\n", "qdisc.txt").items
    assert queue == QueueDiscipline("", "pfifo", 1, None, {"limit": "10p"})


@pytest.mark.parametrize(
    "text",
    [
        "bash: tc: command not found\n",
        "qdisc\n",
        "qdisc netem 8001:\n",
        "qdisc a b: dev\n",
        "qdisc a b c\n",
    ],
)
def test_what_is_not_understood_costs_only_itself(text: str) -> None:
    parsed = parse_queues(f"{text}{TEXT}", "qdisc.txt")
    assert len(parsed.items) == 3
    assert parsed.problems == ("line 1 is not understood",)
