"""The app over a session: deliveries, switching, what is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from netdiag.tui.app import PANES, NetdiagApp
from netdiag.tui.screens.path_dialog import numbered
from netdiag.tui.session import Actions, Outcome, Progress, Snapshot, Tracing, Trouble
from netdiag.tui.theme import THEMES
from netdiag.tui.widgets.top_bar import TopBar
from tests.tui.driving import (
    LARGE,
    MEDIUM,
    HandedSession,
    driven,
    press,
    runs,
    screens,
    seen,
    settle,
    snapshot_of,
    until,
)

FAULTS = ("", "+directrouting-not-applied")
"""Of fixtures: none, and one that facts alone tell of."""
QUITTING = ("q", "ctrl+q", "ctrl+c", "ctrl+z")
ACTIONS = Actions(lambda *_: None, lambda: None, lambda _: None, lambda _: None, lambda *_: None)


@runs
async def test_keys_lead_to_all_screens() -> None:
    async with screens() as (app, pilot, _):
        for key, pane in enumerate(PANES, 1):
            await press(app, pilot, str(key))
            assert type(app.screen) is pane


@runs
async def test_a_click_on_a_tab_leads_to_its_screen() -> None:
    async with screens() as (app, pilot, _):
        line = seen(app)[0]
        await pilot.click(offset=(line.index("Facts"), 0))
        await settle(app, pilot)
        assert app.pane is not None
        assert app.pane.NAME == "facts"


@runs
async def test_progress_and_troubles_are_told_and_forgotten() -> None:
    async with screens(Progress("reading captures", 1, 4)) as (app, pilot, session):
        assert any("reading captures" in line and "25%" in line for line in seen(app))
        session.deliver(Trouble("node-1's probe", "it ended"))
        session.deliver(Progress("reading captures", 4, 4))
        await settle(app, pilot)
        text = "\n".join(seen(app))
        assert "node-1's probe: it ended" in text
        assert "reading captures" not in text
        session.deliver(Trouble("node-1's probe", ""))
        await settle(app, pilot)
        assert "probe" not in "\n".join(seen(app))


@runs
async def test_progress_towards_an_unknown_end_is_told() -> None:
    async with screens(Progress("looking at this machine", 0, 0)) as (app, _, _):
        assert "… looking at this machine" in "\n".join(seen(app))


@runs
async def test_what_cannot_be_done_is_said() -> None:
    async with screens() as (app, pilot, _):
        await press(app, pilot, "s", "w", "e", "t", "c")
        assert len(app._notifications) == 5


@runs
async def test_a_path_is_handed_on() -> None:
    saved: list[str] = []
    async with screens(actions=Actions(save_bundle=saved.append)) as (app, pilot, _):
        await press(app, pilot, "s", "x", "enter")
    assert saved == ["x"]


@runs
async def test_the_help_leaves_out_what_a_session_can_never_do() -> None:
    async with screens(size=LARGE, actions=Actions(export=lambda *_: None)) as (app, pilot, _):
        await press(app, pilot, "question_mark")
        text = "\n".join(seen(app))
        assert "Export" in text
        assert "Continuous" not in text
        assert "Save bundle" not in text


@pytest.mark.parametrize(
    ("title", "seen_at_its_end"),
    [("/a/" + "x" * 40 + "/case.tar.gz", "xxx/case.tar.gz"), ("a lab " * 9, "a lab a la…")],
)
def test_of_a_path_that_is_too_long_the_end_is_told(title: str, seen_at_its_end: str) -> None:
    async def run() -> None:
        async with screens() as (app, _, _):
            app.state.title = title
            words = app.screen.query_one(TopBar).render().plain
            assert words.rstrip().endswith(seen_at_its_end)

    asyncio.run(run())


def test_a_name_that_was_given_before_is_not_proposed_again() -> None:
    assert numbered("netdiag.tar.gz", set()) == "netdiag.tar.gz"
    given = {"netdiag.tar.gz", "netdiag-2.tar.gz"}
    assert numbered("netdiag.tar.gz", given) == "netdiag-3.tar.gz"


@runs
async def test_interfaces_are_counted_from_the_first_moment_that_a_session_is_open() -> None:
    asked: list[tuple[bool, bool]] = []

    def count(is_wanted: bool) -> None:
        asked.append((is_wanted, app.inbox.put == session.deliver))

    session = HandedSession(actions=Actions(count_links=count))
    app = NetdiagApp(session)
    async with driven(app) as pilot:
        await settle(app, pilot)
        assert asked == [(True, True)]
        await press(app, pilot, "4", "1")
        assert [is_wanted for is_wanted, _ in asked] == [True, False, True]


@runs
async def test_keys_that_can_do_nothing_now_are_not_offered() -> None:
    ends, tracing = (), Tracing("a", "b", is_on=True, is_continuous=True)
    async with screens(Snapshot(), actions=ACTIONS) as (app, pilot, session):
        await press(app, pilot, "2")
        assert "t Trace  c Continuous" in seen(app)[-1]
        assert "x Stop" not in seen(app)[-1]
        session.deliver(Snapshot(ends=ends, tracing=tracing))
        await settle(app, pilot)
        assert "x Stop  Space Pause" in seen(app)[-1]
        assert "t Trace" not in seen(app)[-1]
        await press(app, pilot, "1")
        assert "c Stop pings" in seen(app)[-1]


@runs
async def test_nodes_are_asked_again_and_what_they_tell_then_is_shown() -> None:
    asked: list[None] = []
    healthy, broken = (snapshot_of(f"lab/flannel-vxlan{fault}.tar.gz") for fault in FAULTS)
    assert broken.inspection is not None
    assert broken.inspection.findings
    actions = Actions(ask_again=lambda: asked.append(None))
    async with screens(healthy, actions=actions, size=MEDIUM) as (app, pilot, session):
        await press(app, pilot, "r")
        assert len(asked) == 1
        later = replace(healthy, inspection=broken.inspection, are_facts_newer=True)
        session.deliver(later)
        await settle(app, pilot)
        text = " ".join(" ".join(seen(app)).split())
        assert "3 of 3 pings answered" in text
        assert f"Meanwhile: {broken.inspection.findings[0].title}" in text
        await press(app, pilot, "4")
        assert broken.inspection.findings[0].code in "\n".join(seen(app))


@runs
async def test_outcomes_with_markup_are_told_as_they_stand() -> None:
    async with screens(Snapshot(), size=(120, 40)) as (app, pilot, session):
        session.deliver(Outcome("written to [bold]x[/bold]\x1b[31m"))
        await until(app, pilot, lambda: "[bold]x[/bold]\\x1b[31m" in "\n".join(seen(app)))


@pytest.mark.parametrize("pane", PANES)
def test_every_screen_has_help_of_its_keys(pane: type) -> None:
    async def run() -> None:
        able = Actions(start_trace=lambda *_: None, export=lambda *_: None)
        async with screens(size=(120, 60), actions=able) as (app, pilot, _):
            await press(app, pilot, str(PANES.index(pane) + 1), "question_mark")
            text = "\n".join(seen(app))
            assert "Quit" in text
            assert "Export" in text
            assert "Continuous" in text
            await press(app, pilot, "escape")
            assert type(app.screen) is pane

    asyncio.run(run())


@pytest.mark.parametrize("pane", PANES)
def test_every_key_of_the_help_does_no_harm(pane: type) -> None:
    async def run() -> None:
        snapshot = snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz")
        async with screens(snapshot, actions=ACTIONS, size=(120, 40)) as (app, pilot, _):
            number = str(PANES.index(pane) + 1)
            await press(app, pilot, number)
            for active in list(app.screen.active_bindings.values()):
                if active.binding.key not in QUITTING:
                    await press(app, pilot, active.binding.key, "escape", number)
                    assert type(app.screen) is pane, active.binding
                    assert app.is_running, (active.binding, app.fault)

    asyncio.run(run())


@runs
async def test_what_could_not_be_read_is_told() -> None:
    snapshot = Snapshot(problems=("eth0.pcap: broken at offset 24", "[b]x: is empty"))
    async with screens(snapshot) as (app, pilot, session):
        assert "! eth0.pcap: broken at offset 24 and 1 more: 5, not read" in "\n".join(seen(app))
        session.deliver(Trouble("the trace", snapshot.problems[0]))
        await settle(app, pilot)
        text = "\n".join(seen(app))
        assert text.count("broken at offset 24") == 1
        assert "! [b]x: is empty" in text
        await press(app, pilot, "5", "down", "enter")
        assert "[b]x: is empty" in "\n".join(seen(app))


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_every_screen_is_drawn_in_every_theme(theme: str) -> None:
    async def run() -> None:
        snapshot = snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz")
        async with screens(snapshot) as (app, pilot, _):
            app.theme = theme
            for number in range(len(PANES)):
                await press(app, pilot, str(number + 1))
                assert "netdiag" in seen(app)[0]

    asyncio.run(run())


def test_no_colour_at_all_is_drawn_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def run() -> None:
        snapshot = snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz")
        async with screens(snapshot) as (app, pilot, _):
            for number in range(len(PANES)):
                await press(app, pilot, str(number + 1))
                for strip in app.screen._compositor.render_strips():
                    for segment in strip:
                        style = segment.style
                        assert style is None or style.color is None or style.color.is_default
                        assert style is None or style.bgcolor is None or style.bgcolor.is_default

    asyncio.run(run())
