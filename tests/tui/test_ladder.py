"""A ping drawn as a ladder of text: what stands where, at any width."""

from __future__ import annotations

from functools import cache

import msgspec
import pytest
from rich.cells import cell_len

from netdiag.model.report import Hop, Ping, Report
from netdiag.tui.ladder.drawing import TextLadder, draw_ladder
from netdiag.tui.ladder.pings import entries_of
from netdiag.tui.ladder.times import hop_times
from netdiag.tui.theme import THEMES, ink_of
from tests.tui.driving import snapshot_of

INK = ink_of(THEMES[0])
WAYS = (
    "k8s-vxlan-ping",
    "article-ipip",
    "lab/flannel-wireguard.tar.gz",
    "lab/flannel-vxlan+fdb-missing.tar.gz",
    "findings/destination-silent.tar.gz",
    "findings/nat-rewrite-unexpected.tar.gz",
)


@cache
def report_of(name: str) -> Report:
    report = snapshot_of(name).report
    assert report is not None
    return report


def ladder_of(name: str, width: int = 120, height: int = 30, ping: int = 0) -> TextLadder:
    report = report_of(name)
    return draw_ladder(report, report.pings[ping], width, height, INK)


def words(ladder: TextLadder) -> str:
    lines = [*ladder.heading, *(line.text for line in ladder.lines)]
    return "\n".join(line.plain for line in lines)


def column_of(ladder: TextLadder, item: int) -> int:
    """Return the cell in which a hop's mark stands."""
    line = next(line for line in ladder.lines if line.item == item)
    return max(line.text.plain.find("●"), line.text.plain.find("○"))


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("width", [20, 80, 120, 200])
def test_every_line_is_as_wide_as_the_ladder(name: str, width: int) -> None:
    ladder = ladder_of(name, width)
    assert ladder.width >= width
    for line in (*ladder.heading, *(line.text for line in ladder.lines)):
        assert line.cell_len == ladder.width


@pytest.mark.parametrize("name", WAYS)
def test_every_hop_has_a_mark_and_its_time(name: str) -> None:
    ping, ladder = report_of(name).pings[0], ladder_of(name)
    hops = ping.request + ping.reply
    assert [item.hop for item in ladder.items if item.loss is None] == list(hops)
    marks = [char for char in words(ladder) if char in "●○"]
    assert len(marks) == len(hops)


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_request_goes_right_and_the_reply_back(width: int) -> None:
    ping, ladder = report_of("k8s-vxlan-ping").pings[0], ladder_of("k8s-vxlan-ping", width)
    cells = [column_of(ladder, item) for item in range(len(ladder.items))]
    turn = len(ping.request)
    assert cells[:turn] == sorted(set(cells[:turn]))
    assert cells[turn:] == cells[:turn][::-1]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_each_arrow_tells_its_time_and_its_tunnel(width: int) -> None:
    ladder = ladder_of("k8s-vxlan-ping", width)
    for item in ladder.items[1:]:
        assert item.link is not None
        line = next(line for line in ladder.lines if line.item == ladder.items.index(item))
        assert item.link.gap in line.text.plain
        is_carried = item.link.kind == "vxlan"
        assert ("vxlan" in line.text.plain) is is_carried
        assert ("═" in line.text.plain) is is_carried


def test_all_interfaces_are_named_even_where_there_is_little_room() -> None:
    ladder = ladder_of("findings/nat-rewrite-unexpected.tar.gz", 80)
    heading = "\n".join(line.plain for line in ladder.heading)
    for name in ("node-1", "node-2", "pod-a:eth0", "cni0", "flannel.1", "ens33", "pod-c:eth0"):
        assert name in heading


def test_a_lost_packet_ends_in_a_mark_with_its_finding() -> None:
    ladder = ladder_of("lab/flannel-vxlan+fdb-missing.tar.gz", 80)
    died = ladder.items[-1]
    assert died.loss is not None
    assert died.finding is not None
    assert died.finding.code == "fdb-missing"
    drawn = words(ladder)
    assert "✗" in drawn
    assert "finding: fdb-missing" in drawn


def test_rewritten_addresses_are_told_at_their_hop() -> None:
    drawn = words(ladder_of("findings/nat-rewrite-unexpected.tar.gz"))
    assert "⟨source → 10.244.1.0⟩" in drawn
    assert "⟨destination → 10.244.1.2⟩" in drawn


def test_what_was_only_inferred_is_hollow_and_says_so() -> None:
    drawn = words(ladder_of("lab/flannel-wireguard.tar.gz", 160))
    assert "○" in drawn
    assert "wireguard (inferred)" in drawn
    assert "╌" in drawn


def test_hops_stand_apart_where_there_is_room() -> None:
    few, many = ladder_of("k8s-vxlan-ping", height=20), ladder_of("k8s-vxlan-ping", height=60)
    assert len(few.lines) == len(few.items) == len(many.items)
    assert len(many.lines) == 2 * len(many.items) - 1


def renamed(ping: Ping, name: str) -> Ping:
    def hop(each: Hop) -> Hop:
        return msgspec.structs.replace(each, node=name, interface=name, pod=name)

    request, reply = tuple(map(hop, ping.request)), tuple(map(hop, ping.reply))
    return msgspec.structs.replace(ping, request=request, reply=reply)


@pytest.mark.parametrize(
    "name", ["", "[b]x", "\x1b[31m\n\r", "名前" * 30, "e\u0301" * 30, "x" * 9999]
)
def test_hostile_names_keep_to_their_cells(name: str) -> None:
    report = report_of("k8s-vxlan-ping")
    ladder = draw_ladder(report, renamed(report.pings[0], name), 80, 24, INK)
    assert "\x1b" not in words(ladder)
    for line in (*ladder.heading, *(line.text for line in ladder.lines)):
        assert cell_len(line.plain) == ladder.width


def test_a_ping_that_was_seen_nowhere_is_an_empty_ladder() -> None:
    report = report_of("k8s-vxlan-ping")
    ping = msgspec.structs.replace(report.pings[0], request=(), reply=(), status="unknown")
    assert draw_ladder(report, ping, 80, 24, INK).items == ()


def test_times_are_over_all_pings_and_tell_where_some_were_lost() -> None:
    entries = entries_of(report_of("lab/flannel-vxlan+half-lost.tar.gz"))
    times = hop_times(entries, entries[0])
    assert entries[0].is_lost
    assert times[-1].link.way == "reply"
    assert [len(each.values_us) for each in times[:2]] == [len(entries)] * 2
    assert sum(each.lost for each in times) == sum(entry.is_lost for entry in entries)
    for each in times:
        assert min(each.values_us) <= each.quantile(0.5) <= each.quantile(0.99)
        assert each.quantile(0.99) <= max(each.values_us)
