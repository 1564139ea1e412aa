"""Nodes that nobody has asked yet, on the screen Network; pods not listed, in the dialog."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from netdiag.tui.session import Actions, ListedNode, Snapshot, TraceEnd, TraceOptions
from netdiag.tui.widgets.network_tree import NetworkTree
from tests.tui.driving import press, runs, screens, seen, settle, snapshot_of

CASE = "lab/flannel-vxlan+fdb-missing.tar.gz"
WINDOWS = "it runs Windows: probes need Linux"
KNOWN = Snapshot(
    listed=(
        ListedNode("n1", ("10.1.10.9",), True),
        ListedNode("n2", ("10.1.10.10",), False),
        ListedNode("win", (), True, "unfit", WINDOWS),
    ),
    ends=(TraceEnd("default/web-1", "pod", "n1", ("10.244.1.2",)),),
    takes_names=True,
    ends_note="pods are not listed: not allowed to list pods",
)


@runs
async def test_a_node_is_asked_when_it_is_opened_and_not_before() -> None:
    asked: list[str] = []
    async with screens(KNOWN, actions=Actions(look_at=asked.append)) as (app, pilot, session):
        text = "\n".join(seen(app))
        assert "▸ n1  ready  ○ no probe  10.1.10.9" in text
        assert "▸ n2  NOT READY  ○ no probe" in text
        app.screen.query_one(NetworkTree).focus()
        await press(app, pilot, "plus")
        assert "no probe yet: Enter on the node starts one" in "\n".join(seen(app))
        assert WINDOWS in "\n".join(seen(app))
        await press(app, pilot, "minus")
        assert not asked
        await press(app, pilot, "home", "enter")
        assert asked == ["n1"]
        starting = replace(KNOWN.listed[0], probe="starting")
        session.deliver(replace(KNOWN, listed=(starting, *KNOWN.listed[1:])))
        await settle(app, pilot)
        assert "starting a probe on n1 …" in "\n".join(seen(app))
        await press(app, pilot, "enter", "enter")
        assert asked == ["n1"]
        note = "not allowed to create pods"
        refused = replace(KNOWN.listed[0], probe="refused", note=note)
        session.deliver(replace(KNOWN, listed=(refused, *KNOWN.listed[1:])))
        await settle(app, pilot)
        assert f"{note}; Enter on the node tries again" in "\n".join(seen(app))
        await press(app, pilot, "down", "enter")
        assert asked == ["n1", "n1"]


@runs
async def test_a_node_opens_by_itself_once_it_was_asked() -> None:
    whole = snapshot_of(CASE)
    nodes = tuple(ListedNode(f"node-{number}", (), True, "on") for number in (1, 2))
    first = Snapshot(listed=tuple(replace(node, probe="none") for node in nodes))
    async with screens(first) as (app, pilot, session):
        assert "flannel.1" not in "\n".join(seen(app))
        session.deliver(replace(whole, listed=nodes))
        await settle(app, pilot)
        assert "● probe" in "\n".join(seen(app))
        assert "flannel.1" in "\n".join(seen(app))


@runs
async def test_names_that_are_not_listed_are_taken_as_they_are_typed() -> None:
    asked: list[tuple[str, str]] = []

    def start(source: str, destination: str, options: TraceOptions) -> None:
        asked.append((source, destination))

    async with screens(KNOWN, actions=Actions(start_trace=start)) as (app, pilot, _):
        await press(app, pilot, "t", *"web")
        assert "not allowed to list pods" in "\n".join(seen(app))
        await press(app, pilot, "enter")
        await press(app, pilot, *"prod/web-9")
        assert "Enter takes what is typed" in "\n".join(seen(app))
        await press(app, pilot, "enter")
        assert asked == [("default/web-1", "prod/web-9")]


@runs
async def test_nodes_that_told_of_no_interface_yet_can_be_traced_between() -> None:
    asked: list[tuple[str, str]] = []

    def start(source: str, destination: str, options: TraceOptions) -> None:
        asked.append((source, destination))

    told = snapshot_of(CASE).inspection
    assert told is not None
    nodes = tuple(msgspec.structs.replace(node, interfaces=()) for node in told.nodes)
    known = replace(KNOWN, inspection=msgspec.structs.replace(told, nodes=nodes))
    async with screens(known, actions=Actions(start_trace=start)) as (app, pilot, _):
        await press(app, pilot, "t", *"default/web-1", "enter", *"prod/web-9", "enter")
        assert asked == [("default/web-1", "prod/web-9")]
