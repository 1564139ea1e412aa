"""The screen Facts, driven, and the rows that evidence leads to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from netdiag.tui.app import NetdiagApp
from netdiag.tui.fact_tables.places import find_row, places_of
from netdiag.tui.fact_tables.search import NEW_ROWS, Search
from netdiag.tui.messages import JumpToFact
from netdiag.tui.session import Snapshot
from netdiag.tui.widgets.fact_rows import FactRows
from netdiag.tui.widgets.facts_tree import FactsTree
from tests.facts.assembling import facts
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


def test_a_rule_does_not_repeat_its_chain() -> None:
    rules = "*filter\n:FORWARD DROP [7:588]\n[3:252] -A FORWARD -s 10.0.0.0/8 -j DROP\nCOMMIT\n"
    place = places_of(facts(("node-1/iptables-save-c.txt", rules.encode())))[0]
    table = next(table for table in place.tables if table.name == "Firewall")
    assert table.cells(table.items[0])[:2] == ("iptables filter", "FORWARD")
    assert table.cells(table.items[1])[2:] == ("1", "3", "252", "-s 10.0.0.0/8 -j DROP")


@runs
async def test_an_address_is_found_in_everything() -> None:
    async with screens(snapshot_of(CASE), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "5")
        await press(app, pilot, "slash", *"be:1a:5c:00:01:02", "enter")
        assert "Everything looks into all tables" in "\n".join(seen(app))
        app.screen.query_one(FactsTree).find("node-1", "Everything")
        await settle(app, pilot)
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


def many_routes(count: int) -> Snapshot:
    """Return facts of a node with so many routes."""
    routes = [{"dst": f"10.{i >> 8}.{i & 255}.0/24", "dev": "eth0"} for i in range(count)]
    document = ("node-1/ip_route.json", json.dumps(routes).encode())
    return Snapshot(facts=facts(document))


def test_a_search_goes_slice_by_slice_and_remembers_words() -> None:
    table = places_of(many_routes(3_500).facts)[0].tables[0]
    search = Search(table)
    search.begin("10.7.9")
    search.advance()
    has_more = not search.is_over
    assert has_more
    assert len(search.found) == 11
    search.begin("ETH0 10.11.")
    search.advance()
    search.advance()
    assert search.is_over
    assert list(search.found) == [row for row in range(3_500) if "10.11." in table.words(row)]
    search.begin("")
    assert search.is_over
    assert len(search.found) == len(table.items)


@runs
async def test_many_rows_are_found_in_the_end() -> None:
    async with screens(many_routes(3 * NEW_ROWS), size=MEDIUM) as (app, pilot, _):
        await press(app, pilot, "5", "slash", *"10.31.9")
        await until(app, pilot, lambda: rows(app).row_count() == 11, most=500)
        assert "10.31.99.0/24" in "\n".join(seen(app))


@runs
async def test_newer_facts_leave_the_cursor_and_other_news_the_rows() -> None:
    async with screens(many_routes(50), size=MEDIUM) as (app, pilot, session):
        await press(app, pilot, "5", "right", "down", "down", "down")
        table = rows(app).table
        session.deliver(replace(app.state.snapshot, tracing=None))
        await settle(app, pilot)
        assert rows(app).table is table
        session.deliver(many_routes(60))
        await settle(app, pilot)
        assert rows(app).row_count() == 60
        assert rows(app).item_row == 3


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
