"""The first sentences: what an engineer reads at 3 a.m. before anything else."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from netdiag.model.report import Point, Report
from netdiag.render.verdict import verdict_sentences
from tests.render.written_pings import REQUEST_WAY, answered, lost, natted, same_node, way
from tests.render.written_reports import capture, finding, flow, report


def verdict(found: Report) -> str:
    return " ".join(verdict_sentences(found))


def test_all_answered_over_vxlan() -> None:
    found = report(answered(1, 120.0), answered(2, 150.0), answered(3, 200.0))
    assert verdict_sentences(found) == [
        "10.244.1.2 (pod-a) → 10.244.2.2 (pod-c): 3 of 3 pings answered, over VXLAN "
        "(VNI 1, 10.1.10.9 → 10.1.10.10, UDP 8472), RTT 0.12/0.15/0.20 ms."
    ]


def test_all_lost() -> None:
    assert verdict_sentences(report(lost(1), lost(2), lost(3))) == [
        "10.244.1.2 (pod-a) → 10.244.2.2 (pod-c): 0 of 3 pings answered: "
        "the request is lost after node-2/ens33."
    ]


def test_some_lost_are_counted() -> None:
    found = verdict(report(answered(1), lost(2), lost(3)))
    assert "1 of 3 pings answered" in found
    assert "2 requests lost after node-2/ens33" in found


def test_two_ways_to_be_lost() -> None:
    reply = replace(answered(2), status="reply-lost", lost_after=Point("node-1", None, "cni0"))
    found = verdict(report(lost(1), reply))
    assert "1 request lost after node-2/ens33" in found
    assert "1 reply lost after node-1/cni0" in found


def test_no_reply_left() -> None:
    found = verdict(report(replace(answered(), status="unanswered", reply=(), rtt_us=None)))
    assert "0 of 1 ping answered" in found
    assert "no reply leaves it" in found
    assert "lost" not in found


def test_what_is_not_known_is_not_called_lost() -> None:
    found = verdict(report(replace(answered(), status="unknown", reply=(), rtt_us=None)))
    assert "the captures do not show what became of" in found
    assert "lost" not in found


def test_within_one_node() -> None:
    assert "answered, within node-1, RTT" in verdict(report(same_node()))


def test_plain_routing_between_nodes() -> None:
    there = way(REQUEST_WAY, tunnel=())
    back = way(REQUEST_WAY[::-1], 160, tunnel=())
    assert "over plain routing" in verdict(report(replace(answered(), request=there, reply=back)))


def test_a_way_out_of_the_cluster_is_not_within_its_node() -> None:
    found = verdict(report(natted()))
    assert "within" not in found
    assert "over plain routing" in found


@pytest.mark.parametrize("part", [slice(1), slice(4), slice(7, 10)])
def test_what_was_not_captured_is_not_claimed(part: slice) -> None:
    """Of a ping over VXLAN only one node's inside was captured."""
    there, back = REQUEST_WAY[part], REQUEST_WAY[part][::-1]
    found = verdict(report(replace(answered(), request=way(there), reply=way(back, 160))))
    assert "1 of 1 ping answered, RTT 0.25 ms." in found


def test_a_ping_without_any_hop() -> None:
    found = verdict(report(replace(answered(), request=(), reply=())))
    assert "1 of 1 ping answered, RTT 0.25 ms." in found


def test_two_carriers() -> None:
    plain = replace(answered(2), request=way(REQUEST_WAY, tunnel=()))
    assert "over VXLAN or over plain routing" in verdict(report(answered(1), plain))


def test_a_reply_that_is_carried_otherwise() -> None:
    back = way(REQUEST_WAY[::-1], 160, tunnel=())
    found = verdict(report(replace(answered(), reply=back)))
    assert "over VXLAN" in found
    assert "the reply over plain routing (no tunnel), RTT" in found


def test_several_pairs_the_worst_first() -> None:
    first, second, third = verdict_sentences(report(same_node(), lost(2), lost(3)))
    assert first.startswith("1 of 3 pings answered, between 2 pairs")
    assert second.startswith("10.244.1.2 (pod-a) → 10.244.2.2 (pod-c): 0 of 2")
    assert third.startswith("10.244.1.2 (pod-a) → 10.244.1.3 (pod-b): 1 of 1")


def test_the_error_is_named() -> None:
    found = report(lost(), findings=(finding(), finding(), finding(severity="info")))
    assert verdict_sentences(found)[1] == f"{finding().title}. (And 1 more error.)"


def test_the_error_does_not_repeat_what_was_said() -> None:
    said = finding(title="The request is lost after node-2/ens33")
    assert len(verdict_sentences(report(lost(), findings=(said,)))) == 1
    assert verdict_sentences(report(lost(), findings=(said, said)))[1:] == ["(And 1 more error.)"]


def test_information_is_not_part_of_it() -> None:
    found = report(answered(), findings=(finding(severity="info"),))
    assert finding().title not in verdict(found)


def test_a_warning_is_called_one() -> None:
    found = report(answered(), findings=(finding(severity="warning"),))
    assert f"Warning: {finding().title}." in verdict(found)


def test_interrupted() -> None:
    assert "not read to their end" in verdict(report(answered(), interrupted=True))
    assert "not read to their end" not in verdict(report(answered()))


def test_no_pings_but_flows() -> None:
    found = verdict(report(flows=(flow(1), flow(2, 99)), flows_left_out=3, captures=(capture(),)))
    assert "No ping found in 1 capture, but 5 TCP and UDP flows" in found
    assert "10.244.1.2:2 → 10.244.2.2:80" in found


def test_nothing_of_use() -> None:
    found = verdict(report(captures=(capture(), capture("node-2/ens33", packets=3))))
    assert found == "No ping, TCP or UDP found in 2 captures (15 packets)."
    assert verdict(report()) == "No ping found: there was no capture to read."
