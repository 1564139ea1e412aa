"""Names with markup and escape codes, long ones, very many: drawn as they stand, and quickly."""

from __future__ import annotations

import time

import msgspec
import pytest

from netdiag.model.facts.facts import Facts
from netdiag.model.facts.kernel import FdbEntry, Link, Namespace, Neighbour, Route
from netdiag.model.facts.node import NodeFacts
from netdiag.model.inspection import InspectedNode, Inspection, Interface
from netdiag.model.report import Finding, Modes, Pair
from netdiag.tui.app import PANES
from netdiag.tui.session import Snapshot, Trouble
from tests.tui.driving import press, screens, seen, settle, snapshot_of

HOSTILE = (
    "[bold red]x[/bold red]",
    "[@click=app.quit]quit[/]",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "a\nb\rc\td\x00",
    "\u202egnirts\u2066",
    "\udcff\udcfe",
    "名前" * 20,
    "e\u0301" * 40,
    "x" * 100_000,
    "]]][[[",
    "{0} %s :smile: $primary",
    "",
)
CONTROL = {chr(number) for number in (*range(32), *range(0x7F, 0xA0))} | {"\u202e", "\u2066"}


def hostile_snapshot(name: str) -> Snapshot:
    """Return a snapshot in which all that can be named is called so."""
    interface = Interface(
        name, None, "bridge", True, name, True, 1500, name, name, (name,), name, name, name
    )
    node = InspectedNode(name, name, name, (name,), (interface,), (), (), (name,))
    finding = Finding(name, "error", name, name, name, name, name, ())
    pair = Pair(name, name, name, name, name, False)
    modes = Modes(name, None, None, None, False)
    inspection = Inspection("", modes, (node,), (), 0, (), (pair,), (finding,), ())
    whole = snapshot_of("lab/flannel-vxlan+fdb-missing.tar.gz").report
    assert whole is not None
    report = msgspec.structs.replace(whole, findings=(finding,), pairs=(pair,))
    link = Link(name, "ip_link.json", 0, kind=name, mac=name, alias=name)
    route = Route(name, "ip_route.json", 0)
    host = Namespace(links=(link,), routes=(route,))
    facts = Facts(nodes={name: NodeFacts(name, host, {name: host}, documents=(name,))})
    return Snapshot(report, inspection, facts, problems=(name,))


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_drawn_as_they_stand(name: str) -> None:
    import asyncio

    async def test() -> None:
        trouble = Trouble(name or "x", name or "x")
        async with screens(hostile_snapshot(name), trouble) as (app, pilot, session):
            session.title = name
            for key in range(1, len(PANES) + 1):
                await press(app, pilot, str(key), "down", "enter", "escape")
                lines = seen(app)
                assert len(lines) == 24
                assert not CONTROL & set("".join(lines))
            assert app.is_running

    asyncio.run(test())


def huge_snapshot(nodes: int, rows: int) -> Snapshot:
    """Return nodes with many interfaces, and one with very many facts."""
    interfaces = tuple(
        Interface(f"veth{number}", None, "veth", False, "veth", True, 1450, None, "cni0", (),
                  f"default/pod-{number}", None, "")
        for number in range(100)
    )  # fmt: skip
    told = tuple(
        InspectedNode(f"node-{number}", None, None, (), interfaces, (), (), ())
        for number in range(nodes)
    )
    modes = Modes(None, None, None, None, None)
    pairs = tuple(
        Pair(f"node-{number}", "node-0", "vxlan", "vxlan", None, True) for number in range(1000)
    )
    inspection = Inspection("", modes, told, (), 0, (), pairs, (), ())
    neighbours = tuple(
        Neighbour(f"10.{row >> 16}.{row >> 8 & 255}.{row & 255}", "eth0", "ip_neigh.json", row)
        for row in range(rows)
    )
    fdb = tuple(FdbEntry("02:00:00:00:00:01", "flannel.1", "fdb.json", row) for row in range(rows))
    host = Namespace(neighbours=neighbours, fdb=fdb)
    return Snapshot(None, inspection, Facts(nodes={"node-0": NodeFacts("node-0", host)}))


def test_a_huge_cluster_is_shown_and_keys_are_answered_at_once() -> None:
    import asyncio

    async def test() -> None:
        async with screens(huge_snapshot(500, 100_000)) as (app, pilot, _):
            for key in ("1", "plus", "end", "home", "5", "down", "enter", "end"):
                spent = time.process_time()
                await press(app, pilot, key)
                assert time.process_time() - spent < 8, key
            await settle(app, pilot)
            assert "[99999]" in "\n".join(seen(app))

    asyncio.run(test())
