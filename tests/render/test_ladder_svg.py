"""The ladder: what the picture says about a ping."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree.ElementTree import fromstring

from msgspec.structs import replace

from netdiag.model.report import Evidence
from netdiag.render.ladder_svg import ladder_svg
from tests.render.ladder_cases import (
    ANSWERED,
    BACK,
    EVIL,
    HAIRPIN,
    HOSTILE,
    NAT,
    OPAQUE,
    OUT,
    SAME_NODE,
    finding,
    ping,
    report,
)
from tests.render.ladder_reading import (
    BLOCKED,
    SVG,
    TITLE,
    columns,
    explained,
    groups,
    heads,
    picture,
    words,
)


def test_columns_stand_in_the_order_of_the_path() -> None:
    root = picture(ANSWERED)
    names = ["pod-a:eth0", "veth1a2b3c4d", "cni0", "flannel.1", "ens33"]
    back = ["ens33", "flannel.1", "cni0", "vethc0ffee00", "pod-c:eth0"]
    assert columns(root) == [f"node-1 {n}" for n in names] + [f"node-2 {n}" for n in back]
    assert [explained(group) for group in groups(root, "node")] == ["node-1", "node-2"]
    labels = [t for t in root.iter(f"{SVG}text") if t.get("class") == "interface"]
    assert [label.text for label in labels] == names + back
    assert all(float(a.get("x", "")) < float(b.get("x", "")) for a, b in pairwise(labels))


def test_an_interface_that_only_the_reply_crossed_stands_beside_its_neighbour() -> None:
    request = (OUT[0], OUT[4], OUT[5], OUT[9])
    assert columns(picture(ping("answered", request, BACK))) == columns(picture(ANSWERED))


def test_requests_go_right_and_replies_come_back_left() -> None:
    root = picture(ANSWERED)
    there, back = heads(root, "request"), heads(root, "reply")
    assert len(there) == len(back) == 9
    assert all(right > 0 and down > 0 for right, down in there)
    assert all(right < 0 and down > 0 for right, down in back)
    assert len(groups(root, "turn")) == 1


def test_every_arrow_says_how_long_it_took_and_what_carried_it() -> None:
    arrows = [words(group) for group in groups(picture(ANSWERED), "arrow")]
    assert arrows[0] == ["+3.1 µs"]
    assert arrows[3] == ["+7.5 µs", "vxlan"]
    assert arrows[4] == ["vxlan 10.1.10.9→10.1.10.10 vni 1", "+221.8 µs"]
    assert arrows[13] == ["vxlan 10.1.10.10→10.1.10.9 vni 1", "+5.215 ms"]


def test_the_legend_lists_the_kinds_that_occur() -> None:
    assert words(groups(picture(ANSWERED), "legend")[0])[:2] == ["plain", "vxlan"]
    assert words(groups(picture(SAME_NODE), "legend")[0])[0] == "plain"
    assert "vxlan" not in words(groups(picture(SAME_NODE), "legend")[0])


def test_title_and_footer_tell_the_ping() -> None:
    said = words(picture(ANSWERED))
    assert said[:4] == ["pod-a → pod-c", "10.244.1.2 → 10.244.2.2", "answered", "RTT 5.534 ms"]
    assert "ping 7 · ICMP id 18716 · seq 3 · 20 hops seen" in said
    assert "started 2026-11-21 00:15:55.213395000 UTC, clock of node-1" in said
    assert "clocks corrected by: node-2 +350.000 ms ± 0.05 ms against node-1" in said


def test_without_pods_the_addresses_are_the_title() -> None:
    bare = replace(ANSWERED, source_pod=None, destination_pod=None)
    assert words(picture(bare))[:2] == ["10.244.1.2 → 10.244.2.2", "answered"]


def test_a_long_wait_is_marked_on_the_time_axis() -> None:
    assert "94%" in words(picture(ANSWERED))


def test_an_answered_ping_has_no_cross() -> None:
    assert not groups(picture(ANSWERED), "lost")


def test_a_lost_request_ends_in_a_cross_beside_its_finding() -> None:
    root = picture(ping("request-lost", OUT[:6]))
    (lost,) = groups(root, "lost")
    assert [c for c in lost.iter() if c.get("class") == "lost-sign"]
    assert words(lost) == [
        TITLE,
        "last seen: node-2 ens33 at 241.7 µs",
        "carried: vxlan 10.1.10.9→10.1.10.10 vni 1",
        "finding: overlay-port-blocked",
    ]
    assert heads(root, "lost")[0][0] > 0


def test_a_lost_reply_ends_in_a_cross_on_its_way_back() -> None:
    root = picture(ping("reply-lost", OUT, BACK[:3]))
    assert heads(root, "lost")[0][0] < 0


def test_a_ping_that_nobody_answered_ends_at_the_pod() -> None:
    root = picture(ping("unanswered", OUT))
    assert heads(root, "lost")[0][0] == 0


def test_the_error_of_another_node_is_not_blamed() -> None:
    (lost,) = groups(picture(ping("request-lost", OUT[:5])), "lost")
    assert words(lost)[0] == "lost; no finding says why"


def test_of_two_errors_the_one_that_rests_on_a_frame_of_the_ping_is_shown() -> None:
    lost = ping("request-lost", OUT[:6])
    frame = Evidence(kind="frame", node="node-2", file=OUT[5].file, frame=OUT[5].frame)
    proved = replace(finding("node-2", "proved"), evidence=(frame,))
    root = fromstring(ladder_svg(report(lost, findings=(BLOCKED, proved)), lost))
    assert words(groups(root, "lost")[0])[0] == "proved"


def test_a_loss_inside_a_node_is_drawn_inside_it_and_one_on_the_wire_outside() -> None:
    for hops, inside in ((OUT[:6], True), (OUT[:5], False)):
        root = picture(ping("request-lost", hops))
        frame = next(groups(root, "node")[-1].iter(f"{SVG}rect"))
        right = float(frame.get("x", "")) + float(frame.get("width", ""))
        (sign,) = groups(root, "lost")[0].findall(f"{SVG}circle")
        assert (float(sign.get("cx", "")) < right) is inside


def test_columns_that_an_answered_ping_reached_are_shown_for_a_lost_one() -> None:
    lost = ping("request-lost", OUT[:6])
    root = fromstring(ladder_svg(report(ANSWERED, lost), lost))
    assert columns(root) == columns(picture(ANSWERED))
    assert len(groups(root, "unseen")) == 4


def test_nat_is_marked_where_it_rewrote() -> None:
    assert [words(group) for group in groups(picture(NAT), "nat")] == [
        ["destination → 10.244.2.2"],
        ["source → 10.1.10.9"],
        ["destination → 10.244.1.2", "source → 10.96.0.10"],
    ]


def test_what_was_only_inferred_is_dashed() -> None:
    arrows = groups(picture(OPAQUE), "arrow")
    dashed = [a.findall(f"{SVG}path")[0].get("stroke-dasharray") is not None for a in arrows]
    assert dashed == [False, True, True, False]
    assert "inferred by time and size" in words(arrows[2])


def test_a_hairpin_crosses_one_column_twice() -> None:
    root = picture(HAIRPIN)
    assert columns(root) == ["node-1 pod-a:eth0", "node-1 cni0"]
    right = [round(x) for x, _ in heads(root, "request")]
    assert right[0] > 0 > right[2]
    assert words(groups(root, "request")[1]) == ["+6 µs"]


def test_hostile_text_is_only_text() -> None:
    document = ladder_svg(report(HOSTILE, findings=(finding(EVIL, EVIL),)), HOSTILE)
    assert "<script" not in document
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", document)
    assert "node not known" in words(fromstring(document))
    assert f"{EVIL[:25]}\\x1b[31m\\u202e]]>&\"'" in words(groups(fromstring(document), "lost")[0])


def test_icmp_errors_and_strange_times_are_said() -> None:
    odd = replace(OUT[0], time_ns=10**22, since_first_us=-3.0)
    said = words(picture(replace(ping("unknown", (odd,)), errors=("host unreachable",) * 6)))
    assert said.count("ICMP error: host unreachable") == 4
    assert "and 2 more ICMP errors" in said
    assert "started 10000000000000000000000 ns since 1970, clock of node-1" in said
