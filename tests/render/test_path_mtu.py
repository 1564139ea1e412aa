"""The path's MTU as text."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from netdiag.model.path_mtu import MtuHop, PathMtu, SweptDirection
from netdiag.model.point import Point
from netdiag.render.page import Page
from netdiag.render.path_mtu import write_mtu

NAMES = {"10.244.1.2": "pod-a", "10.244.2.2": "pod-c"}
WHOLE = SweptDirection(
    source="10.244.1.2",
    destination="10.244.2.2",
    interface="eth0",
    path_mtu=1450,
    sent_mtu=1450,
    told=None,
    told_by=None,
    told_mtu=None,
    lost_at=None,
    fragmented=False,
    fragments_lost=False,
    sizes=((576, True), (1450, True)),
)
TOLD = replace(
    WHOLE, sent_mtu=1500, told=True, told_by="10.244.1.1", told_mtu=1450, fragmented=True
)
SILENT = replace(
    WHOLE, path_mtu=1350, told=False, lost_at=Point("node-2", None, "ens33"), fragments_lost=True
)
UNKNOWN = replace(WHOLE, path_mtu=None)
CHAIN = (
    MtuHop("node-1", "pod-a", "eth0", 1450, 0),
    MtuHop("node-1", None, "ens33", 1500, 50),
    MtuHop("node-2", None, "ens33", None, 50),
)
BOTH = PathMtu(WHOLE, None, CHAIN, CHAIN[0])


def lines(mtu: PathMtu | None, **names: Any) -> list[str]:
    page = Page(120, colour=False)
    write_mtu(page, mtu, names or NAMES)
    return [" ".join(line.split()) for line in page.text().splitlines() if line.strip()]


def row(way: SweptDirection) -> str:
    return lines(replace(BOTH, source_to_destination=way, chain=()))[2]


def test_nothing_was_swept() -> None:
    assert lines(None) == []


def test_each_outcome() -> None:
    assert row(WHOLE) == "pod-a → pod-c 1450 1450 all that is sent"
    assert row(TOLD) == (
        "pod-a → pod-c 1450 1500 larger ones are lost, 10.244.1.1 asks for 1450, "
        "without DF in fragments on the way"
    )
    assert row(SILENT) == (
        "pod-a → pod-c 1350 1450 larger ones are lost after node-2/ens33, nobody says so, "
        "fragments are lost"
    )
    assert row(UNKNOWN) == "pod-a → pod-c ? 1450 nothing was answered: that tells no size"
    assert row(replace(WHOLE, fragmented=True)).endswith(
        "all that is sent, in fragments on the way"
    )


def test_the_way_back_and_the_chain() -> None:
    back = replace(SILENT, source="10.244.2.2", destination="10.244.1.2")
    written = lines(replace(BOTH, destination_to_source=back))
    assert written[3].startswith("pod-c → pod-a 1350 1450")
    assert written[4] == "MTUs node-1/pod-a:eth0 1450 → ens33 1500 (-50) → node-2/ens33 ? (-50)"


def test_hostile_text_stays_text() -> None:
    evil = "\x1b[31mevil\n"
    way = replace(TOLD, told_by=evil, source=evil)
    hop = MtuHop(evil, evil, evil, 1450, 0)
    text = "\n".join(lines(PathMtu(way, None, (hop,), hop)))
    assert "\x1b" not in text
    assert "evil" in text
