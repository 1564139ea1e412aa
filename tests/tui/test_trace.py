"""The screen Trace, driven."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from textual import events

from netdiag.model.capture_point import CapturePoint
from netdiag.model.report import Attempts
from netdiag.tui.app import NetdiagApp
from netdiag.tui.messages import JumpToPing
from netdiag.tui.screens.findings import FindingsScreen
from netdiag.tui.screens.packets import PacketsScreen
from netdiag.tui.screens.trace import TraceScreen
from netdiag.tui.screens.trace_dialog import TraceDialog
from netdiag.tui.session import Actions, Snapshot, TraceEnd, TraceOptions, Tracing
from netdiag.tui.widgets.hop_table import HopTable
from netdiag.tui.widgets.trace_body import TraceBody
from netdiag.tui.widgets.trace_head import TraceHead
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

FDB = "lab/flannel-vxlan+fdb-missing.tar.gz"
PODS = (
    TraceEnd("pod-a", "pod", "node-1", ("10.244.1.2",)),
    TraceEnd("pod-c", "pod", "node-2", ("10.244.2.2",)),
)
HALF = "lab/flannel-vxlan+half-lost.tar.gz"
ENDS = (
    TraceEnd("default/web", "pod", "node-1", ("10.244.1.2",)),
    TraceEnd("default/db", "pod", "node-2", ("10.244.2.2", "fd00::2")),
    TraceEnd("node-1", "node", "node-1", ("10.1.10.9",)),
)


class Asked:
    """Remembers what was asked of a session."""

    def __init__(self) -> None:
        self.traces: list[tuple[str, str, TraceOptions]] = []
        self.stops = 0
        self.actions = Actions(start_trace=self._start, stop_trace=self._stop)

    def _start(self, source: str, destination: str, options: TraceOptions) -> None:
        self.traces.append((source, destination, options))

    def _stop(self) -> None:
        self.stops += 1


def body(app: NetdiagApp) -> TraceBody:
    assert isinstance(app.screen, TraceScreen)
    return app.screen.query_one(TraceBody)


def chosen(app: NetdiagApp) -> int:
    """Return the number of the ping that is looked at."""
    pings = body(app).pings
    return pings.entries[pings.cursor].ping.number


def many_pings(count: int) -> Snapshot:
    snapshot = snapshot_of(HALF)
    assert snapshot.report is not None
    some = snapshot.report.pings
    pings = tuple(
        msgspec.structs.replace(some[number % len(some)], number=number + 1, seq=number)
        for number in range(count)
    )
    return Snapshot(msgspec.structs.replace(snapshot.report, pings=pings))


@runs
async def test_the_first_lost_ping_is_shown_with_the_mark_under_the_cursor() -> None:
    async with screens(snapshot_of(HALF)) as (app, pilot, _):
        await press(app, pilot, "2")
        assert chosen(app) == 1
        item = body(app).ladder.item
        assert item is not None
        assert item.loss is not None
        assert "✗ request lost" in "\n".join(seen(app))


@runs
async def test_keys_step_through_pings_and_hops() -> None:
    async with screens(snapshot_of(HALF)) as (app, pilot, _):
        await press(app, pilot, "2", "n")
        assert chosen(app) == 2
        await press(app, pilot, "right", "p")
        assert chosen(app) == 2
        await press(app, pilot, "left", "left")
        assert chosen(app) == 1
        await press(app, pilot, "n", "L")
        assert chosen(app) == 10
        ladder = body(app).ladder
        await press(app, pilot, "down", "down", "up")
        assert ladder.cursor == 1
        await press(app, pilot, "G")
        assert ladder.cursor == len(ladder.ladder.items) - 1
        await press(app, pilot, "g")
        assert ladder.cursor == 0


@runs
async def test_a_hop_leads_to_its_frame_and_the_mark_to_its_finding() -> None:
    async with screens(snapshot_of(HALF)) as (app, pilot, _):
        for keys, screen in (
            ("enter", FindingsScreen),
            ("n enter", PacketsScreen),
            ("f", FindingsScreen),
        ):
            await press(app, pilot, "2", *keys.split())
            assert type(app.screen) is screen


@runs
async def test_the_list_is_filtered_and_the_filter_ended() -> None:
    async with screens(snapshot_of(HALF), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "2", "slash", *"lost", "enter")
        assert [entry.is_lost for entry in body(app).pings.entries] == [True] * 5
        await press(app, pilot, "escape")
        assert len(body(app).pings.entries) == 10
        await press(app, pilot, "slash", *"nothing", "enter")
        assert "no ping is like that" in "\n".join(seen(app))


@pytest.mark.parametrize(
    ("size", "has_list", "has_times"),
    [(SMALL, False, False), (MEDIUM, True, False), (LARGE, True, True)],
)
def test_the_screen_is_arranged_for_its_size(
    size: tuple[int, int], has_list: bool, has_times: bool
) -> None:
    import asyncio

    async def test() -> None:
        async with screens(snapshot_of(HALF), size=size) as (app, pilot, _):
            await press(app, pilot, "2")
            times = app.screen.query_one(HopTable)
            beside = app.screen.query_one("#trace-list")
            assert beside.display is has_list
            assert times.display is has_times
            await press(app, pilot, "b", "m")
            assert beside.display is not has_list
            assert times.display is not has_times

    asyncio.run(test())


@runs
async def test_a_ping_is_shown_that_a_jump_leads_to() -> None:
    async with screens(snapshot_of(HALF)) as (app, pilot, _):
        app.post_message(JumpToPing(7))
        await settle(app, pilot)
        assert chosen(app) == 7


@runs
async def test_attempts_are_chosen_like_pings() -> None:
    snapshot = snapshot_of(HALF)
    assert snapshot.report is not None
    ping = msgspec.structs.replace(snapshot.report.pings[1], protocol="tcp", refused=True)
    tried: dict[str, Any] = dict.fromkeys(
        ("answered", "request_lost", "reply_lost", "unanswered", "unknown"), 0
    )
    attempts = Attempts(
        "tcp", ping.source, ping.destination, 80, 1, refused=1, rtt_us=None, mss=None,
        retransmissions=None, pings=(ping,), **tried,
    )  # fmt: skip
    report = msgspec.structs.replace(snapshot.report, attempts=(attempts,))
    async with screens(Snapshot(report), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "2", "L")
        text = "\n".join(seen(app))
        assert "attempt tcp 80" in text
        assert "✓ refused" in text


@runs
async def test_a_thousand_pings_are_drawn_at_once() -> None:
    async with screens(many_pings(1000), size=LARGE) as (app, pilot, session):
        begin = time.process_time()
        await press(app, pilot, "2")
        for key in ("n", "n", "p", "down", "G"):
            await press(app, pilot, key)
        session.deliver(many_pings(1000))
        await settle(app, pilot)
        assert time.process_time() - begin < 8
        assert len(body(app).pings.entries) == 1000


@runs
async def test_nothing_is_there_to_be_drawn() -> None:
    async with screens(Snapshot()) as (app, pilot, _):
        await press(app, pilot, "2", "n", "p", "m", "b", "L", "f", "space", "x", "enter", "slash")
        await press(app, pilot, "escape", "b", "m")
        assert app.is_running
        assert isinstance(app.screen, TraceScreen)


# Tracing


@runs
async def test_two_pods_are_picked_by_typing() -> None:
    asked = Asked()
    async with screens(Snapshot(ends=ENDS), actions=asked.actions) as (app, pilot, _):
        await press(app, pilot, "t", *"web", "enter", *"10.244.2", "enter")
        assert asked.traces == [("default/web", "default/db", TraceOptions())]
        await press(app, pilot, "t")
        assert asked.traces[1] == asked.traces[0]


@runs
async def test_quick_fingers_lose_no_key_between_the_lines() -> None:
    asked = Asked()
    async with screens(Snapshot(ends=ENDS), actions=asked.actions) as (app, pilot, _):
        await press(app, pilot, "t")
        for key in (*"web", "enter", *"10.244.2", "enter"):
            character = "\r" if key == "enter" else key
            app.post_message(events.Key(key, character))
        await until(app, pilot, lambda: bool(asked.traces))
        assert asked.traces[0][:2] == ("default/web", "default/db")


@runs
async def test_what_is_ticked_is_captured_and_the_chosen_pods_veths_are() -> None:
    asked = Asked()
    known = replace(snapshot_of(FDB), report=None, ends=PODS)
    async with screens(known, actions=asked.actions, size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "t", *"pod-a", "enter", *"pod-c", "enter")
        told = asked.traces[0][2].points
        assert told is not None
        assert sorted(map(str, told)) == [
            "node-1/cni0", "node-1/ens33", "node-1/flannel.1", "node-1/pod-a:eth0",
            "node-1/veth5e1c4d6c",
            "node-2/cni0", "node-2/ens33", "node-2/flannel.1", "node-2/pod-c:eth0",
            "node-2/veth3754a2f5",
        ]  # fmt: skip


@runs
async def test_what_is_unticked_is_not_captured_and_that_is_told() -> None:
    asked = Asked()
    known = replace(snapshot_of(FDB), ends=PODS)
    async with screens(known, actions=asked.actions, size=MEDIUM) as (app, pilot, session):
        await press(app, pilot, "down", "down", "space", "t", *"pod-a", "enter")
        assert "unticked, so not captured: node-1/flannel.1" in "\n".join(seen(app))
        await press(app, pilot, *"pod-c", "enter")
        told = asked.traces[0][2].points
        assert told is not None
        assert CapturePoint("node-1", None, "flannel.1") not in told
        tracing = Tracing("pod-a", "pod-c", is_on=False, is_continuous=False)
        session.deliver(replace(known, tracing=tracing))
        await settle(app, pilot)
        assert "unticked, so not captured: node-1/flannel.1" in "\n".join(seen(app))


@runs
async def test_near_names_and_arrows_and_any_address_do() -> None:
    asked = Asked()
    async with screens(Snapshot(ends=ENDS), actions=asked.actions) as (app, pilot, _):
        await press(app, pilot, "t", *"wbe", "enter", *"192.0.2.1", "enter")
        await press(app, pilot, "o", "down", "enter", "down", "enter")
        assert [trace[:2] for trace in asked.traces] == [
            ("default/web", "192.0.2.1"),
            ("default/db", "node-1"),
        ]


@runs
async def test_options_are_taken_and_wrong_ones_told() -> None:
    asked = Asked()
    async with screens(Snapshot(ends=ENDS), actions=asked.actions, size=SMALL) as (app, pilot, _):
        await press(app, pilot, "t", *"web", "enter", *"db", "tab", "9", "tab", *"0.5", "tab")
        await press(app, pilot, *"7", "enter")
        assert "size: from 16 to 65,000" in "\n".join(seen(app))
        await press(app, pilot, "home", "shift+end", *"1400", "tab", "space", "tab", "space")
        await press(app, pilot, "tab", *"80,443", "tab", *"53", "enter")
        wanted = TraceOptions(
            count=9, interval=0.5, payload_bytes=1400, dont_fragment=True, mtu=True,
            tcp_ports=(80, 443), udp_ports=(53,),
        )  # fmt: skip
        assert asked.traces == [("default/web", "default/db", wanted)]


@runs
async def test_pings_go_on_until_they_are_stopped() -> None:
    asked = Asked()
    async with screens(Snapshot(ends=ENDS), actions=asked.actions) as (app, pilot, session):
        await press(app, pilot, "c", *"web", "enter", *"db", "enter")
        assert asked.traces[0][2].count is None
        tracing = Tracing("default/web", "default/db", is_on=True, is_continuous=True)
        session.deliver(Snapshot(ends=ENDS, tracing=tracing))
        await settle(app, pilot)
        await press(app, pilot, "c")
        assert asked.stops == 1
        await press(app, pilot, "x", "escape")
        assert asked.stops == 3


@runs
async def test_the_latest_ping_is_followed_until_another_is_looked_at_or_it_is_paused() -> None:
    asked = Asked()

    def going_on(count: int) -> Snapshot:
        tracing = Tracing("default/web", "default/db", is_on=True, is_continuous=True)
        return Snapshot(many_pings(count).report, ends=ENDS, tracing=tracing)

    async with screens(going_on(3), actions=asked.actions, size=MEDIUM) as (app, pilot, session):
        await press(app, pilot, "2")
        assert chosen(app) == 3
        session.deliver(going_on(5))
        await settle(app, pilot)
        assert chosen(app) == 5
        await press(app, pilot, "p")
        session.deliver(going_on(8))
        await settle(app, pilot)
        assert chosen(app) == 4
        await press(app, pilot, "L", "space")
        session.deliver(going_on(12))
        await settle(app, pilot)
        assert chosen(app) == 8
        assert "‖ paused" in "\n".join(seen(app))
        await press(app, pilot, "space")
        assert chosen(app) == 12
        assert app.screen.query_one(TraceHead).display


@runs
async def test_the_dialog_is_left_without_a_trace() -> None:
    asked = Asked()
    async with screens(Snapshot(ends=ENDS), actions=asked.actions) as (app, pilot, _):
        await press(app, pilot, "t")
        assert isinstance(app.screen, TraceDialog)
        await press(app, pilot, "enter", "enter", "escape")
        await press(app, pilot, "o", *"zzzz", "enter", "escape")
        assert isinstance(app.screen, TraceScreen)
