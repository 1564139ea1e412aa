"""What is told of pings that go on and on, look by look."""

from __future__ import annotations

from collections.abc import Sequence

from netdiag.explain.watch.watch import Watch
from netdiag.explain.watch.ways import MOST_WAYS
from netdiag.model.report import Encapsulation, Finding, Hop, Ping, Point, Status
from netdiag.model.watch import Change

VXLAN = (Encapsulation("vxlan", "192.0.2.1", "192.0.2.2", 1, 8472),)
SECOND = 1_000_000_000
AT_NIC = Point("node-1", None, "ens33")
BLOCKED = Finding("overlay-port-blocked", "error", "node-2", None, "node-2 drops it", "", "", ())


def hop(interface: str, at_us: float, begin_ns: int, tunnel: tuple[Encapsulation, ...]) -> Hop:
    return Hop(
        "node-1", None, interface, "other", None, begin_ns + int(at_us * 1000), at_us, 64, 98, "f",
        1, "10.0.0.1", "10.0.0.2", 7, tunnel,
    )  # fmt: skip


def ping(
    seq: int,
    status: Status = "answered",
    *,
    step_us: float = 10.0,
    tunnel: tuple[Encapsulation, ...] = VXLAN,
) -> Ping:
    begin_ns = 1000 * SECOND + seq * SECOND // 5
    request = tuple(
        hop(name, place * step_us, begin_ns, tunnel if name == "ens33" else ())
        for place, name in enumerate(("eth0", "ens33"))
    )
    reply = tuple(
        hop(name, (place + 2) * step_us, begin_ns, tunnel if name == "ens33" else ())
        for place, name in enumerate(("ens33", "eth0"))
    )
    is_answered = status == "answered"
    return Ping(
        seq, "10.0.0.1", None, "10.0.0.2", None, 7, seq, status,
        3 * step_us if is_answered else None, request, reply if is_answered else (),
        None if is_answered else AT_NIC,
    )  # fmt: skip


def looked(watch: Watch, pings: Sequence[Ping], *findings: Finding) -> list[Change]:
    return watch.look(pings, findings)


def test_a_way_is_told_once_and_again_when_it_changes() -> None:
    watch = Watch()
    (begun,) = looked(watch, [ping(1), ping(2)])
    assert (begun.kind, begun.path, [each.interface for each in begun.hops]) == (
        "begin", 1, ["eth0", "ens33", "ens33", "eth0"],
    )  # fmt: skip
    assert looked(watch, [ping(3), ping(4)]) == []
    (other,) = looked(watch, [ping(5), ping(6, tunnel=())])
    assert (other.kind, other.path, other.hops[1].encapsulation) == ("path", 2, ())
    (back,) = looked(watch, [ping(7)])
    assert (back.kind, back.path) == ("path", 1)


def test_a_loss_is_told_when_it_begins_changes_and_ends() -> None:
    watch = Watch()
    looked(watch, [ping(1)])
    (some,) = looked(watch, [ping(2), ping(3, "request-lost")], BLOCKED)
    assert (some.kind, some.state, some.lost, some.pings) == ("loss", "some-lost", 1, 2)
    assert (some.lost_after, some.finding) == (AT_NIC, "overlay-port-blocked")
    (all_of_them,) = looked(watch, [ping(4, "request-lost"), ping(5, "request-lost")])
    assert all_of_them.state == "lost"
    assert looked(watch, [ping(6, "request-lost")]) == []
    (end,) = looked(watch, [ping(8), ping(9)])
    assert (end.state, end.lost, end.seconds) == ("answered", 4, 1.0)
    summary = watch.summary()
    assert (summary.pings, summary.answered, summary.lost) == (8, 4, 4)
    assert [(place.after, place.pings) for place in summary.losses] == [(AT_NIC, 4)]


def test_latency_that_leaps_names_the_hop_that_takes_it() -> None:
    watch = Watch()
    looked(watch, [ping(number) for number in range(1, 20)])
    slow = ping(20, step_us=4000.0)
    (change,) = looked(watch, [slow])
    assert (change.kind, change.rtt_us, change.rtt_before_us) == ("latency", 12000.0, 30.0)
    assert change.slowest is not None and change.slowest.interface == "ens33"
    assert looked(watch, [ping(21, step_us=4000.0)]) == []
    (better,) = looked(watch, [ping(22)])
    assert (better.kind, better.rtt_us) == ("latency", 30.0)


def test_pings_still_under_way_are_no_loss() -> None:
    watch = Watch()
    looked(watch, [ping(1)])
    assert looked(watch, [ping(2), ping(3, "unknown")]) == []
    assert watch.summary().unknown == 1


def test_spreads_and_ways_are_bounded() -> None:
    watch = Watch()
    looked(watch, [ping(number, step_us=float(number)) for number in range(1, 5001)])
    for number in range(200):
        tunnel = (Encapsulation("vxlan", "192.0.2.1", "192.0.2.2", number, 8472),)
        looked(watch, [ping(6000 + number, tunnel=tunnel)])
    summary = watch.summary()
    assert summary.rtt_us is not None
    assert (summary.rtt_us.min_us, summary.rtt_us.max_us) == (3.0, 15000.0)
    assert 6000 < summary.rtt_us.median_us < 9000 < summary.rtt_us.p99_us
    assert len(summary.paths) == MOST_WAYS
    assert summary.paths_left_out == 200 - MOST_WAYS  # one of them is the first way again
