"""The screen Facts, driven, and the rows that evidence leads to."""

from __future__ import annotations

import pytest

from netdiag.tui.app import NetdiagApp
from netdiag.tui.fact_tables.places import find_row, places_of
from netdiag.tui.messages import JumpToFact
from netdiag.tui.widgets.fact_rows import FactRows
from netdiag.tui.widgets.facts_tree import FactsTree
from tests.tui.driving import MEDIUM, PCAPS, press, runs, screens, seen, settle, snapshot_of, until

CASE = "lab/flannel-vxlan+fdb-missing.tar.gz"
KNOWN_NOWHERE = {("capture-dropped", "dropped"), ("facts-missing", None)}
"""Evidence that stands in no document: of a capture, of a document that is not there."""


def rows(app: NetdiagApp) -> FactRows:
    return app.screen.query_one(FactRows)


@runs
async def test_tables_are_walked_with_the_cursor() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "5", "down", "down")
        table = rows(app).table
        assert table is not None
        assert table.name == "Routes"
        assert any("10.244.2.0" in line and "flannel.1" in line for line in seen(app))
        await press(app, pilot, "enter", "down")
        assert "ip_route.json [1]" in "\n".join(seen(app))


@runs
async def test_an_address_is_found_in_everything() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "5")
        app.screen.query_one(FactsTree).find("node-1", "Everything")
        await press(app, pilot, "slash", *"be:1a:5c:00:01:02", "enter")
        assert rows(app).row_count() == 1
        assert "Neighbours" in "\n".join(seen(app))
        await press(app, pilot, "escape")
        assert rows(app).row_count() > 100


@runs
async def test_what_has_no_row_is_told() -> None:
    async with screens(snapshot_of(CASE)) as (app, pilot, _):
        app.post_message(JumpToFact("node-1", "no-such.json", "[7]"))
        words = "no row is made of node-1 no-such.json [7]"
        await until(app, pilot, lambda: words in "\n".join(seen(app)))


@runs
async def test_without_facts_that_is_said() -> None:
    async with screens(snapshot_of("article-vxlan")) as (app, pilot, _):
        await press(app, pilot, "5", "enter", "y", "slash")
        await settle(app, pilot)
        assert "no facts" in "\n".join(seen(app))


FINDINGS = sorted(
    path.name for folder in ("findings", "lab") for path in (PCAPS / folder).glob("*.tar.gz")
)


@pytest.mark.parametrize("name", FINDINGS)
def test_every_fact_that_proves_a_finding_leads_to_a_row(name: str) -> None:
    folder = "findings" if (PCAPS / "findings" / name).exists() else "lab"
    snapshot = snapshot_of(f"{folder}/{name}")
    places = places_of(snapshot.facts)
    assert snapshot.report is not None
    for finding in snapshot.report.findings:
        for item in finding.evidence:
            if item.kind == "fact" and (finding.code, item.key) not in KNOWN_NOWHERE:
                assert item.document is not None
                assert find_row(places, item.node, item.document, item.key) is not None, item


@pytest.mark.parametrize("name", ["calico-vxlan+policy-blocked", "flannel-vxlan", "docker-nat"])
def test_every_row_of_every_table_has_words_and_a_source(name: str) -> None:
    for place in places_of(snapshot_of(f"lab/{name}.tar.gz").facts):
        for table in place.tables:
            for item in table.items:
                cells = table.cells(item)
                assert len(cells) == len(table.titles)
                assert any(cells)
                table.tone(item)
                table.source(item)
