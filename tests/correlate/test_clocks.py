"""How far clocks are apart: along chains of nodes, with outliers, on links used both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.captures import MILLISECOND_NS, START_NS
from tests.correlate.collecting import Packet, collect
from tests.correlate.echoes import answer, echo_packet, framed

HOP_NS = 50_000
"""From one node to the next."""


def captured(
    nodes: Sequence[str],
    ahead_ns: Mapping[str, int],
    *,
    count: int = 8,
    source: str = "10.0.0.1",
    destination: str = "10.0.9.1",
    waits_ns: Mapping[int, int] = {},
    begin: int = 0,
) -> dict[str, list[Packet]]:
    """Return pings along a chain of routers, each with its own clock.

    ``waits_ns``: by number of the ping, how long its request waited between the first two nodes.
    """
    files: dict[str, list[Packet]] = {f"{node}/eth0": [] for node in nodes}
    ends = {"source": source, "destination": destination}
    for number in range(count):
        at_ns = START_NS + begin + number * 10 * MILLISECOND_NS
        last = len(nodes) - 1
        for hop, node in enumerate(nodes):
            wait_ns = waits_ns.get(number, 0) if hop else 0
            packet = echo_packet(number, ttl=64 - hop, **ends)  # type: ignore[arg-type]
            files[f"{node}/eth0"].append(
                (at_ns + hop * HOP_NS + wait_ns + ahead_ns.get(node, 0), framed(packet))
            )
        for hop, node in enumerate(reversed(nodes)):
            wait_ns = waits_ns.get(number, 0)
            packet = answer(number, ttl=64 - hop, **ends)
            files[f"{node}/eth0"].append(
                (
                    at_ns + (last + 1 + hop) * HOP_NS + wait_ns + ahead_ns.get(node, 0),
                    framed(packet),
                )
            )
    return files


def offsets(files: Mapping[str, Sequence[Packet]]) -> dict[str | None, int]:
    return {node: round(found.offset_ns) for node, found in collect(files).clocks().items()}


@pytest.mark.parametrize("ahead_ns", [0, 1, -1, 350_000_000, -350_000_000, 10**12, -(10**12)])
def test_two_nodes(ahead_ns: int) -> None:
    files = captured(("a", "b"), {"b": ahead_ns})
    assert offsets(files) == {"a": 0, "b": ahead_ns}


def test_offsets_add_up_along_a_chain() -> None:
    ahead = {"a": 5000, "b": 40_000_000, "c": -1_500_000_000, "d": 7, "e": 90_000_000}
    found = offsets(captured(tuple("abcde"), ahead))
    assert found == {node: ahead_ns - 5000 for node, ahead_ns in ahead.items()}


def test_the_uncertainty_adds_up_too() -> None:
    """On each link it is half of the time that both ways took together."""
    found = collect(captured(tuple("abcd"), {})).clocks()
    assert [found[node].uncertainty_ns for node in "abcd"] == [0, HOP_NS, 2 * HOP_NS, 3 * HOP_NS]


@pytest.mark.parametrize("late", [{0}, {1, 3}, {0, 1, 2, 3, 4, 5}], ids=str)
def test_pings_that_waited_on_one_way_do_not_count(late: set[int]) -> None:
    waits = {number: (number + 1) * 1_000_000 for number in late}
    assert offsets(captured(("a", "b"), {"b": 28_850_000}, waits_ns=waits)) == {
        "a": 0,
        "b": 28_850_000,
    }


def test_all_pings_waited_on_one_way() -> None:
    """Half of that is the error, and the uncertainty admits it."""
    waits = {number: 3_000_000 for number in range(8)}
    found = collect(captured(("a", "b"), {}, waits_ns=waits)).clocks()["b"]
    assert found.offset_ns == 1_500_000
    assert abs(found.offset_ns) <= found.uncertainty_ns == 1_500_000 + HOP_NS


def test_a_link_that_is_crossed_both_ways_is_one_link() -> None:
    """Pings from b to a measure the same link; the first ping's first node is the reference."""
    there = captured(("a", "b"), {"b": 350_000_000}, count=2, waits_ns={0: 10**7, 1: 10**7})
    back = captured(
        ("b", "a"), {"b": 350_000_000}, source="10.0.9.2", destination="10.0.0.2", begin=10**9
    )
    files = {name: sorted(there[name] + back[name], key=lambda packet: packet[0]) for name in there}
    assert offsets(files) == {"a": 0, "b": 350_000_000}


def test_the_reference_is_where_the_first_ping_began() -> None:
    assert offsets(captured(("b", "a"), {"b": 1000})) == {"b": 0, "a": -1000}


def test_a_node_that_is_reached_only_on_one_way_has_no_clock() -> None:
    files = captured(("a", "b", "c"), {"b": 1000, "c": 2000})
    there = files["c/eth0"][::2]
    assert offsets(files | {"c/eth0": there}) == {"a": 0, "b": 1000}


def test_no_pings_no_clocks() -> None:
    assert collect({"a/eth0": []}).clocks() == {}
