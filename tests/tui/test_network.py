"""The screen Network, driven."""

from __future__ import annotations

import pytest

from netdiag.model.capture_point import CapturePoint
from netdiag.model.facts.kernel import LinkCounters
from netdiag.tui.app import NetdiagApp
from netdiag.tui.messages import JumpToInterface
from netdiag.tui.screens.facts import FactsScreen
from netdiag.tui.session import Counters, Snapshot
from netdiag.tui.widgets.network_tree import NetworkTree
from netdiag.tui.widgets.truths_table import TruthsTable
from tests.tui.driving import (
    LARGE,
    MEDIUM,
    SMALL,
    press,
    runs,
    screens,
    seen,
    settle,
    snapshot_of,
    until,
)

CASE = "lab/flannel-vxlan+fdb-missing.tar.gz"
FLANNEL = CapturePoint("node-1", None, "flannel.1")


def tree(app: NetdiagApp) -> NetworkTree:
    return app.screen.query_one(NetworkTree)


@pytest.mark.parametrize("size", [SMALL, MEDIUM, LARGE])
def test_the_verdict_the_truths_and_the_nodes_are_seen(size: tuple[int, int]) -> None:
    @runs
    async def test() -> None:
        async with screens(snapshot_of(CASE), size=size) as (app, _, _):
            text = "\n".join(seen(app))
            assert "✗ 10.244.1.2 (pod-a) → 10.244.2.2 (pod-c): 0 of 3 pings answered" in text
            assert "node-1  node-2  vxlan" in text
            assert "✓ agree" in text
            assert "flannel.1" in text
            assert "→ pod-a" in text
            assert "q Quit" in text

    test()


@runs
async def test_a_disagreement_is_told_in_words_and_comes_first() -> None:
    async with screens(snapshot_of("k8s-directrouting-not-applied")) as (app, _, _):
        rows = [line for line in seen(app) if "DISAGREE" in line or "✓ agree" in line]
        assert rows
        assert "✗ DISAGREE" in rows[0]


@runs
async def test_captured_interfaces_are_ticked_and_space_unticks() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        assert FLANNEL in app.state.ticks.points
        await press(app, pilot, "down", "down", "space")
        assert FLANNEL not in app.state.ticks.points
        assert any("[ ] flannel.1" in line for line in seen(app))
        await press(app, pilot, "space")
        assert FLANNEL in app.state.ticks.points


@runs
async def test_what_was_unticked_stays_so_when_more_is_known() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, session):
        await press(app, pilot, "down", "down", "space")
        session.deliver(snapshot_of(CASE))
        await settle(app, pilot)
        assert FLANNEL not in app.state.ticks.points


@runs
async def test_without_captures_nic_overlay_and_bridge_are_ticked() -> None:
    whole = snapshot_of(CASE)
    async with screens(Snapshot(None, whole.inspection, whole.facts)) as (app, _, _):
        names = {point.interface for point in app.state.ticks.points if point.node == "node-1"}
        assert names == {"ens33", "cni0", "flannel.1"}


@runs
async def test_a_click_on_a_box_ticks() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        lines = seen(app)
        row = next(number for number, line in enumerate(lines) if "[x] flannel.1" in line)
        await pilot.click(offset=(lines[row].index("[x]") + 1, row))
        await settle(app, pilot)
        assert FLANNEL not in app.state.ticks.points


@runs
async def test_nodes_close_and_open() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        rows = tree(app).row_count()
        await press(app, pilot, "enter")
        assert tree(app).row_count() < rows
        await press(app, pilot, "right")
        assert tree(app).row_count() == rows
        await press(app, pilot, "minus")
        assert tree(app).row_count() == 2
        await press(app, pilot, "plus")
        assert tree(app).row_count() == rows


@runs
async def test_the_filter_keeps_what_matches_and_escape_shows_all() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        rows = tree(app).row_count()
        await press(app, pilot, "slash", *"pod-c", "enter")
        assert tree(app).row_count() == 4
        assert tree(app).has_focus
        await press(app, pilot, "escape")
        assert tree(app).row_count() == rows


@runs
async def test_a_jump_opens_what_the_interface_is_in() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        await press(app, pilot, "minus", "4")
        app.post_message(JumpToInterface(CapturePoint("node-2", "pod-c", "eth0")))
        await until(app, pilot, lambda: app.pane is not None and app.pane.NAME == "network")
        line = tree(app).line()
        assert line is not None
        assert line.interface is not None
        assert line.interface.point == CapturePoint("node-2", "pod-c", "eth0")


@runs
async def test_i_leads_to_the_facts_of_an_interface() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "down", "down", "i")
        await until(app, pilot, lambda: isinstance(app.screen, FactsScreen))
        await until(app, pilot, lambda: "device flannel.1" in "\n".join(seen(app)))


@runs
async def test_the_truths_tell_what_they_rest_on() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        app.screen.query_one(TruthsTable).focus()
        await settle(app, pilot)
        assert "net-conf.json" in "\n".join(seen(app))


@runs
async def test_rates_and_drops_are_live() -> None:
    first = Counters(0, {FLANNEL: LinkCounters()})
    later = Counters(10**9, {FLANNEL: LinkCounters(rx_packets=4321, tx_dropped=7)})
    async with screens(snapshot_of(CASE), first, later, size=MEDIUM) as (app, _, _):
        line = next(line for line in seen(app) if "[x] flannel.1" in line)
        assert "4.3k" in line
        assert "█" in line
        assert "    7" in line
