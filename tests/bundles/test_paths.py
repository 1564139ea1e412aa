"""Paths as text."""

from __future__ import annotations

import pytest

from tests.bundles.flannel import HAIRPIN, UDP, VXLAN
from tests.bundles.others import IPIP_OVER_ROUTER, MACVLAN
from tests.bundles.paths import Place, Step, directions, place_of, steps_of


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("node-1/ens33 63", Step(Place("node-1", None, "ens33"), 63)),
        ("n/p:eth0 64 +3.5", Step(Place("n", "p", "eth0"), 64, after_us=3.5)),
        ("n/e 63 vxlan/frag out", Step(Place("n", None, "e"), 63, "vxlan", True, None, "out")),
        (
            "n/e 1 a>b id=7 to=02:00:00:00:00:01",
            Step(
                Place("n", None, "e"),
                1,
                source="a",
                destination="b",
                identifier=7,
                mac_to="02:00:00:00:00:01",
            ),
        ),
    ],
)
def test_a_line_is_a_step(line: str, step: Step) -> None:
    assert steps_of(f"\n  {line}\n") == (step,)
    assert place_of(str(step.place)) == step.place


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="vxlam"):
        steps_of("n/e 63 vxlam")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (VXLAN.request, "out in in out out in in out out in"),
        (VXLAN.reply, "out in in out out in in out out in"),
        (UDP.request, "out in in out out in in out out in"),
        (HAIRPIN.request, "out in in out out in"),
        (MACVLAN.request, "out out in in"),
        (IPIP_OVER_ROUTER.request, "out in out out in out in in out in"),
    ],
)
def test_directions_follow_from_where_the_packet_is_forwarded(path: str, expected: str) -> None:
    assert " ".join(directions(steps_of(path))) == expected
