"""The ladder as a picture: all of it inside, nothing on something else, whatever the ping."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdiag.model.report import STATUSES, Hop, Ping, Point
from tests.render.ladder_cases import CASES, IPIP, IPV6, VXLAN, WIREGUARD, hop, ping
from tests.render.ladder_reading import SVG, area_of, columns, groups, picture, shapes

EVERY_CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


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
