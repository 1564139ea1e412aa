"""The ladder: what the picture says about a ping, and that nothing of it lies on something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from netdiag.model.report import STATUSES, Evidence, Hop, Ping, Point
from netdiag.render.ladder_svg import ladder_svg
from tests.render.ladder_cases import (
    ANSWERED,
    BACK,
    CASES,
    EVIL,
    HAIRPIN,
    HOSTILE,
    IPIP,
    IPV6,
    NAT,
    OPAQUE,
    OUT,
    SAME_NODE,
    VXLAN,
    WIREGUARD,
    finding,
    hop,
    ping,
    report,
)

SVG = "{http://www.w3.org/2000/svg}"
CELL = 0.6
"""Width of a monospaced letter, as a part of the font's size."""
TITLE = "iptables drops VXLAN (UDP 8472) at the INPUT hook"
BLOCKED = finding("node-2", TITLE)
EVERY_CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


class Area(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Area) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def picture(shown: Ping) -> Element:
    return fromstring(ladder_svg(report(shown, findings=(BLOCKED,)), shown))


def groups(root: Element, name: str) -> list[Element]:
    return [g for g in root.iter(f"{SVG}g") if name in g.get("class", "").split()]


def words(element: Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{SVG}text")]


def explained(element: Element) -> str:
    return element.findtext(f"{SVG}title") or ""


def columns(root: Element) -> list[str]:
    return [explained(group) for group in groups(root, "column")]


def heads(root: Element, name: str) -> list[tuple[float, float]]:
    """For each arrow: how far to the right it goes, and how far down."""
    paths = [group.findall(f"{SVG}path")[0].get("d", "") for group in groups(root, name)]
    numbers = [[float(n) for n in re.findall(r"-?\d+\.?\d*", path)] for path in paths]
    return [(n[-2] - n[0], n[-1] - n[1]) for n in numbers]


def area_of(text: Element) -> Area:
    size, x, y = (float(text.get(name, "0")) for name in ("font-size", "x", "y"))
    shown = text.text or ""
    width = len(shown) * CELL * size
    left = x - {"middle": width / 2, "end": width}.get(text.get("text-anchor", "start"), 0.0)
    return Area(left, y - 0.75 * size, left + width, y + 0.2 * size, shown)


def shapes(root: Element) -> Iterator[Area]:
    """Where every element that is drawn lies."""
    for element in root.iter():
        tag, numbers = element.tag.removeprefix(SVG), []
        if tag == "text":
            yield area_of(element)
        elif tag == "rect":
            x, y, w, h = (float(element.get(n, "0")) for n in ("x", "y", "width", "height"))
            yield Area(x, y, x + w, y + h, tag)
        elif tag == "circle":
            x, y, r = (float(element.get(n, "0")) for n in ("cx", "cy", "r"))
            yield Area(x - r, y - r, x + r, y + r, tag)
        elif tag == "line":
            numbers = [float(element.get(n, "0")) for n in ("x1", "y1", "x2", "y2")]
        elif tag in ("path", "polygon"):
            drawn = element.get("d") or element.get("points") or ""
            numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", drawn)]
        if numbers:
            xs, ys = numbers[::2], numbers[1::2]
            yield Area(min(xs), min(ys), max(xs), max(ys), tag)


@EVERY_CASE
def test_everything_is_inside_the_picture(case: Ping) -> None:
    root = picture(case)
    _, _, width, height = (float(n) for n in root.get("viewBox", "").split())
    drawn = list(shapes(root))
    assert drawn
    for area in drawn:
        assert area.left >= 0 and area.top >= 0, area
        assert area.right <= width and area.bottom <= height, area


@EVERY_CASE
def test_no_words_lie_on_other_words(case: Ping) -> None:
    areas = [area_of(text) for text in picture(case).iter(f"{SVG}text")]
    assert [pair for pair in combinations(areas, 2) if pair[0].overlaps(pair[1])] == []


@EVERY_CASE
def test_every_hop_has_a_mark_and_a_time_of_its_own(case: Ping) -> None:
    root, hops = picture(case), case.request + case.reply
    times = [text for text in root.iter(f"{SVG}text") if text.get("class") == "time"]
    assert len(groups(root, "hop")) == len(times) == len(hops)
    assert all(float(b.get("y", "")) - float(a.get("y", "")) >= 40 for a, b in pairwise(times))


@EVERY_CASE
def test_the_picture_stands_alone(case: Ping) -> None:
    tags = {element.tag.removeprefix(SVG) for element in picture(case).iter()}
    assert tags <= {"svg", "g", "rect", "line", "path", "polygon", "circle", "text", "title"}
    attributes = {name for element in picture(case).iter() for name in element.attrib}
    assert not any(name.startswith("on") or "href" in name or name == "id" for name in attributes)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_way_through_any_interfaces_can_be_read(data: st.DataObject) -> None:
    node = st.sampled_from(["n1", "node-2.eu-central-1.compute.internal", "日本語ノード", None])
    pod = st.sampled_from([None, None, "default_nginx-7c5ddbdf54-abcde"])
    places = st.builds(Point, node, pod, st.sampled_from(["eth0", "cni0", "cali0123456789a"]))
    around = st.sampled_from([(), (VXLAN,), (WIREGUARD,), (IPV6, IPIP)])
    times, source = st.sampled_from([0.0, 2.5, 4e3, 7e6]), st.sampled_from([None, None, "fd00::7"])

    def ways(back: bool) -> tuple[Hop, ...]:
        drawn = st.tuples(places, times, around, source, st.booleans())
        return tuple(
            hop(place, us, *tunnels, back=back, source=rewritten, inferred=inferred)
            for place, us, tunnels, rewritten, inferred in data.draw(st.lists(drawn, max_size=7))
        )

    case = ping(data.draw(st.sampled_from(STATUSES)), ways(False), ways(True))
    test_everything_is_inside_the_picture(case)
    test_no_words_lie_on_other_words(case)


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


def test_twelve_columns_with_the_longest_names_keep_apart() -> None:
    hops = tuple(
        hop(f"node-{i // 6}/coredns-5d78c9869d-{i:05}:enp129s0f0np{i}", i * 2.0, VXLAN)
        for i in range(12)
    )
    root = picture(ping("unknown", hops))
    labels = [area_of(t) for t in root.iter(f"{SVG}text") if t.get("class") == "interface"]
    assert len(labels) == 12
    assert all(a.right + 8 <= b.left for a, b in pairwise(labels))
    assert columns(root)[3].endswith("coredns-5d78c9869d-00003:enp129s0f0np3")


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
