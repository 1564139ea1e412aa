"""Crossings without a capture: ``node-1/cni0 64 out +3``, for what looks only at paths."""

from __future__ import annotations

from netdiag.correlate.crossing import Crossing
from netdiag.correlate.lane import Lane
from netdiag.correlate.places import Place, role_of
from netdiag.model.report import Encapsulation
from tests.captures import ETHERNET, NODE_1, NODE_2, A, B
from tests.correlate.collecting import point_of

DIRECTIONS = {"in": 1, "out": 2}
MICROSECOND_NS = 1000.0
VXLAN = Encapsulation("vxlan", NODE_1, NODE_2, 1, 8472)


def crossings(text: str) -> list[Crossing]:
    """Return one crossing a line; times are microseconds after the first one."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return [_crossing(position, words) for position, words in enumerate(lines)]


def _crossing(position: int, words: list[str]) -> Crossing:
    point, rest = point_of(words[0]), words[2:]
    direction = next((DIRECTIONS[word] for word in rest if word in DIRECTIONS), 0)
    time_us = next((float(word) for word in rest if word.startswith("+")), 0.0)
    file = next((int(word[5:]) for word in rest if word.startswith("file=")), position)
    source = next((word[5:] for word in rest if word.startswith("from=")), A)
    lane = Lane(
        place=position,
        direction=direction,
        is_reply=False,
        source=source,
        destination=B,
        ttl=int(words[1]),
        size=84,
        length=98,
        encapsulation=(VXLAN,) if "vxlan" in rest else (),
        source_mac=None,
        destination_mac=None,
        dont_fragment=False,
        fragment=False,
        outer_fragment=False,
    )
    place = Place(point, role_of(point), file, str(file), "shared" in rest, True, ETHERNET)
    return Crossing(position, lane, place, time_us * MICROSECOND_NS, direction)


def names(path: list[Crossing]) -> str:
    """Return the points of a path in its order."""
    return " ".join(str(crossing.point) for crossing in path)
