"""The express lane finds exactly what the walk through all header methods finds."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netdiag.decode.decoder import Decoder
from netdiag.model.link_types import LINKTYPE_ETHERNET
from tests.decode.cases import CASES
from tests.decode.frames import IPIP, IPV4, PING, PING_FRAME, UDP, ethernet, ipv4, octets, udp
from tests.decode.mutations import FRAMES, change
from tests.decode.observing import ALWAYS, WHERE, Case, decode, state

BUFFERS = {"b", "buffer", "layers", "tunnel_kinds", "tunnel_networks", "tunnel_offsets"}
SETTINGS = {"express", "udp_tunnels"}


def both_lanes_agree(frame: bytes, link_type: int, length: int) -> None:
    before = b"\x45\x08"  # what a decoder that looks before the packet would take for a header
    fast = decode(frame, link_type, length=length, before=before)
    slow = decode(frame, link_type, length=length, before=before, express=0)
    assert state(fast) == state(slow)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_lanes_agree_wherever_a_frame_is_cut(case: Case) -> None:
    for cut in range(len(case.frame) + 1):
        both_lanes_agree(case.frame[:cut], case.link_type, len(case.frame))
        both_lanes_agree(case.frame[:cut], case.link_type, cut)


@settings(max_examples=500, deadline=None)
@given(FRAMES, st.integers(0, 3))
@example((ethernet(IPV4, PING), LINKTYPE_ETHERNET), 0)
def test_both_lanes_agree_on_any_bytes(frame: tuple[bytes, int], cut_off: int) -> None:
    data, link_type = frame
    both_lanes_agree(data, link_type, len(data) + cut_off)


USUAL = [case for case in CASES if case.seen.layers.startswith("eth ipv4")]


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(USUAL),
    st.lists(st.tuples(st.integers(12, 80), st.integers(0, 255)), min_size=1, max_size=3),
    st.integers(0, 40),
)
def test_both_lanes_agree_on_almost_usual_packets(
    case: Case, changes: list[tuple[int, int]], shorter: int
) -> None:
    frame = change(case.frame, changes)
    both_lanes_agree(frame, case.link_type, len(frame))
    both_lanes_agree(frame[: len(frame) - shorter], case.link_type, len(frame))


@pytest.mark.parametrize("place", range(12, 90))
def test_both_lanes_agree_on_every_value_of_each_byte(place: int) -> None:
    frame = ethernet(IPV4, ipv4(UDP, udp("1 > 8472", octets("08000000 00000100") + PING_FRAME)))
    for value in range(256):
        both_lanes_agree(change(frame, [(place, value)]), LINKTYPE_ETHERNET, len(frame))


@pytest.mark.parametrize("depth", range(14, 20))
def test_both_lanes_agree_on_deep_nesting(depth: int) -> None:
    packet, overlay = PING, PING_FRAME
    for _ in range(depth):
        packet = ipv4(IPIP, packet)
        header = octets("08000000 00000100")
        overlay = ethernet(IPV4, ipv4(UDP, udp("1 > 8472", header + overlay)))
    for frame in (ethernet(IPV4, packet), overlay):
        both_lanes_agree(frame, LINKTYPE_ETHERNET, len(frame))


def test_the_comparison_leaves_no_attribute_out() -> None:
    decoder = Decoder(bytes(65536))
    attributes = {
        name
        for name in dir(decoder)
        if not name.startswith("_") and not callable(getattr(decoder, name))
    }
    compared = {*ALWAYS, *(name for names in WHERE.values() for name in names)}
    assert attributes - BUFFERS - SETTINGS == compared - BUFFERS
