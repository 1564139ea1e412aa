"""Of many pings, those that are worth a look."""

from __future__ import annotations

from msgspec.structs import replace

from netdiag.model.report import Ping, Point
from netdiag.render.ping_choice import MOST, choose_pings, find_ping
from tests.render.written_pings import answered, hop, lost
from tests.render.written_reports import report


def chosen(*pings: Ping) -> list[int]:
    return [ping.number for ping, _ in choose_pings(report(*pings))]


def test_few_are_all_shown() -> None:
    assert chosen(answered(1), answered(2), answered(3)) == [1, 2, 3]


def test_a_normal_one_the_lost_and_the_slowest() -> None:
    pings = [answered(number) for number in range(1, 1001)]
    pings[6] = lost(7)
    pings[411] = answered(412, 9000.0)
    assert chosen(*pings) == [1, 7, 412]
    assert [why for _, why in choose_pings(report(*pings))] == [
        "a normal one",
        "the only one that ended like this",
        "the slowest",
    ]


def test_one_of_every_way() -> None:
    detour = answered(5)
    detour = replace(detour, request=(*detour.request, hop("node-2/x", 95)))
    assert 5 in chosen(*(detour if n == 5 else answered(n) for n in range(1, 9)))


def test_the_normal_way_is_shown_once_whatever_its_example_is() -> None:
    found = report(*(answered(number) for number in range(1, 9)))
    paths = (replace(found.paths[0], example=3),)
    numbers = [ping.number for ping, _ in choose_pings(replace(found, paths=paths))]
    assert 3 not in numbers


def test_alike_ones_are_not_repeated() -> None:
    assert chosen(*(lost(number) for number in range(1, 50))) == [1]


def test_never_more_than_some() -> None:
    ways = [
        replace(lost(n), lost_after=Point("n", None, str(n)), request=lost(n).request[:n])
        for n in range(1, 7)
    ]
    numbers = chosen(*ways, *(answered(n) for n in range(7, 30)))
    assert len(numbers) == MOST
    assert numbers == sorted(numbers)
    assert 7 in numbers  # the normal one is among them, though all others were first


def test_find_ping() -> None:
    found = report(answered(3), answered(5))
    assert find_ping(found, 5) is found.pings[1]
    assert find_ping(found, 4) is None
