"""The screen Findings, driven."""

from __future__ import annotations

from netdiag.tui.app import NetdiagApp
from netdiag.tui.screens.code_page import CodePage
from netdiag.tui.screens.facts import FactsScreen
from netdiag.tui.screens.findings import FindingsScreen
from netdiag.tui.screens.packets import PacketsScreen
from netdiag.tui.session import Snapshot
from netdiag.tui.widgets.fact_rows import FactRows
from netdiag.tui.widgets.findings_table import EvidenceTable, FindingsTable
from tests.tui.driving import MEDIUM, press, runs, screens, seen, snapshot_of, until

CASE = "lab/flannel-vxlan+fdb-missing.tar.gz"
REMEDY = "bridge fdb append be:1a:5c:00:01:02 dev flannel.1"


def finding_screen(app: NetdiagApp) -> FindingsScreen:
    assert isinstance(app.screen, FindingsScreen)
    return app.screen


@runs
async def test_a_finding_is_told_in_full() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        await press(app, pilot, "4")
        text = "\n".join(seen(app))
        for words in ("✗ error", "fdb-missing", "Remedy", REMEDY, "node-1/bridge_fdb.json"):
            assert words in text


@runs
async def test_the_remedy_is_copied_whole() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        await press(app, pilot, "4", "y")
        await until(app, pilot, lambda: bool(app.clipboard))
        report = app.state.snapshot.report
        assert report is not None
        assert app.clipboard == report.findings[0].remedy


@runs
async def test_evidence_leads_to_the_fact_it_names() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "4", "enter", "enter")
        await until(app, pilot, lambda: isinstance(app.screen, FactsScreen))
        rows = app.screen.query_one(FactRows)
        assert rows.table is not None
        assert rows.table.name == "Neighbours"
        assert rows.source() is not None
        assert "10.244.2.0" in "\n".join(seen(app))


@runs
async def test_evidence_leads_to_the_frame_it_names() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "4", "enter", "end", "enter")
        await until(app, pilot, lambda: isinstance(app.screen, PacketsScreen))


@runs
async def test_escape_goes_back_from_the_evidence() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        await press(app, pilot, "4", "enter")
        assert finding_screen(app).query_one(EvidenceTable).has_focus
        await press(app, pilot, "escape")
        assert finding_screen(app).query_one(FindingsTable).has_focus


@runs
async def test_x_tells_what_the_code_means() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        await press(app, pilot, "4", "x")
        assert isinstance(app.screen, CodePage)
        assert "What it means" in "\n".join(seen(app))
        await press(app, pilot, "escape")
        finding_screen(app)


@runs
async def test_no_findings_are_told_as_such_and_keys_do_nothing() -> None:
    async with screens(snapshot_of("lab/flannel-vxlan.tar.gz")) as (app, pilot, _):
        await press(app, pilot, "4")
        assert "✓ nothing wrong was found" in "\n".join(seen(app))
        await press(app, pilot, "enter", "enter", "y", "x")
        finding_screen(app)


@runs
async def test_nothing_is_called_healthy_before_it_was_read() -> None:
    async with screens(Snapshot(is_complete=False)) as (app, pilot, _):
        await press(app, pilot, "4")
        text = "\n".join(seen(app))
        assert "still reading" in text
        assert "nothing wrong" not in text
