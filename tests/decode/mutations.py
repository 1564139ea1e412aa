"""Frames that nobody would send: those of the tables with bytes changed, cut out or put in."""

from __future__ import annotations

from hypothesis import strategies as st

from netdiag.model.link_types import SUPPORTED_LINK_TYPES
from tests.decode.cases import CASES
from tests.decode.observing import Case

LINK_TYPES = st.sampled_from(sorted(SUPPORTED_LINK_TYPES))
CHANGES = st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), max_size=4)
LIKELY_BYTES = [0x00, 0x01, 0x04, 0x06, 0x08, 0x11, 0x29, 0x2F, 0x45, 0x46, 0x60, 0x86, 0xDD, 0xFF]


def change(frame: bytes, changes: list[tuple[int, int]]) -> bytes:
    """Replace bytes, each at a place that wraps around at the frame's end."""
    changed = bytearray(frame)
    for place, value in changes:
        if changed:
            changed[place % len(changed)] = value
    return bytes(changed)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, int]:
    """Return a frame like those of the tables, and its link type."""
    case: Case = draw(st.sampled_from(CASES))
    frame = change(case.frame, draw(CHANGES))
    first, last = draw(st.integers(0, 90)), draw(st.integers(0, 90))
    kind = draw(st.sampled_from(["whole", "slice", "splice", "repeat"]))
    if kind == "slice":
        frame = frame[first : first + last]
    elif kind == "splice":
        other: Case = draw(st.sampled_from(CASES))
        frame = frame[:first] + other.frame[last:]
    elif kind == "repeat":
        frame = frame[:first] + frame[last:] * 3
    return frame, draw(st.just(case.link_type) | LINK_TYPES)


random_bytes = st.binary(max_size=120) | st.lists(st.sampled_from(LIKELY_BYTES), max_size=120).map(
    bytes
)
FRAMES = mutated() | st.tuples(random_bytes, LINK_TYPES)
"""Pairs of a frame and its link type."""
